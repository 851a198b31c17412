package dev.inferlab.modelir.analysis;

import dev.inferlab.modelir.graph.ConstantData;
import dev.inferlab.modelir.graph.Graph;
import dev.inferlab.modelir.graph.Input;
import dev.inferlab.modelir.graph.Node;
import dev.inferlab.modelir.tensor.ElementType;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Counts weights. A constant is a weight when it is floating-point, or when it is integer and
 * becomes floating-point (compressed weights); ranges of FakeQuantize, the scales and zero points
 * of compressed weights and settings such as a threshold describe other numbers and do not count.
 *
 * <p>Of a BatchNormInference all four lists count, as its framework keeps four. Where all means are
 * 0 and all variances 1 it only scales: so our importers of Caffe and MXNet write their scalings,
 * and what is not in their files (means, variances, shifts that are all 0) does not count.
 */
record Parameters(long count, long zeros, long bytes, Map<String, Long> precisions) {

  static Parameters of(Graph graph) {
    Counter counter = new Counter();
    counter.graph(graph);
    return new Parameters(counter.count, counter.zeros, counter.bytes, counter.precisions);
  }

  static boolean isWeight(Node constant) {
    return Counter.isWeight(constant);
  }

  private static final class Counter {
    private final Set<ConstantData> constants = Collections.newSetFromMap(new IdentityHashMap<>());

    /** Apart from the constants: a list of ones may be both a weight and an invented variance. */
    private final Set<ConstantData> weights = Collections.newSetFromMap(new IdentityHashMap<>());

    private final Map<String, Long> precisions = new TreeMap<>();
    private long count;
    private long zeros;
    private long bytes;

    void graph(Graph graph) {
      for (Node node : graph.nodes()) {
        node.bodies().values().forEach(this::graph);
        if (!node.isConstant()) {
          continue;
        }
        if (constants.add(node.data())) {
          bytes += node.data().byteSize();
        }
        if (isWeight(node) && weights.add(node.data())) {
          weight(node);
        }
      }
    }

    private void weight(Node node) {
      ElementType type = node.output(0).type();
      long elements = node.output(0).shape().elements().orElse(0);
      count += elements;
      precisions.merge(type.irName(), elements, Long::sum);
      if (type == ElementType.STRING || type.bits() < 4 || type.bits() == 6) {
        return;
      }
      for (long i = 0; i < elements; i++) {
        zeros += isReadable(type) && node.data().isZero(type, i) ? 1 : 0;
      }
    }

    private static boolean isReadable(ElementType type) {
      return switch (type) {
        case F64, F32, F16, BF16, I64, I32, I16, I8, I4, U64, U32, U16, U8, U4 -> true;
        default -> false;
      };
    }

    private static boolean isWeight(Node constant) {
      if (constant.output(0).type().isFloat()) {
        return constant.output(0).consumers().stream().anyMatch(input -> !describes(input));
      }
      return constant.consumers().stream()
          .anyMatch(node -> node.is("Convert") && node.output(0).type().isFloat());
    }

    /** True when a float at this input says how other numbers are coded, or is an option. */
    private static boolean describes(Input input) {
      Node node = input.node();
      if (isOption(node.type(), input.index()) || isInvented(node, input.index())) {
        return true;
      }
      if (node.is("Convert") && !node.consumers().isEmpty()) {
        // A scale or range that is itself kept in FP16.
        return node.output(0).consumers().stream().allMatch(Counter::describes);
      }
      boolean scales = node.is("Multiply") || node.is("Subtract");
      return scales && isCompressed(node.producer(1 - input.index()));
    }

    /** Inputs that are settings of an operation: ranges, scales of a size, thresholds, fillings. */
    private static boolean isOption(String type, int input) {
      return switch (type) {
        case "FakeQuantize", "FakeConvert", "Interpolate", "Pad", "OneHot" -> input > 0;
        case "NonMaxSuppression" -> input > 1;
        case "Range" -> true;
        default -> false;
      };
    }

    /** Inputs 3 and 4 of a BatchNormInference are mean and variance in every operation set. */
    private static boolean isInvented(Node node, int input) {
      if (!node.is("BatchNormInference") || !isAll(0, node, 3) || !isAll(1, node, 4)) {
        return false;
      }
      int shift = node.opset().equals("opset1") ? 1 : 2;
      return input > 2 || (input == shift && isAll(0, node, shift));
    }

    private static boolean isAll(double value, Node node, int input) {
      if (input >= node.inputs().size()) {
        return false;
      }
      Node list = node.producer(input);
      Node constant = list.is("Convert") ? list.producer(0) : list;
      if (!constant.isConstant() || !isReadable(constant.output(0).type())) {
        return false;
      }
      ElementType type = constant.output(0).type();
      long elements = constant.output(0).shape().elements().orElse(0);
      for (long i = 0; i < elements; i++) {
        if (constant.data().get(type, i) != value) {
          return false;
        }
      }
      return elements > 0;
    }

    private static boolean isCompressed(Node node) {
      if (node.is("Subtract")) {
        return isCompressed(node.producer(0));
      }
      return node.is("Convert")
          && node.producer(0).isConstant()
          && !node.producer(0).output(0).type().isFloat();
    }
  }
}
