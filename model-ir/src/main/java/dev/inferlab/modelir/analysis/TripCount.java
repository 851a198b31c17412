package dev.inferlab.modelir.analysis;

import dev.inferlab.modelir.graph.Graph;
import dev.inferlab.modelir.graph.Node;
import dev.inferlab.modelir.graph.XmlElement;
import dev.inferlab.modelir.tensor.PartialShape;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** How often a Loop or TensorIterator runs its body, where the graph alone tells. */
final class TripCount {
  private TripCount() {}

  static OptionalLong of(Node node) {
    return switch (node.type()) {
      case "Loop" -> ofLoop(node);
      case "TensorIterator" -> ofSlices(node);
      default -> OptionalLong.empty();
    };
  }

  /** Inputs 0 and 1 are the most trips (negative: no limit) and the condition of the first. */
  private static OptionalLong ofLoop(Node loop) {
    if (loop.inputs().size() < 2 || !isTrue(loop.producer(1)) || !goesOn(loop)) {
      return OptionalLong.empty();
    }
    Node trips = loop.producer(0);
    if (!trips.isConstant() || trips.data().byteSize() == 0) {
      return OptionalLong.empty();
    }
    double count = trips.data().get(trips.output(0).type(), 0);
    return count < 0 ? OptionalLong.empty() : OptionalLong.of((long) count);
  }

  /** True when the body says at each trip's end that another may follow. */
  private static boolean goesOn(Node loop) {
    Graph body = loop.bodies().get("body");
    for (XmlElement port : ports(loop, "output")) {
      if (port.attribute("purpose").orElse("").equals("execution_condition")) {
        Optional<Node> result =
            body.results().stream()
                .filter(node -> port.attribute("internal_layer_id").equals(id(node)))
                .findFirst();
        return result.isPresent() && isTrue(result.get().producer(0));
      }
    }
    return false;
  }

  private static Optional<String> id(Node node) {
    return Optional.of(Integer.toString(node.id()));
  }

  private static boolean isTrue(Node node) {
    return node.isConstant()
        && node.data().byteSize() > 0
        && node.data().get(node.output(0).type(), 0) != 0;
  }

  /** An input that is cut along an axis, one slice a trip; only whole axes are understood. */
  private static OptionalLong ofSlices(Node iterator) {
    for (XmlElement port : ports(iterator, "input")) {
      if (port.attribute("axis").isEmpty()) {
        continue;
      }
      long axis = number(port, "axis", 0);
      long input = number(port, "external_port_id", -1);
      long start = number(port, "start", 0);
      long end = number(port, "end", -1);
      long part = number(port, "part_size", 1);
      boolean whole = (start == 0 && end == -1) || (start == -1 && end == 0);
      if (!whole || part < 1 || input < 0 || input >= iterator.inputs().size()) {
        return OptionalLong.empty();
      }
      PartialShape shape = iterator.input((int) input).source().shape();
      long place = axis < 0 && shape.hasRank() ? axis + shape.rank() : axis;
      boolean known = shape.hasRank() && place >= 0 && place < shape.rank();
      return known && shape.dimension((int) place).isStatic()
          ? OptionalLong.of(shape.dimension((int) place).length() / part)
          : OptionalLong.empty();
    }
    return OptionalLong.empty();
  }

  private static long number(XmlElement port, String key, long usual) {
    try {
      return port.attribute(key).map(Long::parseLong).orElse(usual);
    } catch (NumberFormatException e) {
      return Long.MIN_VALUE; // fits nothing
    }
  }

  private static List<XmlElement> ports(Node node, String direction) {
    return node.extra("port_map").map(map -> map.children(direction)).orElse(List.of());
  }
}
