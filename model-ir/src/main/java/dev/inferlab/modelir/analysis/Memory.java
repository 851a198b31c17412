package dev.inferlab.modelir.analysis;

import dev.inferlab.modelir.graph.Graph;
import dev.inferlab.modelir.graph.Node;
import dev.inferlab.modelir.graph.Output;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Bytes of tensors between operations: all of them together, and the most that live at once when
 * each is freed after its last use. A runtime lies between the two, and adds buffers of its own.
 */
record Memory(OptionalLong peak, OptionalLong total) {

  static Memory of(Graph graph, Folded folded) {
    try {
      return count(graph, folded);
    } catch (ArithmeticException e) {
      // More than 63 bits count: nothing that could ever run.
      return new Memory(OptionalLong.empty(), OptionalLong.empty());
    }
  }

  private static Memory count(Graph graph, Folded folded) {
    List<Node> order = graph.topological();
    Map<Output, Integer> lastUse = new HashMap<>();
    for (int i = 0; i < order.size(); i++) {
      int position = i;
      order.get(i).inputs().forEach(input -> lastUse.put(input.source(), position));
    }
    Map<Integer, Long> freed = new HashMap<>();
    long alive = 0;
    long peak = 0;
    long total = 0;
    for (int i = 0; i < order.size(); i++) {
      Node node = order.get(i);
      if (folded.contains(node)) {
        continue;
      }
      for (Output output : node.outputs()) {
        OptionalLong elements = Elements.of(output.shape());
        if (elements.isEmpty()) {
          return new Memory(OptionalLong.empty(), OptionalLong.empty());
        }
        long bytes = output.type().byteSize(elements.getAsLong());
        total = Math.addExact(total, bytes);
        alive += bytes;
        freed.merge(lastUse.getOrDefault(output, i), bytes, Long::sum);
      }
      peak = Math.max(peak, alive);
      alive -= freed.getOrDefault(i, 0L);
    }
    return new Memory(OptionalLong.of(peak), OptionalLong.of(total));
  }

  OptionalLong least(long weights) {
    return plus(peak, weights);
  }

  OptionalLong most(long weights) {
    return plus(total, weights);
  }

  private static OptionalLong plus(OptionalLong tensors, long weights) {
    return tensors.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(tensors.getAsLong() + weights);
  }
}
