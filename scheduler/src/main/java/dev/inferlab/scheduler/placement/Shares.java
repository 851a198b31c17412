package dev.inferlab.scheduler.placement;

import java.time.Duration;
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
}
