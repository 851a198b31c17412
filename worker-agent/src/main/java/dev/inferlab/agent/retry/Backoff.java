package dev.inferlab.agent.retry;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Pauses that double up to a limit, each shortened by chance so that many clients do not come back
 * at one moment.
 */
public final class Backoff {
  private final long firstNanos;
  private final long longestNanos;
  private final RandomGenerator random;
  private long nextNanos;

  public Backoff(Duration first, Duration longest, RandomGenerator random) {
    this.firstNanos = first.toNanos();
    this.longestNanos = longest.toNanos();
    this.random = random;
    reset();
  }

  /** After a success: the next pause is a short one again. */
  public void reset() {
    nextNanos = firstNanos;
  }

  /** How long to wait this time: half to all of the current step. */
  public Duration next() {
    long step = nextNanos;
    nextNanos = Math.min(longestNanos, step * 2);
    return Duration.ofNanos(step / 2 + random.nextLong(step / 2 + 1));
  }

  /** Waits for the next pause, or until the thread is interrupted. */
  public void pause() throws InterruptedException {
    await(new CountDownLatch(1));
  }

  /** Waits for the next pause; answers true as soon as {@code stop} is counted down. */
  public boolean await(CountDownLatch stop) throws InterruptedException {
    return stop.await(next().toNanos(), TimeUnit.NANOSECONDS);
  }
}
