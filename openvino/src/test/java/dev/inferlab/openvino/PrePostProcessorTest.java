package dev.inferlab.openvino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferlab.openvino.PrePostProcessor.ColorFormat;
import dev.inferlab.openvino.PrePostProcessor.PaddingMode;
import dev.inferlab.openvino.PrePostProcessor.ResizeAlgorithm;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PrePostProcessorTest {

  private static final int HEIGHT = 30;
  private static final int WIDTH = 40;

  /** MTCNN's first network takes RGB, NCHW, (x - 127.5) / 128. */
  private static final Path NETWORK = Fixtures.dynamicModel();

  @Test
  void bytesInBgrAndNhwcGiveWhatTheSameDoneByHandGives() {
    byte[] pixels = new byte[HEIGHT * WIDTH * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i * 31 % 256);
    }
    try (Core core = new Core()) {
      float[] byHand;
      try (Model model = core.readModel(NETWORK)) {
        byHand = run(core, model, byHand(pixels));
      }
      try (Model model = core.readModel(NETWORK);
          PrePostProcessor steps = new PrePostProcessor(model)) {
        model.reshape(PartialShape.of(1, 3, HEIGHT, WIDTH));
        steps
            .input()
            .tensorType(ElementType.U8)
            .tensorLayout(Layout.NHWC)
            .tensorColor(ColorFormat.BGR)
            .tensorSize(HEIGHT, WIDTH)
            .convertType(ElementType.F32)
            .convertColor(ColorFormat.RGB)
            .mean(127.5f, 127.5f, 127.5f)
            .scale(128f)
            .convertLayout(Layout.NCHW)
            .modelLayout(Layout.NCHW);
        steps.output(0).tensorType(ElementType.F32);
        try (Model prepared = steps.build()) {
          assertThat(prepared.inputs().getFirst().elementType()).isEqualTo(ElementType.U8);
          assertThat(prepared.inputs().getFirst().shape()).hasToString("[1,30,40,3]");
          assertThat(run(core, prepared, pixels))
              .containsExactly(byHand, org.assertj.core.data.Offset.offset(1e-5f));
          assertThatThrownBy(steps::build).isInstanceOf(IllegalStateException.class);
        }
      }
    }
  }

  @Test
  void sizesAreChangedByResizeCropAndPad() {
    try (Core core = new Core();
        Model model = core.readModel(NETWORK);
        PrePostProcessor steps = new PrePostProcessor(model)) {
      String name = model.inputs().getFirst().name();
      model.reshape(PartialShape.of(1, 3, 24, 24));
      steps.input(0).tensorLayout(Layout.NCHW).modelLayout(Layout.NCHW);
      try (Tensor like = Tensor.allocate(ElementType.F32, Shape.of(1, 3, HEIGHT, WIDTH))) {
        steps
            .input(name)
            .tensorLike(like)
            .crop(new int[] {0, 0, 2, 2}, new int[] {1, 3, HEIGHT - 2, WIDTH - 2})
            .pad(new int[] {0, 0, 1, 1}, new int[] {0, 0, 1, 1}, 0f, PaddingMode.CONSTANT)
            .reverseChannels()
            .resize(ResizeAlgorithm.LINEAR);
      }
      steps.output(model.outputs().get(1).name()).tensorType(ElementType.F16);
      try (Model prepared = steps.build()) {
        assertThat(prepared.inputs().getFirst().shape())
            .isEqualTo(PartialShape.of(1, 3, HEIGHT, WIDTH));
        assertThat(prepared.outputs().get(1).elementType()).isEqualTo(ElementType.F16);
        try (CompiledModel compiled = core.compile(prepared, "CPU", Config.empty());
            InferRequest request = compiled.createRequest()) {
          request.infer();
          assertThat(request.output(1).byteSize()).isEqualTo(request.output(1).size() * 2);
        }
      }
    }
  }

  /**
   * A grid of 0 to 15, at half the size: by the definition of half-pixel centres that is the mean
   * of two by two, or for the nearest the first of them. The model doubles it.
   */
  @Test
  void resizeGivesTheValuesOfItsAlgorithm() {
    assertThat(halved(ResizeAlgorithm.LINEAR)).containsExactly(5, 9, 21, 25);
    assertThat(halved(ResizeAlgorithm.NEAREST)).containsExactly(0, 4, 16, 20);
  }

  private static float[] halved(ResizeAlgorithm algorithm) {
    try (Core core = new Core();
        Model model = core.readModel(DoublingModel.of(1, 1, 2, 2), null);
        PrePostProcessor steps = new PrePostProcessor(model)) {
      steps
          .input()
          .tensorLayout(Layout.NCHW)
          .tensorSize(4, 4)
          .resize(algorithm)
          .modelLayout(Layout.NCHW);
      try (Model prepared = steps.build();
          CompiledModel compiled =
              core.compile(
                  prepared, "CPU", Config.of(Property.INFERENCE_PRECISION, ElementType.F32));
          InferRequest request = compiled.createRequest()) {
        request
            .input()
            .copyFrom(new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
        request.infer();
        return request.output().toFloatArray();
      }
    }
  }

  @Test
  void portsThatTheModelDoesNotHaveAreRefusedAtOnce() {
    try (Core core = new Core();
        Model model = core.readModel(NETWORK);
        PrePostProcessor steps = new PrePostProcessor(model)) {
      assertThatThrownBy(() -> steps.input(7)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> steps.output(-1)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(steps::output).hasMessageContaining("2 outputs");
    }
  }

  @Test
  void stepsThatDoNotFitAreRefused() {
    try (Core core = new Core();
        Model model = core.readModel(NETWORK);
        PrePostProcessor steps = new PrePostProcessor(model)) {
      assertThatThrownBy(() -> steps.input().tensorLayout(Layout.of("N?!")))
          .isInstanceOf(NativeCallException.class);
      steps.input().tensorColor(ColorFormat.NV12_TWO_PLANES, "y", "uv").tensorType(ElementType.U8);
      assertThatThrownBy(steps::build).isInstanceOf(NativeCallException.class);
    }
  }

  private static float[] byHand(byte[] bgr) {
    float[] values = new float[bgr.length];
    for (int pixel = 0; pixel < HEIGHT * WIDTH; pixel++) {
      for (int channel = 0; channel < 3; channel++) {
        float value = Byte.toUnsignedInt(bgr[pixel * 3 + 2 - channel]);
        values[channel * HEIGHT * WIDTH + pixel] = (value - 127.5f) / 128f;
      }
    }
    return values;
  }

  private static float[] run(Core core, Model model, Object input) {
    try (CompiledModel compiled = core.compile(model, "CPU", Config.empty());
        InferRequest request = compiled.createRequest()) {
      if (input instanceof byte[] bytes) {
        request.input().copyFrom(bytes);
      } else {
        request.input().setShape(Shape.of(1, 3, HEIGHT, WIDTH));
        request.input().copyFrom((float[]) input);
      }
      request.infer();
      return request.output(0).toFloatArray();
    }
  }
}
