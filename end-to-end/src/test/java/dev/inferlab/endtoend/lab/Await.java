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
    if (!within(patience, condition)) {
      throw new AssertionError("not within %d s: %s".formatted(patience.toSeconds(), what));
    }
  }

  /** Whether it came true. */
  public static boolean within(Duration patience, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    return true;
  }
}
