package dev.inferlab.openvino.internal.async;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what nobody tells of: looks, sleeps for a moment, and looks again. */
public final class Polling {

  private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

  private Polling() {}

  /** Also when interrupted: the thread's mark is then set again at the end. */
  public static void until(BooleanSupplier done) {
    boolean interrupted = false;
    try {
      while (!done.getAsBoolean()) {
        LockSupport.parkNanos(PAUSE_NANOS);
        // With the mark set, parking would return at once, and this would spin.
        interrupted |= Thread.interrupted();
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
