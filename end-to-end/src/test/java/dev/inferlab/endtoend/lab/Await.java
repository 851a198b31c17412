package dev.inferlab.endtoend.lab;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for conditions, never for times. */
public final class Await {
  private static final Duration POLL = Duration.ofMillis(50);

  private Await() {}

  public static void until(Duration patience, String what, Callable<Boolean> condition)
      throws Exception {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within %d s: %s".formatted(patience.toSeconds(), what));
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }
}
