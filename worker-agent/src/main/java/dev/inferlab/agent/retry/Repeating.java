package dev.inferlab.agent.retry;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Tasks that are done again and again on one daemon thread. A task that fails is logged and done
 * again all the same.
 */
public final class Repeating implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Repeating.class);

  private final ScheduledExecutorService clock;

  public Repeating(String threadName) {
    clock =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(threadName).factory());
  }

  /** The first time after one pause. */
  public void every(Duration pause, Runnable task) {
    ScheduledFuture<?> unused =
        clock.scheduleWithFixedDelay(
            () -> guarded(task), pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) { // an Error too: the clock would never run it again
      LOG.error("A repeated task failed; it is done again", e);
    }
  }

  /**
   * Waits for the task that runs just now; an interrupt would close the socket or file that it
   * writes to.
   */
  @Override
  public void close() {
    clock.close();
  }
}
