package dev.inferlab.gateway.experiment;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
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
    return new JobView(
        job.id,
        job.kind,
        job.state,
        job.attempt,
        job.targetId,
        job.device,
        job.waitingFor,
        job.progress,
        job.stage,
        job.problem,
        job.attempts,
        job.createdAt);
  }
}
