package dev.inferlab.vision.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Golden values: Python's OpenCV and numpy, by src/test/python/golden.py. */
class ImageTensorTest {
  private static final ImageDecoder DECODER = new ImageDecoder(1_000_000);

  record Case(int index, String file, Preprocessing preprocessing) {}

  static Stream<Case> cases() throws IOException {
    List<String> lines = new String(golden("cases.txt"), StandardCharsets.UTF_8).lines().toList();
    return java.util.stream.IntStream.range(0, lines.size())
        .mapToObj(i -> parse(i, lines.get(i).split(";")));
  }

  private static Case parse(int index, String[] fields) {
    return new Case(
        index,
        fields[0],
        new Preprocessing(
            Integer.parseInt(fields[1]),
            Integer.parseInt(fields[2]),
            fields[3].equals("NCHW"),
            Colour.valueOf(fields[4]),
            PixelType.F32,
            numbers(fields[5]),
            numbers(fields[6]),
            ResizeRule.valueOf(fields[7]),
            Double.parseDouble(fields[8])));
  }

  private static List<Double> numbers(String text) {
    return Arrays.stream(text.split(",")).map(Double::valueOf).toList();
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream in = ImageTensorTest.class.getResourceAsStream("/golden/" + name)) {
      return in.readAllBytes();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsPythonsOpenCv(Case golden) throws Exception {
    float[] actual = run(golden.preprocessing(), golden(golden.file()));
    float[] expected = new float[actual.length];
    ByteBuffer.wrap(golden("case" + golden.index() + ".f32"))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(expected);
    // JPEG and WebP decoders of two builds may round a colour differently by one.
    double step = 1 / golden.preprocessing().scale().getFirst();
    double tolerance = golden.file().matches(".*(jpg|webp)") ? 1.01 * Math.abs(step) : 1e-5;
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i])
          .as("element %d", i)
          .isCloseTo(expected[i], org.assertj.core.data.Offset.offset(tolerance));
    }
  }

  private static Preprocessing frame() {
    return new Preprocessing(8, 8, true, Colour.RGB, PixelType.U8, List.of(), List.of());
  }

  private static float[] run(Preprocessing preprocessing, byte[] image) throws ImageException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment target = arena.allocate(preprocessing.bytes());
      new ImageTensor(preprocessing, DECODER).write(image, target);
      return target.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }
  }

  @Test
  void otherElementTypesHoldTheSameValues() throws Exception {
    byte[] image = golden("colour.png");
    Preprocessing f32 =
        new Preprocessing(8, 8, true, Colour.RGB, PixelType.F32, List.of(), List.of());
    float[] expected = run(f32, image);
    try (Arena arena = Arena.ofConfined()) {
      Preprocessing u8 =
          new Preprocessing(8, 8, true, Colour.RGB, PixelType.U8, List.of(), List.of());
      MemorySegment bytes = arena.allocate(u8.bytes());
      new ImageTensor(u8, DECODER).write(image, bytes);
      Preprocessing f16 =
          new Preprocessing(8, 8, true, Colour.RGB, PixelType.F16, List.of(), List.of());
      MemorySegment halves = arena.allocate(f16.bytes());
      new ImageTensor(f16, DECODER).write(image, halves);
      for (int i = 0; i < expected.length; i++) {
        assertThat((float) (bytes.get(ValueLayout.JAVA_BYTE, i) & 0xff)).isEqualTo(expected[i]);
        assertThat(Float.float16ToFloat(halves.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i)))
            .isEqualTo(expected[i]);
      }
    }
  }

  @Test
  void aSliverIsLetterboxedAndCropped() throws Exception {
    byte[] image = "P5 1 4000 255\n".getBytes(StandardCharsets.US_ASCII);
    byte[] sliver = Arrays.copyOf(image, image.length + 4000);
    for (ResizeRule rule : List.of(ResizeRule.LETTERBOX, ResizeRule.STRETCH)) {
      Preprocessing preprocessing =
          new Preprocessing(
              8, 8, true, Colour.GRAY, PixelType.F32, List.of(), List.of(), rule, 114);
      assertThat(run(preprocessing, sliver)).hasSize(64).contains(0f);
    }
    Preprocessing crop =
        new Preprocessing(
            224, 224, true, Colour.GRAY, PixelType.F32, List.of(), List.of(), ResizeRule.CROP, 0);
    assertThatThrownBy(() -> run(crop, sliver))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("1 x 4000");
  }

  @Test
  void aHugeImageIsRefusedBeforeItIsDecoded() throws Exception {
    byte[] image = golden("colour.png").clone();
    ByteBuffer.wrap(image).putInt(16, 30_000).putInt(20, 30_000);
    assertThatThrownBy(() -> DECODER.decode(image, frame()))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("30000 x 30000");
  }

  @Test
  void damagedImagesAreRefusedWithAReason() throws Exception {
    for (String name :
        List.of("colour.png", "colour.bmp", "colour.ppm", "colour.jpg", "colour.webp")) {
      byte[] whole = golden(name);
      for (int length : new int[] {0, 1, 3, 9, 20, 25}) {
        byte[] cut = Arrays.copyOf(whole, length);
        assertThatThrownBy(() -> DECODER.decode(cut, frame()))
            .as(name + " cut to " + length)
            .isInstanceOf(ImageException.class);
      }
    }
    assertThatThrownBy(
            () -> DECODER.decode("GIF89a........".getBytes(StandardCharsets.US_ASCII), frame()))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("none of");
  }

  /** The gateway refuses them with an upload for this reason: {@code ImageHeaderReader} there. */
  @Test
  void aJpegWithoutItsEndMarkerIsNotDecoded() throws Exception {
    byte[] whole = golden("colour.jpg");
    assertThat(DECODER.decode(whole, frame())).isNotEmpty();
    for (int missing = 1; missing <= 2; missing++) {
      byte[] cut = Arrays.copyOf(whole, whole.length - missing);
      assertThatThrownBy(() -> DECODER.decode(cut, frame())).isInstanceOf(ImageException.class);
    }
  }

  @Test
  void headersTellTheSize() throws Exception {
    for (String name :
        List.of("colour.png", "colour.bmp", "colour.ppm", "colour.jpg", "colour.webp")) {
      ImageHeader header = ImageHeader.read(golden(name));
      assertThat(header.width()).as(name).isEqualTo(60);
      assertThat(header.height()).as(name).isEqualTo(40);
    }
  }

  @Test
  void wrongNumbersOfChannelValuesAreRefused() {
    assertThatThrownBy(
            () ->
                new Preprocessing(
                    8, 8, true, Colour.RGB, PixelType.F32, List.of(1.0, 2.0), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 channels");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.0, -0.0, 1e-40, 1e39, Double.NaN})
  void scalesThatMakeInfinitiesAreRefused(double scale) {
    assertThatThrownBy(
            () ->
                new Preprocessing(8, 8, true, Colour.RGB, PixelType.F32, List.of(), List.of(scale)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("scale");
  }
}
