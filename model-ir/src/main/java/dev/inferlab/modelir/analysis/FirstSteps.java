package dev.inferlab.modelir.analysis;

import dev.inferlab.modelir.graph.Input;
import dev.inferlab.modelir.graph.Node;
import dev.inferlab.modelir.graph.Output;
import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.Normalisation;
import java.util.List;
import java.util.Optional;

/**
 * What a model itself does to an input before its first real operation: the linear function {@code
 * x * factor + shift}, and where the channels are.
 *
 * @param normalizes whether there is such a function at all
 * @param factor of the first channel
 * @param shift of the first channel
 * @param range lowest and highest value of a FakeQuantize at the input, in the input's own numbers
 * @param channelAxis 1 or 3, where a convolution proves it
 */
record FirstSteps(
    boolean normalizes,
    double factor,
    double shift,
    Optional<double[]> range,
    Optional<Integer> channelAxis) {
  private static final int MOST = 12;

  /** What remains of a built-in scale and mean, which a model may keep in FP16, and its inverse. */
  private static final double ROUNDING = 1e-2;

  static FirstSteps of(Output input) {
    Walk walk = new Walk(input);
    while (walk.step()) {}
    return new FirstSteps(
        walk.normalizes,
        walk.factor,
        walk.shift,
        Optional.ofNullable(walk.range),
        Optional.ofNullable(walk.channelAxis));
  }

  /** Of the network alone, without the first steps that a conversion put before it. */
  FirstSteps without(Normalisation builtIn) {
    if (!normalizes || builtIn.isNothing()) {
      return this;
    }
    double mean = builtIn.mean().isEmpty() ? 0 : builtIn.mean().getFirst();
    double scale = builtIn.scale().isEmpty() ? 1 : builtIn.scale().getFirst();
    double ownFactor = factor * scale;
    double ownShift = shift + factor * mean;
    return new FirstSteps(
        Math.abs(ownFactor - 1) > ROUNDING || Math.abs(ownShift) > ROUNDING,
        ownFactor,
        ownShift,
        range.map(ends -> new double[] {(ends[0] - mean) / scale, (ends[1] - mean) / scale}),
        channelAxis);
  }

  private static final class Walk {
    private Output at;
    private int steps;
    private boolean normalizes;
    private double factor = 1;
    private double shift;
    private double[] range;
    private boolean transposed;
    private Integer channelAxis;

    Walk(Output input) {
      at = input;
    }

    boolean step() {
      List<Input> consumers = at.consumers();
      if (consumers.size() != 1 || ++steps > MOST) {
        return false;
      }
      Input input = consumers.getFirst();
      Node node = input.node();
      boolean goesOn =
          switch (node.type()) {
            case "Convert", "Pad" -> true;
            case "Add", "Subtract", "Multiply", "Divide" -> linear(node, input.index());
            case "FakeQuantize" -> quantize(node);
            case "Transpose" -> transpose(node);
            case "Convolution", "GroupConvolution" -> {
              if (input.index() == 0) { // else it is the kernel
                channelAxis = transposed ? 3 : 1;
              }
              yield false;
            }
            default -> false;
          };
      if (goesOn) {
        at = node.output(0);
      }
      return goesOn;
    }

    private boolean linear(Node node, int side) {
      Optional<Double> value = constant(node.producer(1 - side));
      boolean reversed = side == 1 && (node.is("Subtract") || node.is("Divide"));
      if (value.isEmpty() || reversed || (node.is("Divide") && value.get() == 0)) {
        return false;
      }
      normalizes = true;
      switch (node.type()) {
        case "Add" -> shift += value.get();
        case "Subtract" -> shift -= value.get();
        case "Multiply" -> scale(value.get());
        default -> scale(1 / value.get());
      }
      return true;
    }

    private void scale(double by) {
      factor *= by;
      shift *= by;
    }

    private boolean quantize(Node node) {
      Optional<Double> low = constant(node.producer(1));
      Optional<Double> high = constant(node.producer(2));
      if (range == null && low.isPresent() && high.isPresent() && factor != 0) {
        range = new double[] {(low.get() - shift) / factor, (high.get() - shift) / factor};
      }
      return true;
    }

    private boolean transpose(Node node) {
      Node order = node.producer(1);
      if (!order.isConstant() || transposed) {
        return false;
      }
      long[] axes = order.data().toLongs(order.output(0).type());
      transposed = axes.length == 4 && axes[1] == 3 && axes[2] == 1 && axes[3] == 2;
      return transposed;
    }

    /** The first value of a small constant, which may be kept in FP16. */
    private static Optional<Double> constant(Node node) {
      Node value = node.is("Convert") ? node.producer(0) : node;
      if (!value.isConstant()) {
        return Optional.empty();
      }
      ElementType type = value.output(0).type();
      long elements = value.output(0).shape().elements().orElse(0);
      return elements >= 1 && elements <= 4 && type.isFloat()
          ? Optional.of(value.data().get(type, 0))
          : Optional.empty();
    }
  }
}
