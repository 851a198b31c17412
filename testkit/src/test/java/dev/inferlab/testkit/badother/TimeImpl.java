package dev.inferlab.testkit.badother;

import dev.inferlab.testkit.badone.SleepManager;
import java.time.Instant;
import java.util.function.Supplier;

/** Breaks the rules on names and time. */
public final class TimeImpl {
  static final Supplier<Instant> SUPPLIER = Instant::now;

  private TimeImpl() {}

  public static Instant now() {
    return Instant.now();
  }

  public static Class<?> other() {
    return SleepManager.class;
  }
}
