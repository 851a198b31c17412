package dev.inferlab.modelir.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/** Kahn's algorithm with the file's order as tie-break, so that the result is stable. */
final class TopologicalOrder {
  private TopologicalOrder() {}

  private record Ready(int position, Node node) implements Comparable<Ready> {
    @Override
    public int compareTo(Ready other) {
      return Integer.compare(position, other.position);
    }
  }

  static List<Node> of(Collection<Node> nodes) {
    Map<Node, Integer> position = new HashMap<>();
    Map<Node, Integer> waitsFor = new HashMap<>();
    PriorityQueue<Ready> ready = new PriorityQueue<>();
    for (Node node : nodes) {
      position.put(node, position.size());
      int open = (int) node.inputs().stream().filter(i -> i.maybeSource().isPresent()).count();
      waitsFor.put(node, open);
      if (open == 0) {
        ready.add(new Ready(position.get(node), node));
      }
    }
    List<Node> order = new ArrayList<>(nodes.size());
    while (!ready.isEmpty()) {
      Node node = ready.poll().node();
      order.add(node);
      for (Output output : node.outputs()) {
        for (Input input : output.consumers()) {
          if (waitsFor.merge(input.node(), -1, Integer::sum) == 0) {
            ready.add(new Ready(position.get(input.node()), input.node()));
          }
        }
      }
    }
    if (order.size() != nodes.size()) {
      throw new IllegalStateException("the graph has a cycle");
    }
    return order;
  }
}
