package dev.inferlab.gateway.dataset.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ImageHeaderReaderTest {
  @ParameterizedTest
  @EnumSource(ImageFormat.class)
  void readsFormatAndSize(ImageFormat format) throws Exception {
    assertThat(ImageHeaderReader.read(new ByteArrayInputStream(image(format, 37, 23))))
        .isEqualTo(new ImageHeader(format, 37, 23));
  }

  @ParameterizedTest
  @EnumSource(ImageFormat.class)
  void refusesWhatIsCutShort(ImageFormat format) throws IOException {
    byte[] whole = image(format, 37, 23);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> ImageHeaderReader.read(new ByteArrayInputStream(cut)))
          .isInstanceOf(UnreadableImageException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(ImageFormat.class)
  void takesWhatStandsBehindTheEnd(ImageFormat format) throws Exception {
    byte[] more = image(format, 37, 23);
    assertThat(
            ImageHeaderReader.read(
                new ByteArrayInputStream(Arrays.copyOf(more, more.length + 1_000))))
        .isEqualTo(new ImageHeader(format, 37, 23));
  }

  @Test
  void neverFailsOtherwise() throws Exception {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = image(ImageFormat.values()[i % 3], 8, 8);
      for (int flips = 0; flips < 4; flips++) {
        bytes[2 + random.nextInt(Math.min(60, bytes.length - 2))] = (byte) random.nextInt();
      }
      try {
        ImageHeader header = ImageHeaderReader.read(new ByteArrayInputStream(bytes));
        assertThat(header.width()).isPositive();
        assertThat(header.height()).isPositive();
      } catch (UnreadableImageException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  private static final byte[][] CACHE = new byte[3][];

  private static byte[] image(ImageFormat format, int width, int height) throws IOException {
    if (width == 8 && CACHE[format.ordinal()] != null) {
      return CACHE[format.ordinal()].clone();
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), format.name(), out);
    if (width == 8) {
      CACHE[format.ordinal()] = out.toByteArray();
    }
    return out.toByteArray();
  }
}
