package dev.inferlab.modelir.inspect;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** In which order numbered things follow that wait for others, and which wait for themselves. */
final class Cycles {
  private Cycles() {}

  /**
   * Each after those for which it waits; what is in a cycle or behind one is left out. Takes time
   * in the number of edges.
   *
   * @param sources for which others a thing waits
   */
  static List<Integer> order(int count, IntFunction<int[]> sources) {
    int[] waits = new int[count];
    List<List<Integer>> consumers =
        IntStream.range(0, count).<List<Integer>>mapToObj(_ -> new ArrayList<>(1)).toList();
    Deque<Integer> ready = new ArrayDeque<>();
    for (int i = 0; i < count; i++) {
      for (int source : sources.apply(i)) {
        consumers.get(source).add(i);
        waits[i]++;
      }
      if (waits[i] == 0) {
        ready.add(i);
      }
    }
    List<Integer> order = new ArrayList<>();
    while (!ready.isEmpty()) {
      int next = ready.remove();
      order.add(next);
      for (int consumer : consumers.get(next)) {
        if (--waits[consumer] == 0) {
          ready.add(consumer);
        }
      }
    }
    return order;
  }

  /** One that is in a cycle, and not only behind it. */
  static OptionalInt find(int count, IntFunction<int[]> sources) {
    List<Integer> order = order(count, sources);
    if (order.size() == count) {
      return OptionalInt.empty();
    }
    boolean[] waits = new boolean[count];
    Arrays.fill(waits, true);
    order.forEach(i -> waits[i] = false);
    int at = 0;
    while (!waits[at]) {
      at++;
    }
    // What was left out waits for another one that was: going back leads into a cycle.
    boolean[] seen = new boolean[count];
    while (!seen[at]) {
      seen[at] = true;
      at =
          IntStream.of(sources.apply(at)).filter(source -> waits[source]).findFirst().orElseThrow();
    }
    return OptionalInt.of(at);
  }
}
