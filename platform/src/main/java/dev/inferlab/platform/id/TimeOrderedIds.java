package dev.inferlab.platform.id;

import java.time.InstantSource;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Version 7 UUIDs (RFC 9562): 48 bits of milliseconds, a 12-bit counter, 62 random bits.
 *
 * <p>Ids of one instance grow strictly, also within a millisecond and when the clock steps back:
 * rows that are made together keep their order, and indexes are filled at their right edge.
 */
public final class TimeOrderedIds implements Ids {
  private static final int COUNTER_LIMIT = 1 << 12;

  private final InstantSource clock;
  private final RandomGenerator random;
  private long millis;
  private int counter;

  public TimeOrderedIds(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  @Override
  public UUID next() {
    long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(nextHigh(), low);
  }

  private synchronized long nextHigh() {
    long now = clock.millis();
    if (now > millis) {
      millis = now;
      // Half of the counter's range stays free for ids of the same millisecond.
      counter = random.nextInt(COUNTER_LIMIT / 2);
    } else if (++counter == COUNTER_LIMIT) {
      millis++;
      counter = 0;
    }
    return (millis << 16) | 0x7000L | counter;
  }
}
