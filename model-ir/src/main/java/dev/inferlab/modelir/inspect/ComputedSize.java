package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.graph.Input;
import dev.inferlab.modelir.graph.Node;
import dev.inferlab.modelir.graph.Output;
import dev.inferlab.modelir.tensor.ElementType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.DoubleStream;

/**
 * The size that an operation takes from constants. It must be looked at before OpenVINO does:
 * reading a model, OpenVINO computes such tensors, counts the values of a Range modulo 2^32, and
 * takes a negative length for 0.
 */
public final class ComputedSize {
  private static final Set<String> RESHAPES =
      Set.of(
          "Identity",
          "Reshape",
          "Flatten",
          "Squeeze",
          "Unsqueeze",
          "ExpandDims",
          "StopGradient",
          "Snapshot");

  private static final Set<String> CASTS = Set.of("Cast", "Convert");

  private ComputedSize() {}

  /**
   * Lengths of which each is a length of what the operation makes, or a factor of one; empty when
   * the operation takes no size, or not from constants.
   *
   * @param type as ONNX, TensorFlow or IR call it
   * @param operand the values of the operation's input of this number, if they are constant
   */
  public static Optional<long[]> of(String type, IntFunction<Optional<double[]>> operand) {
    return switch (type) {
      case "ConstantOfShape", "Fill" -> operand.apply(0).map(ComputedSize::lengths);
      case "Broadcast", "BroadcastTo", "Expand", "Tile" ->
          operand.apply(1).map(ComputedSize::lengths);
      case "Range" -> range(operand);
      default -> Optional.empty();
    };
  }

  /** The same of a layer of IR, in a graph without cycles. */
  public static Optional<long[]> of(Node node) {
    return of(
        node.type(),
        index -> index < node.inputs().size() ? constant(node.input(index)) : Optional.empty());
  }

  private static Optional<double[]> constant(Input input) {
    Deque<Output> passing = new ArrayDeque<>();
    Optional<Output> source = input.maybeSource();
    while (source.isPresent() && passesOn(source.get().node())) {
      passing.push(source.get());
      source = source.get().node().input(0).maybeSource();
    }
    Optional<double[]> values =
        source
            .filter(output -> output.node().isConstant())
            .flatMap(it -> Numbers.inMemory(it.node().data().bytes(), it.type()));
    for (Output output : passing) {
      values = values.flatMap(it -> passedOn(output.node().type(), output.type(), it));
    }
    return values;
  }

  private static boolean passesOn(Node node) {
    return !node.inputs().isEmpty()
        && (CASTS.contains(node.type()) || RESHAPES.contains(node.type()));
  }

  /**
   * The values of what an operation makes, if they are those of its first input, in another shape
   * or of another type at most. What is computed of constants (Add, Mul, Concat) is not followed.
   *
   * @param type as ONNX, TensorFlow or IR call it
   * @param made the type of what it makes
   * @param input the values of its first input
   */
  static Optional<double[]> passedOn(String type, ElementType made, double[] input) {
    return RESHAPES.contains(type)
        ? Optional.of(input)
        : CASTS.contains(type) ? Numbers.cast(input, made) : Optional.empty();
  }

  /** True where a length of -1 is written for one that stays as it is, as PyTorch does. */
  public static boolean mayBeOpen(String type) {
    return type.equals("Expand") || type.equals("Broadcast");
  }

  private static long[] lengths(double[] values) {
    return DoubleStream.of(values).mapToLong(value -> (long) value).toArray();
  }

  private static Optional<long[]> range(IntFunction<Optional<double[]>> operand) {
    double[] parts = new double[3];
    for (int i = 0; i < parts.length; i++) {
      Optional<double[]> part = operand.apply(i);
      if (part.isEmpty() || part.get().length != 1) {
        return Optional.empty();
      }
      parts[i] = part.get()[0];
    }
    double count = Math.ceil((parts[1] - parts[0]) / parts[2]);
    return Optional.of(new long[] {(long) Math.max(0, count)});
  }
}
