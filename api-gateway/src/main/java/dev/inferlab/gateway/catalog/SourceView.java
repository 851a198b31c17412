package dev.inferlab.gateway.catalog;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A catalogue as users see it.
 *
 * @param state LOADING while an address is fetched; READY; FAILED (then {@code problem} says why)
 * @param entries how many it has, and how many of them can be imported
 */
@Schema(name = "CatalogSource")
@JsonInclude(JsonInclude.Include.NON_NULL)
record SourceView(
    UUID id,
    String name,
    String kind,
    String location,
    String state,
    long entries,
    long importable,
    @Schema(implementation = Object.class) @JsonRawValue String problem,
    String owner,
    Instant createdAt,
    Instant updatedAt) {
  static SourceView of(CatalogSource row, long entries, long importable) {
    return new SourceView(
        row.id,
        row.name,
        row.kind,
        row.location,
        row.state,
        entries,
        importable,
        row.problem,
        row.owner,
        row.createdAt,
        row.updatedAt);
  }
}
