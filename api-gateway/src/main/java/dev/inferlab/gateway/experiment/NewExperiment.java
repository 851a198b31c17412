package dev.inferlab.gateway.experiment;

import java.time.Instant;
import java.util.UUID;

/** A row to be inserted, under the names that the insert statement expects. */
record NewExperiment(
    UUID id,
    UUID project_id,
    String kind,
    String options,
    int priority,
    String owner,
    Instant created_at,
    UUID job_id,
    String event) {
  ExperimentView view() {
    return new ExperimentView(
        id,
        project_id,
        kind,
        options,
        priority,
        owner,
        ExperimentState.QUEUED,
        0,
        null,
        false,
        null,
        null,
        created_at,
        created_at,
        null);
  }
}
