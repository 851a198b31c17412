package dev.inferlab.scheduler.placement;

import dev.inferlab.scheduler.job.Demand;
import java.util.UUID;

/**
 * A job that waits for a place.
 *
 * @param sequence order of admission
 * @param owner shares fairly with the others
 * @param priority higher goes first
 */
public record QueuedJob(
    UUID id, long sequence, String kind, String owner, int priority, Demand demand) {

  /** Jobs of equal needs fit or fail alike. */
  Needs needs() {
    return new Needs(kind, demand);
  }

  record Needs(String kind, Demand demand) {}
}
