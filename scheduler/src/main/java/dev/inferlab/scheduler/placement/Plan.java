package dev.inferlab.scheduler.placement;

import java.util.List;
import java.util.UUID;

/** Who goes where, in the order of the decisions. */
public record Plan(List<Place> places) {

  public record Place(QueuedJob job, UUID targetId, String device) {}

  public Plan {
    places = List.copyOf(places);
  }
}
