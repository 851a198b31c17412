package dev.inferlab.modelir.analysis;

import dev.inferlab.modelir.graph.Graph;
import dev.inferlab.modelir.graph.Node;
import dev.inferlab.modelir.tensor.PartialShape;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Operations of one inference. A multiply and an add are two; an element-wise operation is one an
 * element; moving data is none; what constants alone decide is none.
 */
record Work(OptionalLong floatOperations, OptionalLong integerOperations) {

  /** Heavy operations for which there is no rule here; to count them as nothing would mislead. */
  private static final Set<String> UNCOUNTED =
      Set.of(
          "LSTMSequence",
          "LSTMCell",
          "GRUSequence",
          "GRUCell",
          "RNNSequence",
          "RNNCell",
          "Einsum",
          "DeformableConvolution",
          "DeformablePSROIPooling",
          "ScaledDotProductAttention",
          "PagedAttentionExtension");

  static Work of(Graph graph, Folded folded, List<String> notes) {
    try {
      return count(graph, folded, notes);
    } catch (ArithmeticException e) {
      notes.add("The work is more than can be counted.");
      return new Work(OptionalLong.empty(), OptionalLong.empty());
    }
  }

  private static Work count(Graph graph, Folded folded, List<String> notes) {
    long floats = 0;
    long integers = 0;
    for (Node node : graph.nodes()) {
      if (folded.contains(node) || node.outputs().isEmpty()) {
        continue;
      }
      if (!node.bodies().isEmpty()) {
        notes.add("The work inside %s depends on the data and is not counted.".formatted(node));
        continue;
      }
      OptionalLong work = work(node);
      if (work.isEmpty()) {
        notes.add(
            UNCOUNTED.contains(node.type())
                ? "The work of %s is not counted, so neither is the model's.".formatted(node)
                : "The work depends on lengths that the model leaves open (first at %s); reshape it."
                    .formatted(node));
        return new Work(OptionalLong.empty(), OptionalLong.empty());
      }
      if (isHeavy(node) && Quantized.runsInIntegers(node)) {
        integers = Math.addExact(integers, work.getAsLong());
      } else {
        floats = Math.addExact(floats, work.getAsLong());
      }
    }
    return new Work(OptionalLong.of(floats), OptionalLong.of(integers));
  }

  /** True for the operations that do nearly all of a network's work. */
  static boolean isHeavy(Node node) {
    return switch (node.type()) {
      case "Convolution", "GroupConvolution", "ConvolutionBackpropData" -> true;
      case "GroupConvolutionBackpropData", "MatMul" -> true;
      default -> false;
    };
  }

  private static OptionalLong work(Node node) {
    if (UNCOUNTED.contains(node.type())) {
      return OptionalLong.empty();
    }
    return switch (node.type()) {
      // Weights: [out, in, kernel…]; with groups [group, out, in, kernel…]. Each output sums in x
      // kernel.
      case "Convolution" -> times(2, outputs(node), tail(node, 1));
      case "GroupConvolution" -> times(2, outputs(node), tail(node, 2));
      // Weights: [in, out, kernel…]; with groups [group, in, out, kernel…]. Each input is spread.
      case "ConvolutionBackpropData" -> times(2, inputs(node), tail(node, 1));
      case "GroupConvolutionBackpropData" -> times(2, inputs(node), tail(node, 2));
      case "MatMul" -> times(2, outputs(node), reduced(node));
      case "MaxPool", "AvgPool" ->
          times(
              1, outputs(node), LongStream.of(node.longs("kernel")).reduce(1, Math::multiplyExact));
      case "BatchNormInference" -> times(2, outputs(node), 1);
      case "SoftMax", "Softmax", "LogSoftmax", "NormalizeL2" -> times(3, outputs(node), 1);
      case "MVN", "LRN", "GroupNormalization" -> times(4, inputs(node), 1);
      case "ReduceMean",
          "ReduceSum",
          "ReduceMax",
          "ReduceMin",
          "ReduceProd",
          "ReduceL1",
          "ReduceL2",
          "CumSum" ->
          times(1, inputs(node), 1);
      case "Interpolate" -> times(interpolation(node), outputs(node), 1);
      case "Add",
          "Subtract",
          "Multiply",
          "Divide",
          "Maximum",
          "Minimum",
          "Power",
          "SquaredDifference",
          "Mod",
          "FloorMod",
          "Equal",
          "NotEqual",
          "Less",
          "LessEqual",
          "Greater",
          "GreaterEqual",
          "Select",
          "Relu",
          "PRelu",
          "ReLU",
          "PReLU",
          "Sigmoid",
          "Tanh",
          "Elu",
          "Selu",
          "Gelu",
          "Exp",
          "Log",
          "Sqrt",
          "Abs",
          "Negative",
          "Clamp",
          "Swish",
          "HSwish",
          "HSigmoid",
          "HardSigmoid",
          "Mish",
          "SoftPlus",
          "SoftSign",
          "Erf",
          "Floor",
          "Ceiling",
          "Round",
          "Sign",
          "Sin",
          "Cos",
          "FakeQuantize" ->
          times(1, outputs(node), 1);
      default -> OptionalLong.of(0);
    };
  }

  /** Values mixed for one output: 1 for nearest, 4 for linear in two dimensions, 16 for cubic. */
  private static long interpolation(Node node) {
    String mode = node.attribute("mode").orElse("nearest");
    return mode.startsWith("linear") || mode.equals("bilinear_pillow")
        ? 4
        : mode.contains("cubic") ? 16 : 1;
  }

  private static OptionalLong outputs(Node node) {
    return elements(node.output(0).shape());
  }

  private static OptionalLong inputs(Node node) {
    return elements(node.input(0).source().shape());
  }

  /** Product of the weights' lengths from {@code axis} + … on, without the first {@code skip}. */
  private static long tail(Node node, int skip) {
    PartialShape weights = node.input(1).source().shape();
    if (!weights.isStatic()) {
      return -1;
    }
    return LongStream.of(weights.lengths()).skip(skip).reduce(1, Math::multiplyExact);
  }

  private static long reduced(Node node) {
    PartialShape left = node.input(0).source().shape();
    boolean transposed = node.attribute("transpose_a").orElse("false").equals("true");
    if (!left.hasRank() || left.rank() == 0) {
      return -1;
    }
    int axis = transposed && left.rank() > 1 ? left.rank() - 2 : left.rank() - 1;
    if (left.dimension(axis).isStatic()) {
      return left.dimension(axis).length();
    }
    PartialShape right = node.input(1).source().shape();
    if (!right.hasRank() || right.rank() == 0) {
      return -1;
    }
    boolean rightTransposed = node.attribute("transpose_b").orElse("false").equals("true");
    int other = rightTransposed || right.rank() == 1 ? right.rank() - 1 : right.rank() - 2;
    return right.dimension(other).isStatic() ? right.dimension(other).length() : -1;
  }

  /** Elements of a tensor; an open first dimension is the batch and counts as 1. */
  static OptionalLong elements(PartialShape shape) {
    if (!shape.hasRank()) {
      return OptionalLong.empty();
    }
    long product = 1;
    for (int axis = 0; axis < shape.rank(); axis++) {
      boolean open = !shape.dimension(axis).isStatic();
      if (open && axis > 0) {
        return OptionalLong.empty();
      }
      product = Math.multiplyExact(product, open ? 1 : shape.dimension(axis).length());
    }
    return OptionalLong.of(product);
  }

  private static OptionalLong times(long factor, OptionalLong elements, long each) {
    return elements.isEmpty() || each < 0
        ? OptionalLong.empty()
        : OptionalLong.of(
            Math.multiplyExact(Math.multiplyExact(factor, elements.getAsLong()), each));
  }
}
