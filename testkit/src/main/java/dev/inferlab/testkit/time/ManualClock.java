package dev.inferlab.testkit.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** Time that stands still until the test moves it. */
public final class ManualClock implements InstantSource {
  /** Where clocks begin unless a test says otherwise: a round, recognisable instant. */
  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final AtomicReference<Instant> now;

  public ManualClock() {
    this(START);
  }

  public ManualClock(Instant start) {
    now = new AtomicReference<>(start);
  }

  @Override
  public Instant instant() {
    return now.get();
  }

  /**
   * Moves on and gives the new time. A negative duration steps back, as real clocks do at times.
   */
  public Instant advance(Duration by) {
    return now.updateAndGet(before -> before.plus(by));
  }

  public void set(Instant to) {
    now.set(to);
  }
}
