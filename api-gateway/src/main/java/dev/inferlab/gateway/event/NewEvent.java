package dev.inferlab.gateway.event;

import java.util.UUID;

/**
 * Something that clients are told, under the names that the insert statement expects.
 *
 * @param data JSON text
 */
public record NewEvent(String type, UUID experiment_id, UUID target_id, String data) {
  public static final String EXPERIMENT_STATE = "experiment.state";
  public static final String EXPERIMENT_PROGRESS = "experiment.progress";
  public static final String EXPERIMENT_PARTIAL = "experiment.partial";
  public static final String TARGET_STATE = "target.state";

  public static NewEvent ofExperiment(String type, UUID experimentId, String data) {
    return new NewEvent(type, experimentId, null, data);
  }

  public static NewEvent ofTarget(UUID targetId, String data) {
    return new NewEvent(TARGET_STATE, null, targetId, data);
  }
}
