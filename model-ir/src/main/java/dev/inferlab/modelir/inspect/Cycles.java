package dev.inferlab.modelir.inspect;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** In which order numbered things follow that wait for others, and which wait for themselves. */
final class Cycles {
  private Cycles() {}

  /**
   * For each thing the numbers of those for which it waits, as {@link #order} and {@link #find}
   * take them.
   *
   * @param names by which others may wait for a thing; the first thing of a name is meant
   * @param waitsFor names; one that nothing has is left out
   */
  static <T> int[][] sources(
      List<T> things, Function<T, Stream<String>> names, Function<T, Stream<String>> waitsFor) {
    Map<String, Integer> numbers = new HashMap<>();
    for (int i = 0; i < things.size(); i++) {
      int number = i;
      names.apply(things.get(i)).forEach(name -> numbers.putIfAbsent(name, number));
    }
    return things.stream()
        .map(
            thing ->
                waitsFor
                    .apply(thing)
                    .map(numbers::get)
                    .filter(Objects::nonNull)
                    .mapToInt(Integer::intValue)
                    .toArray())
        .toArray(int[][]::new);
  }

  /**
   * Each after those for which it waits; what is in a cycle or behind one is left out. Takes time
   * in the number of edges.
   */
  static List<Integer> order(int[][] sources) {
    int count = sources.length;
    int[] waits = new int[count];
    List<List<Integer>> consumers =
        IntStream.range(0, count).<List<Integer>>mapToObj(_ -> new ArrayList<>(1)).toList();
    Deque<Integer> ready = new ArrayDeque<>();
    for (int i = 0; i < count; i++) {
      for (int source : sources[i]) {
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
  static OptionalInt find(int[][] sources) {
    int count = sources.length;
    List<Integer> order = order(sources);
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
      at = IntStream.of(sources[at]).filter(source -> waits[source]).findFirst().orElseThrow();
    }
    return OptionalInt.of(at);
  }
}
