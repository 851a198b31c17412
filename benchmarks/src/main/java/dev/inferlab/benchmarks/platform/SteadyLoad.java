package dev.inferlab.benchmarks.platform;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * Calls at fixed times, whether earlier calls have returned or not. Whoever measures from the given
 * due time therefore also counts the time that a slow answer made later calls wait (no coordinated
 * omission).
 */
record SteadyLoad(int perSecond, Duration duration) {

  /** One call; {@code dueNanos} is on the scale of {@link System#nanoTime()}. */
  interface Call {
    void at(int index, long dueNanos) throws Exception;
  }

  /** Returns when every call has returned. Calls handle their own failures. */
  void run(Call call) {
    int calls = Math.toIntExact(perSecond * duration.toMillis() / 1_000);
    long interval = 1_000_000_000L / perSecond;
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      long start = System.nanoTime() + interval;
      for (int i = 0; i < calls; i++) {
        int index = i;
        long due = start + i * interval;
        waitUntil(due);
        callers.submit(
            () -> {
              call.at(index, due);
              return null;
            });
      }
    }
  }

  private static void waitUntil(long due) {
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
