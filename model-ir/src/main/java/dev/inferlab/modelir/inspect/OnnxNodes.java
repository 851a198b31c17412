package dev.inferlab.modelir.inspect;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    int[] waits = new int[nodes.size()];
    List<List<Integer>> consumers = new ArrayList<>();
    nodes.forEach(node -> consumers.add(new ArrayList<>(1)));
    for (int i = 0; i < waits.length; i++) {
      for (String input : nodes.get(i).inputs()) {
        Integer maker = makers.get(input);
        if (maker != null) {
          consumers.get(maker).add(i);
          waits[i]++;
        }
      }
    }
    Deque<Integer> ready = new ArrayDeque<>();
    for (int i = 0; i < waits.length; i++) {
      if (waits[i] == 0) {
        ready.add(i);
      }
    }
    while (!ready.isEmpty()) {
      for (int consumer : consumers.get(ready.remove())) {
        if (--waits[consumer] == 0) {
          ready.add(consumer);
        }
      }
    }
    return firstWaiting(waits);
  }

  /** Of the nodes that wait for ever, one in a cycle and not only behind it. */
  private Optional<Node> firstWaiting(int[] waits) {
    int at = 0;
    while (at < waits.length && waits[at] == 0) {
      at++;
    }
    if (at == waits.length) {
      return Optional.empty();
    }
    boolean[] seen = new boolean[waits.length];
    while (!seen[at]) {
      seen[at] = true;
      at =
          nodes.get(at).inputs().stream()
              .map(makers::get)
              .filter(maker -> maker != null && waits[maker] > 0)
              .findFirst()
              .orElseThrow();
    }
    return Optional.of(nodes.get(at));
  }
}
