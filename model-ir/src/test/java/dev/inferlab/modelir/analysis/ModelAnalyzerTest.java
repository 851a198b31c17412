package dev.inferlab.modelir.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.modelir.Catalogue;
import dev.inferlab.modelir.graph.ConstantData;
import dev.inferlab.modelir.graph.Graph;
import dev.inferlab.modelir.graph.IrModel;
import dev.inferlab.modelir.graph.Node;
import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelAnalyzerTest {
  private final IrModel model = IrModel.create("counted");
  private final Graph graph = model.graph();

  private Node op(String type, PartialShape shape, Node... inputs) {
    var builder = graph.node(type, "opset1").name(type.toLowerCase(java.util.Locale.ROOT));
    for (Node input : inputs) {
      builder.input(input);
    }
    return builder.output(ElementType.F32, shape).add();
  }

  private Node image(long... shape) {
    return op("Parameter", PartialShape.of(shape));
  }

  private Node floats(String name, long... shape) {
    int size = (int) PartialShape.of(shape).elements().orElseThrow();
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = i % 4;
    }
    return graph.constant(name, ConstantData.ofFloats(values), ElementType.F32, shape);
  }

  private void result(Node node) {
    graph.node("Result", "opset1").name("result").input(node).add();
  }

  /**
   * Counted by hand: Convolution 3x8x8 to 4x8x8 by 3x3: 2 * 256 * 27 = 13824; bias 256; Relu 256;
   * MaxPool 2x2 to 4x4x4: 64 * 4 = 256; MatMul 64 to 10: 2 * 10 * 64 = 1280. Together 15872.
   */
  private void countedNetwork() {
    Node image = image(-1, 3, 8, 8);
    Node conv = op("Convolution", PartialShape.of(-1, 4, 8, 8), image, floats("w", 4, 3, 3, 3));
    Node bias = op("Add", PartialShape.of(-1, 4, 8, 8), conv, floats("b", 1, 4, 1, 1));
    Node relu = op("Relu", PartialShape.of(-1, 4, 8, 8), bias);
    Node pool =
        graph
            .node("MaxPool", "opset1")
            .attribute("kernel", 2, 2)
            .attribute("strides", 2, 2)
            .input(relu)
            .output(ElementType.F32, PartialShape.of(-1, 4, 4, 4))
            .add();
    Node flat = op("Reshape", PartialShape.of(-1, 64), pool, graph.constant("shape", 0, -1));
    result(op("MatMul", PartialShape.of(-1, 10), flat, floats("fc", 64, 10)));
  }

  @Test
  void numbersBeyondCountingAreLeftOpen() {
    long huge = 1L << 31;
    result(op("Relu", PartialShape.of(huge, huge, huge), image(huge, huge, huge)));

    ModelAnalysis analysis = ModelAnalyzer.analyze(model);

    assertThat(analysis.floatOperations()).isEmpty();
    assertThat(analysis.notes()).isNotEmpty();
  }

  @Test
  void boxesBesideScoresOfTheSamePlacesAreDetection() {
    Node image = image(1, 3, 12, 12);
    result(op("Convolution", PartialShape.of(1, 4, -1, -1), image, floats("w", 4, 3, 3, 3)));
    result(op("Softmax", PartialShape.of(1, 2, -1, -1), image));

    assertThat(ModelAnalyzer.analyze(model).task().task()).isEqualTo(Task.OBJECT_DETECTION);
  }

  @Test
  void listOfNumbersForAPictureIsGeneric() {
    result(op("ReduceMean", PartialShape.of(1, 1, 1, 100), image(1, 256, 256, 3)));

    assertThat(ModelAnalyzer.analyze(model).task().task()).isEqualTo(Task.GENERIC);
  }

  @Test
  void networkCountedByHandIsExact() {
    countedNetwork();

    ModelAnalysis analysis = ModelAnalyzer.analyze(model);

    assertThat(analysis.parameters()).isEqualTo(108 + 4 + 640);
    // Every fourth value is zero: 27 + 1 + 160.
    assertThat(analysis.zeroParameters()).isEqualTo(188);
    assertThat(analysis.sparsity()).isEqualTo(0.25);
    assertThat(analysis.weightsBytes()).isEqualTo(4 * 752 + 16);
    assertThat(analysis.floatOperations()).hasValue(15872);
    assertThat(analysis.integerOperations()).hasValue(0);
    // Image 768; convolution, bias and Relu 1024 each; pool, flat 256 each; scores 40.
    assertThat(analysis.maxMemoryBytes()).hasValue(3024 + 768 + 3 * 1024 + 2 * 256 + 40);
    // Two maps of 1024 are alive at once.
    assertThat(analysis.minMemoryBytes()).hasValue(3024 + 2048);
    assertThat(analysis.operations()).containsEntry("Convolution", 1).containsEntry("Const", 4);
    assertThat(analysis.opsets()).containsExactly("opset1");
    assertThat(analysis.weightPrecisions()).containsExactly(Map.entry("f32", 752L));
    assertThat(analysis.quantization().quantized()).isFalse();
    assertThat(analysis.notes()).isEmpty();
  }

  /**
   * Counted by hand, a residual block for two images of 16x8x8. Grouped convolution (4 groups of 4)
   * by 3x3 to 16x4x4: 2 * 2 * 256 * (4 * 9) = 36864; shortcut by 1x1 to 16x4x4: 2 * 2 * 256 * 16 =
   * 16384; sum and Relu of 2 * 256 each: 1024; mean over 4x4: 512; matrix product of 2x16 by 16x3:
   * 2 * 2 * 3 * 16 = 192; SoftMax of 2x3: 3 * 6 = 18.
   */
  @Test
  void residualBlockOfABatchIsExact() {
    PartialShape map = PartialShape.of(2, 16, 4, 4);
    Node image = image(2, 16, 8, 8);
    Node grouped = op("GroupConvolution", map, image, floats("g", 4, 4, 4, 3, 3));
    Node shortcut = op("Convolution", map, image, floats("s", 16, 16, 1, 1));
    Node relu = op("Relu", map, op("Add", map, grouped, shortcut));
    Node mean = op("ReduceMean", PartialShape.of(2, 16), relu, graph.constant("axes", 2, 3));
    Node scores = op("MatMul", PartialShape.of(2, 3), mean, floats("fc", 16, 3));
    result(op("SoftMax", PartialShape.of(2, 3), scores));

    ModelAnalysis analysis = ModelAnalyzer.analyze(model);

    assertThat(analysis.parameters()).isEqualTo(4 * 4 * 4 * 9 + 16 * 16 + 16 * 3);
    assertThat(analysis.floatOperations()).hasValue(36864 + 16384 + 1024 + 512 + 192 + 18);
    assertThat(analysis.weightsBytes()).isEqualTo(4 * (576 + 256 + 48) + 16);
    // Image 8192; four maps of 2048; mean 128; scores and probabilities 24 each.
    assertThat(analysis.maxMemoryBytes()).hasValue(3536 + 8192 + 4 * 2048 + 128 + 48);
    // The image and both branches' maps are alive at once.
    assertThat(analysis.minMemoryBytes()).hasValue(3536 + 8192 + 2 * 2048);
  }

  /**
   * Counted by hand, weights kept in FP16: 3x3 convolution of 1x1x5x5 without padding to 2x3x3: 2 *
   * 18 * 9 = 324; Sigmoid 18; linear upsampling to 2x6x6: 72 * 4 = 288. The Convert of the weights
   * is done once, at compilation.
   */
  @Test
  void compressedNetworkIsExact() {
    Node image = image(1, 1, 5, 5);
    Node half = graph.constant("w", ConstantData.of(new byte[2 * 18]), ElementType.F16, 2, 1, 3, 3);
    Node weights = op("Convert", PartialShape.of(2, 1, 3, 3), half);
    Node conv = op("Convolution", PartialShape.of(1, 2, 3, 3), image, weights);
    Node sigmoid = op("Sigmoid", PartialShape.of(1, 2, 3, 3), conv);
    result(
        graph
            .node("Interpolate", "opset4")
            .attribute("mode", "linear_onnx")
            .input(sigmoid)
            .input(graph.constant("sizes", 6, 6))
            .input(graph.constant("scales", ConstantData.ofFloats(2, 2), ElementType.F32, 2))
            .input(graph.constant("axes", 2, 3))
            .output(ElementType.F32, PartialShape.of(1, 2, 6, 6))
            .add());

    ModelAnalysis analysis = ModelAnalyzer.analyze(model);

    assertThat(analysis.floatOperations()).hasValue(324 + 18 + 288);
    assertThat(analysis.weightPrecisions()).containsExactly(Map.entry("f16", 18L));
    assertThat(analysis.parameters()).isEqualTo(18);
    assertThat(analysis.zeroParameters()).isEqualTo(18);
    assertThat(analysis.sparsity()).isEqualTo(1);
    assertThat(analysis.weightsBytes()).isEqualTo(36 + 2 * 16 + 8);
  }

  @Test
  void depthwiseAndTransposedConvolutionsAreExact() {
    Node image = image(1, 8, 6, 6);
    Node depthwise =
        op("GroupConvolution", PartialShape.of(1, 8, 6, 6), image, floats("d", 8, 1, 1, 3, 3));
    result(
        op(
            "ConvolutionBackpropData",
            PartialShape.of(1, 2, 12, 12),
            depthwise,
            floats("t", 8, 2, 2, 2)));

    // 2 * 288 * 9, and each of 288 inputs spreads into 2 * 2 * 2.
    assertThat(ModelAnalyzer.analyze(model).floatOperations()).hasValue(5184 + 2 * 288 * 8);
  }

  @Test
  void quantizedConvolutionCountsAsInteger() {
    Node image = image(1, 1, 4, 4);
    Node data = fake(image, PartialShape.of(1, 1, 4, 4), "in");
    Node weights = fake(floats("w", 1, 1, 1, 1), PartialShape.of(1, 1, 1, 1), "weights");
    result(op("Convolution", PartialShape.of(1, 1, 4, 4), data, weights));

    ModelAnalysis analysis = ModelAnalyzer.analyze(model);

    assertThat(analysis.integerOperations()).hasValue(32);
    assertThat(analysis.quantization().quantized()).isTrue();
    // The ranges of FakeQuantize are no parameters.
    assertThat(analysis.parameters()).isEqualTo(1);
  }

  private Node fake(Node node, PartialShape shape, String name) {
    var builder =
        graph.node("FakeQuantize", "opset1").name(name).attribute("levels", 256).input(node);
    for (String range : List.of("il", "ih", "ol", "oh")) {
      builder.input(graph.scalar(name + range, 1));
    }
    return builder.output(ElementType.F32, shape).add();
  }

  @Test
  void openLengthsGiveNoFigureButAReason() {
    Node image = image(1, 3, -1, -1);
    result(op("Convolution", PartialShape.of(1, 4, -1, -1), image, floats("w", 4, 3, 3, 3)));

    ModelAnalysis analysis = ModelAnalyzer.analyze(model);

    assertThat(analysis.floatOperations()).isEmpty();
    assertThat(analysis.maxMemoryBytes()).isEmpty();
    assertThat(analysis.notes()).anyMatch(note -> note.contains("reshape"));
  }

  @Test
  void realNetworkIsUnderstood() throws Exception {
    List<Path> files = List.copyOf(Catalogue.entry("squeezenet1.1").located().values());

    ModelAnalysis analysis = ModelAnalyzer.analyze(IrModel.read(files.get(0), files.get(1)));

    // Published figures of SqueezeNet 1.1: 1.24 million parameters, about 0.35 G multiply-adds.
    assertThat(analysis.parameters()).isBetween(1_230_000L, 1_240_000L);
    assertThat(analysis.floatOperations().orElseThrow()).isBetween(700_000_000L, 800_000_000L);
    assertThat(analysis.weightPrecisions()).containsOnlyKeys("f16");
    assertThat(analysis.task().task()).isEqualTo(Task.CLASSIFICATION);
    assertThat(analysis.task().reason()).contains("1000 classes");
  }
}
