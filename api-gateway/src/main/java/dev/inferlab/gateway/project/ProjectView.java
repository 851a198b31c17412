package dev.inferlab.gateway.project;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A project as users see it.
 *
 * @param datasetId absent: experiments run on random input
 */
@Schema(name = "Project")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ProjectView(
    UUID id,
    UUID modelId,
    UUID datasetId,
    UUID targetId,
    String device,
    String owner,
    Instant createdAt) {
  static ProjectView of(Project row) {
    return new ProjectView(
        row.id, row.modelId, row.datasetId, row.targetId, row.device, row.owner, row.createdAt);
  }
}
