package dev.inferlab.modelir.analysis;

import dev.inferlab.modelir.graph.Node;
import dev.inferlab.modelir.tensor.PartialShape;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;

/** The rules by which one operation's work is counted; see {@link Work} for what counts. */
final class NodeWork {
  /**
   * Operations that move, make or describe data. Boxes of the PriorBox kind follow from shapes
   * alone and are computed at compilation.
   */
  private static final Set<String> MOVES =
      Set.of(
          "Parameter",
          "Const",
          "Constant",
          "Result",
          "Assign",
          "ReadValue",
          "Identity",
          "Convert",
          "ConvertLike",
          "ConvertPromoteTypes",
          "Reshape",
          "Squeeze",
          "Unsqueeze",
          "Transpose",
          "Concat",
          "Split",
          "VariadicSplit",
          "Slice",
          "SliceScatter",
          "StridedSlice",
          "Gather",
          "GatherElements",
          "GatherND",
          "GatherTree",
          "ScatterUpdate",
          "ScatterNDUpdate",
          "ScatterElementsUpdate",
          "Pad",
          "Tile",
          "Broadcast",
          "BatchToSpace",
          "SpaceToBatch",
          "DepthToSpace",
          "SpaceToDepth",
          "ShuffleChannels",
          "Reverse",
          "ReverseSequence",
          "Roll",
          "ExtractImagePatches",
          "ReorgYolo",
          "ShapeOf",
          "Range",
          "OneHot",
          "Eye",
          "NonZero",
          "PriorBox",
          "PriorBoxClustered",
          "ExperimentalDetectronPriorGridGenerator");

  /** One operation for each element of the output. */
  private static final Set<String> ELEMENTWISE =
      Set.of(
          "Abs",
          "Acos",
          "Acosh",
          "Add",
          "Asin",
          "Asinh",
          "Atan",
          "Atanh",
          "BitwiseAnd",
          "BitwiseLeftShift",
          "BitwiseNot",
          "BitwiseOr",
          "BitwiseRightShift",
          "BitwiseXor",
          "Ceiling",
          "Clamp",
          "Cos",
          "Cosh",
          "Divide",
          "Elu",
          "Equal",
          "Erf",
          "Exp",
          "FakeConvert",
          "FakeQuantize",
          "Floor",
          "FloorMod",
          "Gelu",
          "Greater",
          "GreaterEqual",
          "HSigmoid",
          "HSwish",
          "HardSigmoid",
          "IsFinite",
          "IsInf",
          "IsNaN",
          "Less",
          "LessEqual",
          "Log",
          "LogicalAnd",
          "LogicalNot",
          "LogicalOr",
          "LogicalXor",
          "Maximum",
          "Minimum",
          "Mish",
          "Mod",
          "Multiply",
          "Negative",
          "NotEqual",
          "PRelu",
          "PReLU",
          "Power",
          "Relu",
          "ReLU",
          "Round",
          "Select",
          "Selu",
          "Sigmoid",
          "Sign",
          "Sin",
          "Sinh",
          "SoftPlus",
          "SoftSign",
          "Sqrt",
          "SquaredDifference",
          "Subtract",
          "Swish",
          "Tan",
          "Tanh");

  private static final Set<String> OTHERS =
      Set.of(
          "Convolution",
          "BinaryConvolution",
          "GroupConvolution",
          "ConvolutionBackpropData",
          "GroupConvolutionBackpropData",
          "MatMul",
          "MaxPool",
          "AvgPool",
          "AdaptiveAvgPool",
          "AdaptiveMaxPool",
          "BatchNormInference",
          "SoftMax",
          "Softmax",
          "LogSoftmax",
          "NormalizeL2",
          "MVN",
          "LRN",
          "GroupNormalization",
          "ReduceMean",
          "ReduceSum",
          "ReduceMax",
          "ReduceMin",
          "ReduceProd",
          "ReduceL1",
          "ReduceL2",
          "ReduceLogicalAnd",
          "ReduceLogicalOr",
          "CumSum",
          "Interpolate",
          "GridSample",
          "RNNCell",
          "RNNSequence",
          "GRUCell",
          "GRUSequence",
          "LSTMCell",
          "LSTMSequence");

  private NodeWork() {}

  static boolean hasRule(Node node) {
    return MOVES.contains(node.type())
        || ELEMENTWISE.contains(node.type())
        || (OTHERS.contains(node.type()) && !isOldRecurrent(node));
  }

  /** Before opset 4 an LSTM could couple its gates, or look at its cell through peepholes. */
  private static boolean isOldRecurrent(Node node) {
    int usual = node.is("LSTMCell") ? 6 : 7;
    return node.type().startsWith("LSTM")
        && (node.inputs().size() > usual
            || node.attribute("input_forget").orElse("").equals("true"));
  }

  /**
   * The work of one run of {@code node}; empty if it depends on lengths that are open.
   *
   * @param node of a type that {@link #hasRule} knows
   */
  static OptionalLong of(Node node) {
    if (MOVES.contains(node.type())) {
      return OptionalLong.of(0);
    }
    if (ELEMENTWISE.contains(node.type())) {
      return times(1, outputs(node), 1);
    }
    return switch (node.type()) {
      // Weights: [out, in, kernel…]; with groups [group, out, in, kernel…]. Each output sums in x
      // kernel.
      case "Convolution", "BinaryConvolution" -> times(2, outputs(node), tail(node, 1));
      case "GroupConvolution" -> times(2, outputs(node), tail(node, 2));
      // Weights: [in, out, kernel…]; with groups [group, in, out, kernel…]. Each input is spread.
      case "ConvolutionBackpropData" -> times(2, inputs(node), tail(node, 1));
      case "GroupConvolutionBackpropData" -> times(2, inputs(node), tail(node, 2));
      case "MatMul" -> times(2, outputs(node), reduced(node));
      case "MaxPool", "AvgPool" ->
          times(
              1, outputs(node), LongStream.of(node.longs("kernel")).reduce(1, Math::multiplyExact));
      case "AdaptiveAvgPool", "AdaptiveMaxPool" -> adaptivePool(node);
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
          "ReduceLogicalAnd",
          "ReduceLogicalOr",
          "CumSum" ->
          times(1, inputs(node), 1);
      case "Interpolate", "GridSample" -> times(interpolation(node), outputs(node), 1);
      default -> recurrent(node);
    };
  }

  /** Values mixed for one output: 1 for nearest, 4 for linear in two dimensions, 16 for cubic. */
  private static long interpolation(Node node) {
    String mode = node.attribute("mode").orElse("nearest");
    return mode.contains("linear") ? 4 : mode.contains("cubic") ? 16 : 1;
  }

  /**
   * Of n places, m windows of equal share meet n + m - gcd(n, m) in all: they overlap where m does
   * not divide n.
   */
  private static OptionalLong adaptivePool(Node node) {
    PartialShape from = node.input(0).source().shape();
    PartialShape to = node.output(0).shape();
    if (!from.hasRank() || !to.hasRank() || from.rank() != to.rank() || to.rank() < 3) {
      return OptionalLong.empty();
    }
    OptionalLong maps = Elements.of(to, 0, 2);
    long met = 1;
    for (int axis = 2; axis < to.rank(); axis++) {
      if (!from.dimension(axis).isStatic() || !to.dimension(axis).isStatic()) {
        return OptionalLong.empty();
      }
      long places = from.dimension(axis).length();
      long windows = to.dimension(axis).length();
      met = Math.multiplyExact(met, Math.addExact(places, windows) - gcd(places, windows));
    }
    return times(1, maps, met);
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /**
   * Cells, and sequences, which run one for each step and direction. A gate's unit takes two dot
   * products (over the input and over the hidden state), their sum, a bias and a function; what
   * joins the gates follows the formulas of the operations' specification. Sequences count at full
   * length, whatever {@code sequence_lengths} say.
   */
  private static OptionalLong recurrent(Node node) {
    boolean sequence = node.type().endsWith("Sequence");
    PartialShape data = node.input(0).source().shape();
    long[] hidden = node.longs("hidden_size");
    int rank = sequence ? 3 : 2;
    if (!data.hasRank() || data.rank() != rank || hidden.length != 1) {
      return OptionalLong.empty();
    }
    OptionalLong steps = Elements.of(data, 0, rank - 1);
    if (!data.dimension(rank - 1).isStatic()) {
      return OptionalLong.empty();
    }
    long function = isClipped(node) ? 2 : 1;
    long products =
        Math.multiplyExact(2L, Math.addExact(data.dimension(rank - 1).length(), hidden[0]));
    long gate = Math.addExact(products, 2 + function);
    long unit =
        switch (node.type()) {
          case "RNNCell", "RNNSequence" -> gate;
          // z, r and h; r . H; (1 - z) . h + z . H; one more bias when the reset comes last.
          case "GRUCell", "GRUSequence" ->
              3 * gate
                  + 1
                  + 4
                  + (node.attribute("linear_before_reset").orElse("").matches("true|1") ? 1 : 0);
          // i, o, f and c; f . C + i . c; o . h(C).
          default -> Math.addExact(Math.multiplyExact(4L, gate), 3 + 1 + function);
        };
    boolean both = node.attribute("direction").orElse("").equals("bidirectional");
    return times(both ? 2 : 1, steps, Math.multiplyExact(hidden[0], unit));
  }

  /** What a function takes is clipped first; 0 and infinity ({@code inf} in IR) are no limit. */
  private static boolean isClipped(Node node) {
    String clip = node.attribute("clip").orElse("0");
    return !clip.startsWith("inf") && Double.parseDouble(clip) > 0;
  }

  private static OptionalLong outputs(Node node) {
    return Elements.of(node.output(0).shape());
  }

  private static OptionalLong inputs(Node node) {
    return Elements.of(node.input(0).source().shape());
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

  private static OptionalLong times(long factor, OptionalLong elements, long each) {
    return elements.isEmpty() || each < 0
        ? OptionalLong.empty()
        : OptionalLong.of(
            Math.multiplyExact(Math.multiplyExact(factor, elements.getAsLong()), each));
  }
}
