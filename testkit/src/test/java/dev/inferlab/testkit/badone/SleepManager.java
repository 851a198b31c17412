package dev.inferlab.testkit.badone;

import dev.inferlab.testkit.badother.TimeImpl;
import java.time.Instant;

/** Breaks the rules on names, time, sleep and, with the other one, cycles. */
public final class SleepManager {
  private SleepManager() {}

  public static Instant later() throws InterruptedException {
    Thread.sleep(1);
    return TimeImpl.now();
  }
}
