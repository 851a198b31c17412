package dev.inferlab.gateway.experiment;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * An experiment as users see it.
 *
 * @param progress 0 to 1
 * @param stage what it does now, for people
 * @param waitingFor while it is queued: what it waits for
 * @param problem of the first job that failed
 */
@Schema(name = "Experiment")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ExperimentView(
    UUID id,
    UUID projectId,
    String kind,
    @Schema(implementation = Object.class) @JsonRawValue String options,
    int priority,
    String owner,
    ExperimentState state,
    double progress,
    String stage,
    boolean cancelRequested,
    String waitingFor,
    @Schema(implementation = Object.class) @JsonRawValue String problem,
    Instant createdAt,
    Instant updatedAt,
    Instant finishedAt) {

  static ExperimentView of(Experiment row, List<Job> jobs) {
    return new ExperimentView(
        row.id,
        row.projectId,
        row.kind,
        row.options,
        row.priority,
        row.owner,
        row.state,
        row.progress,
        row.stage.isEmpty() ? null : row.stage,
        row.cancelRequested,
        jobs.stream()
            .map(job -> job.waitingFor)
            .filter(text -> row.state == ExperimentState.QUEUED && !text.isEmpty())
            .findFirst()
            .orElse(null),
        jobs.stream().map(job -> job.problem).filter(p -> p != null).findFirst().orElse(null),
        row.createdAt,
        row.updatedAt,
        row.finishedAt);
  }
}
