package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.graph.Input;
import dev.inferlab.modelir.graph.Node;
import dev.inferlab.modelir.graph.Output;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.DoubleStream;

/**
 * The size that an operation takes from constants. It must be looked at before OpenVINO does:
 * reading a model, OpenVINO computes such tensors, counts the values of a Range modulo 2^32, and
 * takes a negative length for 0.
 */
public final class ComputedSize {
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

  /** The same of a layer of IR. */
  public static Optional<long[]> of(Node node) {
    return of(
        node.type(),
        index -> index < node.inputs().size() ? constant(node.input(index)) : Optional.empty());
  }

  private static Optional<double[]> constant(Input input) {
    Optional<Output> source = input.maybeSource().filter(output -> output.node().isConstant());
    if (source.isEmpty()) {
      return Optional.empty();
    }
    Numbers numbers = new Numbers();
    numbers.addBytes(source.get().node().data().bytes(), source.get().type());
    return numbers.values();
  }

  /** True for an operation that makes the values of its first input, of another type at most. */
  static boolean passesOn(String type) {
    return type.equals("Identity") || type.equals("Cast");
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
