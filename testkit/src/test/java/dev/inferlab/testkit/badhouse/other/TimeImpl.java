package dev.inferlab.testkit.badhouse.other;

import dev.inferlab.testkit.badhouse.one.SleepManager;
import java.time.Instant;

/** Breaks the rules on names and time. */
public final class TimeImpl {
  private TimeImpl() {}

  public static Instant now() {
    return Instant.now();
  }

  public static Class<?> other() {
    return SleepManager.class;
  }
}
