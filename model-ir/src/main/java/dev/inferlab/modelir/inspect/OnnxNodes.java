package dev.inferlab.modelir.inspect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The nodes of one ONNX graph and the tensors between them. */
final class OnnxNodes {
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Integer> makers = new HashMap<>();

  /**
   * A node.
   *
   * @param inputs with those that the graphs inside it take from around them
   * @param offset of its bytes in the file
   */
  record Node(String name, String type, List<String> inputs, List<String> outputs, long offset) {
    /** The tensor whose values are the shape of what it makes, or a part of that. */
    Optional<String> shapeInput() {
      int index =
          switch (type) {
            case "ConstantOfShape" -> 0;
            case "Expand", "Tile" -> 1;
            default -> -1;
          };
      return index >= 0 && index < inputs.size()
          ? Optional.of(inputs.get(index))
          : Optional.empty();
    }

    /** Its name, which may be left out, else that of a tensor that it makes. */
    String title() {
      return name.isEmpty() && !outputs.isEmpty() ? outputs.getFirst() : name;
    }
  }

  void add(Node node) {
    for (String output : node.outputs()) {
      if (!output.isEmpty()) {
        makers.putIfAbsent(output, nodes.size());
      }
    }
    nodes.add(node);
  }

  boolean makes(String tensor) {
    return makers.containsKey(tensor);
  }

  List<Node> all() {
    return nodes;
  }

  /** Tensors that nodes take and no node makes: the graph's inputs, constants, or from around. */
  Set<String> taken() {
    Set<String> taken = new HashSet<>();
    for (Node node : nodes) {
      for (String input : node.inputs()) {
        if (!makers.containsKey(input)) {
          taken.add(input);
        }
      }
    }
    return taken;
  }

  /** A node that waits for its own output, if there is one. Takes time in the number of edges. */
  Optional<Node> inCycle() {
    OptionalInt found = Cycles.find(nodes.size(), this::sources);
    return found.isPresent() ? Optional.of(nodes.get(found.getAsInt())) : Optional.empty();
  }

  private int[] sources(int node) {
    return nodes.get(node).inputs().stream()
        .map(makers::get)
        .filter(Objects::nonNull)
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
