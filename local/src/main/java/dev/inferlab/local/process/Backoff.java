package dev.inferlab.local.process;

import java.time.Duration;

/**
 * How long to wait before a process that died is started again: longer each time that it dies
 * young.
 */
public final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(200);
  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final Duration HEALTHY = Duration.ofSeconds(20);

  private int early;

  /**
   * @param lived how long the process that just died had run
   */
  public Duration afterDeath(Duration lived) {
    early = lived.compareTo(HEALTHY) >= 0 ? 0 : early + 1;
    Duration wait = FIRST.multipliedBy(1L << Math.min(Math.max(early - 1, 0), 10));
    return wait.compareTo(LONGEST) < 0 ? wait : LONGEST;
  }

  /** Deaths in a row before the process had run long enough to be called healthy. */
  public int earlyDeaths() {
    return early;
  }
}
