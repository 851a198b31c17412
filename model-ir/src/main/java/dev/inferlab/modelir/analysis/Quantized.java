package dev.inferlab.modelir.analysis;

import dev.inferlab.modelir.analysis.ModelAnalysis.Quantization;
import dev.inferlab.modelir.graph.Graph;
import dev.inferlab.modelir.graph.Node;
import dev.inferlab.modelir.tensor.ElementType;

/** Sees whether a model computes in 8 bits. */
final class Quantized {
  private Quantized() {}

  static Quantization of(Graph graph) {
    long heavy = graph.nodes().stream().filter(Work::isHeavy).count();
    long quantized =
        graph.nodes().stream().filter(Work::isHeavy).filter(Quantized::runsInIntegers).count();
    long fakes = graph.ofType("FakeQuantize").size();
    if (quantized > 0) {
      return new Quantization(
          true,
          "%d of %d convolutions and matrix products take quantized inputs"
              .formatted(quantized, heavy));
    }
    if (fakes > 0) {
      return new Quantization(
          false, "%d FakeQuantize, but none quantizes a convolution's inputs".formatted(fakes));
    }
    return new Quantization(false, "no quantized operation");
  }

  /** True when both data and weights of a convolution or matrix product are of 8 bits or fewer. */
  static boolean runsInIntegers(Node node) {
    return node.inputs().size() >= 2 && isNarrow(node.producer(0)) && isNarrow(node.producer(1));
  }

  private static boolean isNarrow(Node node) {
    return switch (node.type()) {
      case "FakeQuantize" -> node.longs("levels").length == 1 && node.longs("levels")[0] <= 256;
      case "Convert" -> isNarrowInteger(node.input(0).source().type());
      case "Multiply",
          "Subtract",
          "Reshape",
          "Transpose",
          "MaxPool",
          "Squeeze",
          "Unsqueeze",
          "Concat" ->
          isNarrow(node.producer(0));
      default -> isNarrowInteger(node.output(0).type());
    };
  }

  private static boolean isNarrowInteger(ElementType type) {
    return switch (type) {
      case I8, U8, I4, U4 -> true;
      default -> false;
    };
  }
}
