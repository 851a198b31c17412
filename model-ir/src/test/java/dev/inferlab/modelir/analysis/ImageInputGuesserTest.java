package dev.inferlab.modelir.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.inferlab.modelir.graph.ConstantData;
import dev.inferlab.modelir.graph.Graph;
import dev.inferlab.modelir.graph.IrModel;
import dev.inferlab.modelir.graph.Node;
import dev.inferlab.modelir.graph.NodeBuilder;
import dev.inferlab.modelir.inspect.ModelFormat;
import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.Normalisation;
import dev.inferlab.modelir.tensor.PartialShape;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ImageInputGuesserTest {
  private final IrModel model = IrModel.create("guessed");
  private final Graph graph = model.graph();
  private Normalisation builtIn = Normalisation.NOTHING;

  private Node op(String type, PartialShape shape, Node... inputs) {
    NodeBuilder builder = graph.node(type, "opset1").name(type);
    for (Node input : inputs) {
      builder.input(input);
    }
    return builder.output(ElementType.F32, shape).add();
  }

  private Node image(ElementType type, long... shape) {
    return graph
        .node("Parameter", "opset1")
        .name("image")
        .output(type, PartialShape.of(shape))
        .add();
  }

  private Optional<ImageInputGuess> guess(Node last, ModelFormat source, long... outputs) {
    Node weights =
        graph.constant(
            "w", ConstantData.ofFloats(new float[4 * 3 * 9]), ElementType.F32, 4, 3, 3, 3);
    Node conv = op("Convolution", PartialShape.of(1, 4, 222, 222), last, weights);
    graph
        .node("Result", "opset1")
        .input(op("ReduceMean", PartialShape.of(outputs), conv, graph.constant("axes", 2, 3)))
        .add();
    return ImageInputGuesser.guess(graph, ModelAnalyzer.analyze(model), source, name -> builtIn);
  }

  private Node chain(Node from, String type, float... values) {
    long channels = values.length;
    Node value =
        graph.constant(
            type + "/v", ConstantData.ofFloats(values), ElementType.F32, 1, channels, 1, 1);
    return op(type, from.output(0).shape(), from, value);
  }

  @Test
  void aModelThatNormalizesPixelsTakesPixels() {
    Node shifted =
        chain(image(ElementType.F32, 1, 3, 224, 224), "Subtract", 123.7f, 116.3f, 103.5f);
    ImageInputGuess guess =
        guess(chain(shifted, "Multiply", 0.017f), ModelFormat.ONNX, 1, 1000).orElseThrow();

    assertThat(guess.layout()).isEqualTo("NCHW");
    assertThat(guess.colour()).isEqualTo("RGB");
    assertThat(guess.mean()).isEmpty();
    assertThat(guess.scale()).isEmpty();
    assertThat(guess.resize()).isEqualTo("CROP");
    assertThat(guess.confidence()).isEqualTo(0.9);
    assertThat(guess.reason()).contains("0 to 255");
  }

  @Test
  void aModelThatNormalizesFractionsTakesFractions() {
    Node shifted =
        chain(image(ElementType.F32, 1, 3, 224, 224), "Subtract", 0.485f, 0.456f, 0.406f);
    ImageInputGuess guess =
        guess(chain(shifted, "Divide", 0.229f, 0.224f, 0.225f), ModelFormat.ONNX, 1, 10)
            .orElseThrow();

    assertThat(guess.scale()).containsExactly(255.0);
    assertThat(guess.resize()).isEqualTo("STRETCH");
    assertThat(guess.reason()).contains("0 to 1");
  }

  @Test
  void aTransposeBeforeTheConvolutionProvesChannelsLast() {
    Node image = image(ElementType.F32, 1, 224, 224, 3);
    Node order = graph.constant("order", 0, 3, 1, 2);
    Node planar = op("Transpose", PartialShape.of(1, 3, 224, 224), image, order);

    assertThat(guess(planar, ModelFormat.ONNX, 1, 10).orElseThrow().layout()).isEqualTo("NHWC");
  }

  @Test
  void aQuantizedInputTellsItsRange() {
    NodeBuilder fake =
        graph
            .node("FakeQuantize", "opset1")
            .attribute("levels", 256)
            .input(image(ElementType.F32, 1, 3, 224, 224));
    for (float range : new float[] {-1, 0.992f, -1, 0.992f}) {
      fake.input(graph.scalar("range", range));
    }
    ImageInputGuess guess =
        guess(
                fake.output(ElementType.F32, PartialShape.of(1, 3, 224, 224)).add(),
                ModelFormat.TFLITE,
                1,
                10)
            .orElseThrow();

    assertThat(guess.mean().getFirst()).isCloseTo(127.5, within(0.01));
    assertThat(guess.scale().getFirst()).isCloseTo(127.5, within(0.6));
    assertThat(guess.confidence()).isEqualTo(0.75);
  }

  @Test
  void bytesTakePixelsAndCaffeTakesBlueFirst() {
    Node bytes = image(ElementType.U8, 1, 3, 224, 224);
    Node floats = op("Convert", PartialShape.of(1, 3, 224, 224), bytes);
    ImageInputGuess guess = guess(floats, ModelFormat.CAFFE, 1, 10).orElseThrow();

    assertThat(guess.colour()).isEqualTo("BGR");
    assertThat(guess.mean()).isEmpty();
    assertThat(guess.confidence()).isEqualTo(0.7);
    assertThat(guess.reason()).contains("bytes").contains("Caffe");
  }

  @Test
  void whatNothingTellsIsSaidSo() {
    ImageInputGuess guess =
        guess(image(ElementType.F32, 1, 3, 224, 224), ModelFormat.PADDLE, 1, 10).orElseThrow();

    assertThat(guess.confidence()).isEqualTo(0.3);
    assertThat(guess.reason()).contains("nothing in the model tells");
  }

  private ImageInputGuess guessOfImageNet(Normalisation built) {
    builtIn = built;
    Node last = image(ElementType.F32, 1, 3, 224, 224);
    if (!built.mean().isEmpty()) {
      last = chain(last, "Subtract", floats(built.mean()));
    }
    if (!built.scale().isEmpty()) {
      last = chain(last, "Divide", floats(built.scale()));
    }
    return guess(last, ModelFormat.ONNX, 1, 1000).orElseThrow();
  }

  private static float[] floats(List<Double> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i).floatValue();
    }
    return floats;
  }

  @Test
  void ofTheGuessWhatIsBuiltInIsLeftOut() {
    List<Double> mean = List.of(123.675, 116.28, 103.53);
    List<Double> scale = List.of(58.395, 57.12, 57.375);

    ImageInputGuess guess = guessOfImageNet(new Normalisation(List.of(), scale));

    assertThat(guess.mean()).isEqualTo(mean);
    assertThat(guess.scale()).isEmpty();
    assertThat(guess.confidence()).isEqualTo(0.4);
    assertThat(guess.reason()).contains("from PyTorch").contains("has built a scale in");
  }

  @Test
  void whatIsBuiltInWholeIsKnown() {
    ImageInputGuess guess =
        guessOfImageNet(
            new Normalisation(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225)));

    assertThat(guess.mean()).isEmpty();
    assertThat(guess.scale()).containsExactly(255.0, 255.0, 255.0);
    assertThat(guess.confidence()).isEqualTo(0.9);
    assertThat(guess.reason())
        .startsWith("the conversion has built mean and scale in")
        .contains("0 to 1");
  }

  @Test
  void aGuessGivesWayToAnotherScaleThatIsBuiltIn() {
    ImageInputGuess guess = guessOfImageNet(new Normalisation(List.of(), List.of(127.5)));

    assertThat(guess.mean()).isEmpty();
    assertThat(guess.scale()).isEmpty();
    assertThat(guess.confidence()).isEqualTo(0.3);
    assertThat(guess.reason()).doesNotContain("PyTorch").contains("0 to 255");
  }

  @Test
  void aModelsOwnNormalisationIsSeenBehindWhatIsBuiltIn() {
    builtIn = new Normalisation(List.of(), List.of(255.0));
    Node fractions = chain(image(ElementType.F32, 1, 3, 224, 224), "Divide", 255);
    Node shifted = chain(fractions, "Subtract", 0.485f, 0.456f, 0.406f);
    ImageInputGuess guess =
        guess(chain(shifted, "Divide", 0.229f, 0.224f, 0.225f), ModelFormat.ONNX, 1, 10)
            .orElseThrow();

    assertThat(guess.scale()).isEmpty();
    assertThat(guess.confidence()).isEqualTo(0.9);
    assertThat(guess.reason()).contains("the model itself computes x * 4.367 - 2.118");
  }

  @Test
  void noImageNoGuess() {
    Node features = image(ElementType.F32, 1, 64, 7, 7);
    graph.node("Result", "opset1").input(features).add();

    assertThat(
            ImageInputGuesser.guess(
                graph, ModelAnalyzer.analyze(model), ModelFormat.ONNX, name -> builtIn))
        .isEmpty();
  }
}
