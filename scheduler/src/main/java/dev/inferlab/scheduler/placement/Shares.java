package dev.inferlab.scheduler.placement;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * How much of the lab each owner has: jobs that run now, and jobs placed lately, which fade. Of two
 * owners with jobs of equal priority, the one with less goes first.
 */
public record Shares(Map<String, Double> load) {

  /** After this time a placed job counts half. */
  public static final Duration HALF_LIFE = Duration.ofSeconds(60);

  public static final Shares NONE = new Shares(Map.of());

  public Shares {
    load = Map.copyOf(load);
  }

  public double of(String owner) {
    return load.getOrDefault(owner, 0.0);
  }

  /** What is left at {@code now} of an amount that was right at {@code asOf}. */
  public static double faded(double amount, Instant asOf, Instant now) {
    double halves = (double) Duration.between(asOf, now).toMillis() / HALF_LIFE.toMillis();
    return amount * Math.pow(0.5, Math.max(0, halves));
  }
}
