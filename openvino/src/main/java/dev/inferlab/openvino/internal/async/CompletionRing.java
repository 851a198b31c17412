package dev.inferlab.openvino.internal.async;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/**
 * The numbers of ended runs, in the order in which they ended: many threads add, one at a time
 * takes. Neither side allocates, and adding never waits. Each number is in it at most once, so it
 * cannot overflow.
 */
public final class CompletionRing {

  private static final int NONE = 0;

  private final AtomicIntegerArray places;
  private final int mask;
  private final AtomicInteger tail = new AtomicInteger();
  private final AtomicInteger expected = new AtomicInteger();

  private int head;
  private volatile Thread waiting;

  public CompletionRing(int numbers) {
    int capacity = Integer.highestOneBit(Math.max(1, numbers - 1)) * 2;
    this.places = new AtomicIntegerArray(capacity);
    this.mask = capacity - 1;
  }

  /** One more will be added. */
  public void expect() {
    expected.incrementAndGet();
  }

  /** One that was expected will not be added. */
  public void unexpect() {
    expected.decrementAndGet();
    wakeTaker();
  }

  /** By whoever ended a run. */
  public void add(int number) {
    // Volatile, not release: the store must be seen before the taker is looked for, or a taker that
    // looks for the number at that moment would sleep for ever.
    places.set(tail.getAndIncrement() & mask, number + 1);
    wakeTaker();
  }

  private void wakeTaker() {
    Thread taker = waiting;
    if (taker != null) {
      LockSupport.unpark(taker);
    }
  }

  /** The next number, or -1. One taker at a time. */
  public int poll() {
    int number = places.get(head & mask);
    if (number == NONE) {
      return -1;
    }
    places.setRelease(head & mask, NONE);
    head++;
    expected.decrementAndGet();
    return number - 1;
  }

  /**
   * The next number, or -1 when none is to come. Waits for it, also when interrupted: the thread's
   * mark is then set again. One taker at a time.
   */
  public int await() {
    int number = poll();
    if (number >= 0) {
      return number;
    }
    boolean interrupted = false;
    waiting = Thread.currentThread();
    try {
      while ((number = poll()) < 0) {
        if (expected.get() == 0) {
          return -1;
        }
        LockSupport.park(this);
        // With the mark set, parking would return at once, and this would spin.
        interrupted |= Thread.interrupted();
      }
      return number;
    } finally {
      waiting = null;
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
