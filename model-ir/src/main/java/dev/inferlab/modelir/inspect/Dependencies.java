package dev.inferlab.modelir.inspect;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Things that wait for others: in which order they follow, and which wait for themselves. Takes
 * time in the number of edges.
 */
final class Dependencies<T> {
  private final List<T> things;
  private final int[][] sources;
  private final List<Integer> order;

  /**
   * Finds the order of these things.
   *
   * @param names by which others may wait for a thing; the first thing of a name is meant
   * @param waitsFor names; one that nothing has is left out
   */
  Dependencies(
      List<T> things, Function<T, Stream<String>> names, Function<T, Stream<String>> waitsFor) {
    this.things = things;
    Map<String, Integer> numbers = new HashMap<>();
    for (int i = 0; i < things.size(); i++) {
      int number = i;
      names.apply(things.get(i)).forEach(name -> numbers.putIfAbsent(name, number));
    }
    this.sources =
        things.stream()
            .map(
                thing ->
                    waitsFor
                        .apply(thing)
                        .map(numbers::get)
                        .filter(Objects::nonNull)
                        .mapToInt(Integer::intValue)
                        .toArray())
            .toArray(int[][]::new);
    this.order = order(sources);
  }

  /** The numbers of the things for which this one waits. */
  int[] sources(int number) {
    return sources[number];
  }

  /**
   * The numbers of the things, each after those for which it waits; what is in a cycle or behind
   * one is left out.
   */
  List<Integer> order() {
    return order;
  }

  /** The things in this order. */
  List<T> inOrder() {
    return order.stream().map(things::get).toList();
  }

  private static List<Integer> order(int[][] sources) {
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
  Optional<T> inCycle() {
    int count = things.size();
    if (order.size() == count) {
      return Optional.empty();
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
    return Optional.of(things.get(at));
  }
}
