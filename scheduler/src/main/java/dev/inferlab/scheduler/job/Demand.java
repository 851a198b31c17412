package dev.inferlab.scheduler.job;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Where a job may run.
 *
 * @param targetId null: any target
 * @param device as OpenVINO names it; empty: any device
 * @param labels all must be equal to the target's
 * @param exclusive the device alone, for measuring
 */
public record Demand(UUID targetId, String device, Map<String, String> labels, boolean exclusive) {

  public static final Demand ANYWHERE = new Demand(null, "", Map.of(), false);

  public Demand {
    labels = Map.copyOf(labels);
  }

  public Optional<UUID> target() {
    return Optional.ofNullable(targetId);
  }

  /** Whether devices of this id will do. */
  public boolean acceptsDevice(String id) {
    return device.isEmpty() || device.equals(id);
  }
}
