package dev.inferlab.gateway.experiment;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.inferlab.proto.job.v1.JobState;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A job with all its attempts.
 *
 * @param attempt number of the live or last attempt; 0 before the first
 */
@Schema(name = "Job")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record JobView(
    UUID id,
    String kind,
    String state,
    int attempt,
    String targetId,
    String device,
    String waitingFor,
    double progress,
    String stage,
    @Schema(implementation = Object.class) @JsonRawValue String problem,
    @Schema(implementation = Object[].class) @JsonRawValue String attempts,
    Instant createdAt) {
  static JobView of(Job job) {
    boolean ended = ExperimentState.isFinal(JobState.valueOf(job.state));
    return new JobView(
        job.id,
        job.kind,
        job.state,
        job.attempt,
        job.targetId,
        job.device,
        job.waitingFor,
        job.state.equals(JobState.SUCCEEDED.name()) ? 1 : job.progress,
        ended ? null : job.stage,
        job.problem,
        job.attempts,
        job.createdAt);
  }
}
