package dev.inferlab.scheduler.loop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Items of several senders: in order for each sender, and each batch has a bounded share of every
 * one, so that who sends much delays only itself.
 */
final class FairQueue<T> {

  private final Function<T, Object> sender;
  private final ToIntFunction<T> weight;
  private final Map<Object, Queue<T>> waiting = new LinkedHashMap<>();

  FairQueue(Function<T, Object> sender, ToIntFunction<T> weight) {
    this.sender = sender;
    this.weight = weight;
  }

  synchronized void add(T item) {
    waiting.computeIfAbsent(sender.apply(item), _ -> new ArrayDeque<>()).add(item);
  }

  synchronized boolean isEmpty() {
    return waiting.isEmpty();
  }

  /**
   * Of each sender its oldest items, until they weigh this much together; at least one.
   *
   * @param most weight of the whole batch, likewise
   */
  synchronized List<T> take(int each, int most) {
    List<T> taken = new ArrayList<>();
    Map<Object, Queue<T>> served = new LinkedHashMap<>();
    int all = 0;
    Iterator<Map.Entry<Object, Queue<T>>> senders = waiting.entrySet().iterator();
    while (senders.hasNext() && all < most) {
      Map.Entry<Object, Queue<T>> next = senders.next();
      int own = 0;
      while (own < each && !next.getValue().isEmpty()) {
        T item = next.getValue().remove();
        own += Math.max(1, weight.applyAsInt(item));
        taken.add(item);
      }
      all += own;
      senders.remove();
      if (!next.getValue().isEmpty()) {
        served.put(next.getKey(), next.getValue());
      }
    }
    // Who was served goes to the end of the line.
    waiting.putAll(served);
    return taken;
  }
}
