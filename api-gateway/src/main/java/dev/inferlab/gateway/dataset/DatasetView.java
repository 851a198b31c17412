package dev.inferlab.gateway.dataset;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A dataset as users see it.
 *
 * @param ignored names of files that are no images, the first few of {@code ignoredCount}
 */
@Schema(name = "Dataset")
public record DatasetView(
    UUID id,
    String name,
    String owner,
    String state,
    int imageCount,
    long sizeBytes,
    int ignoredCount,
    @Schema(implementation = String[].class) @JsonRawValue String ignored,
    Instant createdAt) {
  static DatasetView of(Dataset row) {
    return new DatasetView(
        row.id,
        row.name,
        row.owner,
        row.state,
        row.imageCount,
        row.zipBytes,
        row.ignoredCount,
        row.ignored,
        row.createdAt);
  }
}
