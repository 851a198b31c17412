package dev.inferlab.scheduler.agent;

import java.time.Duration;

/**
 * How fast an agent is read: a bucket that fills steadily; who empties it waits. Not thread-safe.
 */
final class Allowance {

  private static final double NANOS = 1_000_000_000.0;

  private final double perSecond;
  private double left;
  private long filledAt;

  Allowance(double perSecond, long nanoTime) {
    this.perSecond = perSecond;
    this.left = perSecond;
    this.filledAt = nanoTime;
  }

  /** Takes so much and says how long to wait before the next message is read. */
  Duration spend(int amount, long nanoTime) {
    left = Math.min(perSecond, left + perSecond * (nanoTime - filledAt) / NANOS) - amount;
    filledAt = nanoTime;
    return left >= 0
        ? Duration.ZERO
        : Duration.ofMillis((long) Math.ceil(-left / perSecond * 1_000));
  }
}
