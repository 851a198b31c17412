package dev.inferlab.agent.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.inferlab.agent.convert.ConvertLab.Values;
import dev.inferlab.proto.job.v1.ConvertOptions;
import dev.inferlab.proto.job.v1.ConvertResult;
import dev.inferlab.proto.job.v1.ErrorClass;
import dev.inferlab.proto.job.v1.InputConversion;
import dev.inferlab.proto.job.v1.Problem;
import dev.inferlab.proto.job.v1.TensorShape;
import dev.inferlab.proto.job.v1.Violation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Each option's effect, seen by inference; and every wrong option told at once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConvertOptionsTest {
  private static final Path RNET =
      ConvertLab.fetched("mtcnn-runtime/mtcnnruntime/weights/rnet.onnx");
  private static final Path PNET =
      ConvertLab.fetched("mtcnn-runtime/mtcnnruntime/weights/pnet.onnx");
  private static final Path MNIST =
      ConvertLab.fetched("qonnx/qonnx/data/onnx/mnist-conv/model.onnx");

  @TempDir private static Path folder;
  private ConvertLab lab;

  @BeforeAll
  void start() throws Exception {
    lab = new ConvertLab(folder);
  }

  @AfterAll
  void stop() throws Exception {
    lab.close();
  }

  private static ConvertOptions.Builder onnx(Path file) {
    return ConvertOptions.newBuilder().setFormat("ONNX").setMainPath(file.getFileName().toString());
  }

  private static InputConversion.Builder input(String name) {
    return InputConversion.newBuilder().setName(name);
  }

  private static TensorShape shape(long... dimensions) {
    return TensorShape.newBuilder()
        .addAllDimensions(LongStream.of(dimensions).boxed().toList())
        .build();
  }

  private ConvertResult convert(Path file, ConvertOptions.Builder options) throws Exception {
    return lab.convert(ConvertLab.files(file), options.build());
  }

  private Map<String, Values> infer(ConvertResult result, String input, Values image)
      throws Exception {
    return ConvertLab.infer(lab.ir(result), Map.of(input, image));
  }

  /** Whole numbers from 0 to 255 without a pattern. */
  private static Values picture(long... shape) {
    float[] numbers = new float[(int) LongStream.of(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (i * 7919L + i / 64 * 104729L) % 256;
    }
    return new Values(shape, numbers);
  }

  private static void assertSame(Map<String, Values> found, Map<String, Values> expected) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, values) -> {
          assertThat(found.get(name).shape()).as(name).isEqualTo(values.shape());
          for (int i = 0; i < values.numbers().length; i++) {
            assertThat(found.get(name).numbers()[i])
                .as("%s[%d]", name, i)
                .isCloseTo(values.numbers()[i], within(1e-5f));
          }
        });
  }

  @Test
  void meanScaleAndReversedChannelsAreBuiltIn() throws Exception {
    double[] mean = {123.675, 116.28, 103.53};
    double[] scale = {58.395, 57.12, 57.375};
    InputConversion.Builder change = input("input").setLayout("NCHW").setReverseChannels(true);
    for (int c = 0; c < 3; c++) {
      change.addMean(mean[c]).addScale(scale[c]);
    }
    ConvertResult plain = convert(RNET, onnx(RNET));
    ConvertResult built = convert(RNET, onnx(RNET).addInputs(change));

    Values raw = picture(1, 3, 24, 24);
    float[] prepared = new float[raw.numbers().length];
    int area = 24 * 24;
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < area; i++) {
        // The model's channel c is the image's channel 2 - c, less the mean of the model's channel.
        prepared[c * area + i] = (float) ((raw.numbers()[(2 - c) * area + i] - mean[c]) / scale[c]);
      }
    }
    assertSame(
        infer(built, "input", raw), infer(plain, "input", new Values(raw.shape(), prepared)));
    assertThat(built.getInputs(0).getLayout()).isEqualTo("NCHW");
    assertThat(built.getImageInput().getSpec().getMeanList()).isEmpty();
    assertThat(built.getImageInput().getSpec().getScaleList()).isEmpty();
    assertThat(built.getImageInput().getSpec().getColour()).isEqualTo("BGR");
  }

  @Test
  void halfPrecisionIsHalfTheSizeAndNearlyTheSame() throws Exception {
    ConvertResult full = convert(RNET, onnx(RNET));
    ConvertResult half = convert(RNET, onnx(RNET).setCompressToFp16(true));

    assertThat(full.getAnalysis().getWeightPrecisionsMap()).containsOnlyKeys("f32");
    assertThat(half.getAnalysis().getWeightPrecisionsMap()).containsOnlyKeys("f16");
    assertThat(half.getParameters()).isEqualTo(full.getParameters());
    assertThat(half.getAnalysis().getWeightsBytes())
        .isBetween(
            full.getAnalysis().getWeightsBytes() / 2,
            full.getAnalysis().getWeightsBytes() * 55 / 100);
    Values image = picture(1, 3, 24, 24);
    for (int i = 0; i < image.numbers().length; i++) {
      image.numbers()[i] = (image.numbers()[i] - 127.5f) / 128;
    }
    Map<String, Values> expected = infer(full, "input", image);
    Map<String, Values> found = infer(half, "input", image);
    expected.forEach(
        (name, values) -> {
          assertThat(found.get(name).shape()).isEqualTo(values.shape());
          for (int i = 0; i < values.numbers().length; i++) {
            assertThat(found.get(name).numbers()[i])
                .as("%s[%d]", name, i)
                .isCloseTo(values.numbers()[i], within(1e-2f));
          }
        });
  }

  @Test
  void weightsThatDoNotFitHalfPrecisionAreNoted() throws Exception {
    ConvertOptions.Builder options =
        ConvertOptions.newBuilder().setFormat("ONNX").setMainPath("m.onnx");
    Map<String, byte[]> beyond = Map.of("m.onnx", TinyOnnx.sum(1, 2, 3, 4, 5, 1e6f));
    Map<String, byte[]> mostBeyond =
        Map.of("m.onnx", TinyOnnx.sum(1, 1e6f, -1e7f, 1e-9f, 1e8f, 1e9f));

    assertThat(lab.convert(beyond, options.build()).getAnalysis().getNotesList()).isEmpty();
    options.setCompressToFp16(true);
    assertThat(lab.convert(beyond, options.build()).getAnalysis().getNotesList())
        .containsExactly(
            "Values stand at the end of the range of FP16 (±65,504), to which a conversion clamps larger ones: 'w' (1 of 6).");
    assertThat(lab.convert(mostBeyond, options.build()).getAnalysis().getNotesList())
        .containsExactly(
            "Weights stay in FP32 where FP16 lacks most of their values: 'w' (5 of 6).");
  }

  @Test
  void weightsThatAreOnlyStoredInHalfBecomeWholeAndComputeTheSame() throws Exception {
    ConvertResult full = convert(RNET, onnx(RNET));
    ConvertResult half = convert(RNET, onnx(RNET).setCompressToFp16(true));
    Path xml = lab.ir(half);
    Path bin = Path.of(xml.toString().replace(".xml", ".bin"));
    ConvertOptions.Builder ir =
        ConvertOptions.newBuilder()
            .setFormat("IR")
            .setMainPath(xml.getFileName().toString())
            .setWeightsPath(bin.getFileName().toString());

    ConvertResult kept = lab.convert(ConvertLab.files(xml, bin), ir.build());
    ConvertResult whole = lab.convert(ConvertLab.files(xml, bin), ir.setExpandToFp32(true).build());

    assertThat(kept.getAnalysis().getWeightPrecisionsMap()).containsOnlyKeys("f16");
    assertThat(whole.getAnalysis().getWeightPrecisionsMap()).containsOnlyKeys("f32");
    assertThat(whole.getAnalysis().getWeightsBytes())
        .isEqualTo(full.getAnalysis().getWeightsBytes());
    assertThat(whole.getAnalysis().getOperationsMap())
        .isEqualTo(full.getAnalysis().getOperationsMap());
    assertThat(whole.getParameters()).isEqualTo(full.getParameters());
    Values image = picture(1, 3, 24, 24);
    Map<String, Values> expected = infer(half, "input", image);
    Map<String, Values> found = infer(whole, "input", image);
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, values) ->
            assertThat(found.get(name).numbers()).as(name).containsExactly(values.numbers()));
  }

  @Test
  void oneMeanAndScaleGoForAllChannels() throws Exception {
    ConvertResult plain = convert(RNET, onnx(RNET));
    ConvertResult built =
        convert(
            RNET,
            onnx(RNET).addInputs(input("input").setLayout("NCHW").addMean(127.5).addScale(128)));

    Values raw = picture(2, 3, 24, 24);
    float[] prepared = new float[raw.numbers().length];
    for (int i = 0; i < prepared.length; i++) {
      prepared[i] = (raw.numbers()[i] - 127.5f) / 128;
    }
    assertSame(
        infer(built, "input", raw), infer(plain, "input", new Values(raw.shape(), prepared)));
  }

  @Test
  void shapesBecomeStaticAndDynamicAgain() throws Exception {
    ConvertResult open = convert(PNET, onnx(PNET));
    assertThat(open.getAnalysis().hasFloatOperations()).isFalse();
    assertThat(open.getInputs(0).getShapeList()).containsExactly(1L, 3L, -1L, -1L);

    ConvertResult fixed =
        convert(PNET, onnx(PNET).addInputs(input("input").setShape(shape(1, 3, 36, 48))));
    assertThat(fixed.getInputs(0).getShapeList()).containsExactly(1L, 3L, 36L, 48L);
    // By hand: 3x3 to 10 maps of 34x46, pooled to 17x23, 3x3 to 16 maps of 15x21, to 32 of 13x19,
    // 1x1 to 4 and 2.
    long convolutions =
        2L * (10 * 34 * 46 * 27 + 16 * 15 * 21 * 90 + 32 * 13 * 19 * 144 + 6 * 13 * 19 * 32);
    assertThat(fixed.getAnalysis().getFloatOperations())
        .isBetween(convolutions, convolutions * 105 / 100);
    Values image = picture(1, 3, 36, 48);
    assertSame(infer(fixed, "input", image), infer(open, "input", image));

    ConvertResult reopened =
        lab.convert(
            Map.of(
                "m.xml", java.nio.file.Files.readAllBytes(lab.ir(fixed)),
                "m.bin",
                    java.nio.file.Files.readAllBytes(
                        Path.of(lab.ir(fixed).toString().replace(".xml", ".bin")))),
            ConvertOptions.newBuilder()
                .setFormat("IR")
                .setMainPath("m.xml")
                .setWeightsPath("m.bin")
                .addInputs(input("input").setShape(shape(-1, 3, -1, -1)))
                .build());
    assertThat(reopened.getInputs(0).getShapeList()).containsExactly(-1L, 3L, -1L, -1L);
    Values larger = picture(1, 3, 50, 60);
    assertSame(infer(reopened, "input", larger), infer(open, "input", larger));
  }

  @Test
  void aHeadAndTheTailBehindItComputeTheWhole() throws Exception {
    String inner = "Pooling66_Output_0";
    ConvertResult whole = convert(MNIST, onnx(MNIST));
    ConvertResult head = convert(MNIST, onnx(MNIST).addCutOutputs(inner));
    ConvertResult tail = convert(MNIST, onnx(MNIST).addCutInputs(inner));

    assertThat(head.getOutputsList()).hasSize(1);
    assertThat(head.getOutputs(0).getShapeList()).containsExactly(1L, 8L, 14L, 14L);
    assertThat(head.getParameters()).isEqualTo(8 * 25 + 8);
    assertThat(tail.getInputsList()).hasSize(1);
    assertThat(tail.getInputs(0).getName()).isEqualTo(inner);
    assertThat(tail.getParameters()).isEqualTo(whole.getParameters() - (8 * 25 + 8));
    Values image = picture(1, 1, 28, 28);
    Values between = infer(head, "Input3", image).get(inner);
    assertSame(infer(tail, inner, between), infer(whole, "Input3", image));
  }

  @Test
  void aTensorInTheMiddleIsTheOneThatTheWholeModelComputes() throws Exception {
    ConvertResult part =
        convert(
            MNIST,
            onnx(MNIST)
                .addCutInputs("ReLU32_Output_0")
                .addCutOutputs("Pooling66_Output_0")
                .addInputs(input("ReLU32_Output_0").setShape(shape(-1, 8, 28, 28))));

    assertThat(part.getAnalysis().getOperationsMap())
        .containsOnlyKeys("Parameter", "MaxPool", "Result");
    Values maps = picture(2, 8, 28, 28);
    Values pooled = infer(part, "ReLU32_Output_0", maps).get("Pooling66_Output_0");
    // The maximum of each 2 x 2, computed here.
    for (int i = 0; i < pooled.numbers().length; i++) {
      int at = i / (14 * 14) * 28 * 28 + i / 14 % 14 * 2 * 28 + i % 14 * 2;
      float[] x = maps.numbers();
      assertThat(pooled.numbers()[i])
          .isEqualTo(Math.max(Math.max(x[at], x[at + 1]), Math.max(x[at + 28], x[at + 29])));
    }
  }

  private static String reason(Problem problem, String path) {
    return problem.getViolationsList().stream()
        .filter(violation -> violation.getPath().equals(path))
        .map(Violation::getReason)
        .findFirst()
        .orElseThrow(() -> new AssertionError(path + " is not among " + problem));
  }

  @Test
  void everyWrongOptionIsToldAtOnce() throws Exception {
    Problem problem =
        lab.fail(
            ConvertLab.files(RNET),
            onnx(RNET)
                .addInputs(
                    input("input")
                        .setLayout("NCHW")
                        .setShape(shape(0, 3, 24, 24))
                        .addAllMean(List.of(1.0, 2.0))
                        .addScale(0))
                .addInputs(input("image").setLayout("NCHH").addMean(1))
                .addInputs(input("input").setShape(shape(1_000_000, 1_000_000, 1, 1)))
                .build());

    assertThat(problem.getErrorClass()).isEqualTo(ErrorClass.INVALID_INPUT);
    assertThat(problem.getCode()).isEqualTo("MODEL_CONVERSION_OPTIONS_INVALID");
    assertThat(problem.getViolationsList())
        .allMatch(v -> v.getReason().matches("(missing|unknown|unsuitable|invalid): .*"));
    assertThat(reason(problem, "inputs[0].shape")).startsWith("invalid: ").contains("not 0");
    assertThat(reason(problem, "inputs[0].mean")).contains("2 values").contains("3 channels");
    assertThat(reason(problem, "inputs[0].scale")).contains("0");
    assertThat(reason(problem, "inputs[1].name"))
        .startsWith("unknown: ")
        .contains("'image'")
        .contains("'input' [?,3,24,24]");
    assertThat(reason(problem, "inputs[1].layout")).contains("NCHH");
    assertThat(reason(problem, "inputs[2].name")).contains("twice");
    assertThat(reason(problem, "inputs[2].shape")).contains("elements");
    problem
        .getViolationsList()
        .forEach(violation -> assertThat(problem.getDetail()).contains(violation.getReason()));
  }

  /** 0 in 32 bits, or the reciprocal is infinite: the network would compute infinities. */
  @Test
  void aScaleTooSmallForFloatsIsTold() throws Exception {
    for (double scale : new double[] {1e-320, 1e-40, 1e39}) {
      Problem problem =
          lab.fail(
              ConvertLab.files(MNIST),
              onnx(MNIST).addInputs(input("Input3").setLayout("NCHW").addScale(scale)).build());
      assertThat(reason(problem, "inputs[0].scale")).contains("32 bits");
    }
  }

  @Test
  void wrongLayoutsRanksAndChannelsAreTold() throws Exception {
    Problem problem =
        lab.fail(
            ConvertLab.files(MNIST),
            onnx(MNIST)
                .addInputs(input("Input3").setLayout("NCHW").setReverseChannels(true))
                .build());
    assertThat(reason(problem, "inputs[0].reverseChannels")).contains("3 channels");

    problem =
        lab.fail(
            ConvertLab.files(MNIST),
            onnx(MNIST).addInputs(input("Input3").setLayout("NC").setShape(shape(1, 784))).build());
    assertThat(reason(problem, "inputs[0].shape")).contains("2 dimensions").contains("[1,1,28,28]");

    problem =
        lab.fail(
            ConvertLab.files(MNIST), onnx(MNIST).addInputs(input("Input3").addMean(1)).build());
    assertThat(reason(problem, "inputs[0].layout")).contains("must be told");
  }

  /** Nobody but the user knows; no image fills an input of 24 channels. */
  @Test
  void aLayoutIsBelieved() throws Exception {
    ConvertResult built =
        convert(RNET, onnx(RNET).addInputs(input("input").setLayout("NHWC").addScale(2)));

    assertThat(built.getInputs(0).getLayout()).isEqualTo("NHWC");
    assertThat(built.hasImageInput()).isFalse();
  }

  @Test
  void whatIsBuiltInAloneLeavesTheRestToBeGuessed() throws Exception {
    ConvertResult built =
        convert(
            RNET,
            onnx(RNET)
                .addInputs(
                    input("input").setLayout("NCHW").addScale(0.5).setReverseChannels(true)));

    assertThat(built.getImageInput().getSpec().getColour()).isEqualTo("BGR");
    assertThat(built.getImageInput().getSpec().getScaleList()).containsExactly(255.0);
    assertThat(built.getImageInput().getConfidence()).isEqualTo(0.3);
    assertThat(built.getImageInput().getReason()).contains("has built a scale in");
  }

  @Test
  void aShapeThatTheLayersDoNotAllowIsRefusedWithoutInternals() throws Exception {
    Problem problem =
        lab.fail(
            ConvertLab.files(MNIST),
            onnx(MNIST).addInputs(input("Input3").setShape(shape(1, 2, 28, 28))).build());

    assertThat(problem.getCode()).isEqualTo("MODEL_RESHAPE_FAILED");
    assertThat(problem.getErrorClass()).isEqualTo(ErrorClass.INVALID_INPUT);
    assertThat(problem.getDetail()).contains("[1,2,28,28]");
    assertThat(problem.getLocation().getLayer()).as(problem.toString()).isEqualTo("Convolution28");
  }

  /** MXNet's files have no shapes: a wished one is there from the beginning. */
  @Test
  void aShapeThatAnMxnetNetworkCannotTakeIsAReshapeThatFailed() throws Exception {
    Problem problem =
        lab.fail(
            ConvertLab.files(
                ConvertLab.modelIr("mxnet/layers-symbol.json"),
                ConvertLab.modelIr("mxnet/layers-0000.params")),
            ConvertOptions.newBuilder()
                .setFormat("MXNET")
                .setMainPath("layers-symbol.json")
                .setWeightsPath("layers-0000.params")
                .addInputs(input("data").setShape(shape(1, 3, 2, 2)))
                .build());
    assertThat(problem.getCode()).as(problem.toString()).isEqualTo("MODEL_RESHAPE_FAILED");
    assertThat(problem.getDetail()).contains("[1,3,2,2]");
  }

  @Test
  void cutsAtNothingAreToldWithWhatThereIs() throws Exception {
    Problem problem =
        lab.fail(
            ConvertLab.files(MNIST),
            onnx(MNIST)
                .addCutOutputs("Pooling66_Output_1")
                .addCutOutputs("Plus214_Output_0")
                .addCutOutputs("Plus214_Output_0")
                .addCutInputs("ghost")
                .build());
    assertThat(problem.getCode()).isEqualTo("MODEL_CONVERSION_OPTIONS_INVALID");
    assertThat(reason(problem, "cutOutputs[0]"))
        .startsWith("unknown: ")
        .contains("'Pooling66_Output_0'");
    assertThat(reason(problem, "cutOutputs[2]")).startsWith("invalid: ").contains("twice");
    assertThat(reason(problem, "cutInputs[0]"))
        .startsWith("unknown: ")
        .contains("no tensor or operation 'ghost'");

    problem =
        lab.fail(
            ConvertLab.files(MNIST),
            onnx(MNIST)
                .addCutInputs("Pooling160_Output_0")
                .addCutOutputs("Pooling66_Output_0")
                .build());
    assertThat(reason(problem, "cutInputs[0]"))
        .startsWith("unsuitable: none of the outputs depends");
  }

  @Test
  void cutsAtWeightsAndAtInputsAreRefused() throws Exception {
    Problem problem =
        lab.fail(
            ConvertLab.files(MNIST),
            onnx(MNIST)
                .addCutInputs("Parameter5")
                .addCutOutputs("Parameter5")
                .addCutOutputs("Input3")
                .build());

    assertThat(reason(problem, "cutInputs[0]")).startsWith("unsuitable: ").contains("constant");
    assertThat(reason(problem, "cutOutputs[0]")).startsWith("unsuitable: ").contains("constant");
    assertThat(reason(problem, "cutOutputs[1]")).startsWith("unsuitable: ").contains("input");
  }
}
