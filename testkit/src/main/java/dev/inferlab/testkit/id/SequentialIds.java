package dev.inferlab.testkit.id;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Countable ids that are easy to recognise in a failing test: {@code
 * 00000000-0000-7000-8000-000000000001} and so on. Fits platform's {@code Ids} as a method
 * reference, {@code new SequentialIds()::get}.
 */
public final class SequentialIds implements Supplier<UUID> {
  private final AtomicLong last = new AtomicLong();

  @Override
  public UUID get() {
    return nth(last.incrementAndGet());
  }

  /** The id that the n-th call of {@link #get()} gives, counted from 1. */
  public static UUID nth(long n) {
    return new UUID(0x7000L, 0x8000_0000_0000_0000L | n);
  }
}
