package dev.inferlab.gateway.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A model as users see it.
 *
 * @param state IMPORTING, READY or FAILED (then {@code problem} says why)
 * @param files as they were uploaded
 * @param inputs as the files declare them, and after the import as the runtime sees them
 * @param sizeBytes of the IR; of the uploaded files until there is one
 * @param parameters elements of all constants
 * @param waitingFor while it is imported: what its conversion waits for
 */
@Schema(name = "Model")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ModelView(
    UUID id,
    String name,
    String owner,
    String state,
    String format,
    String formatVersion,
    String precision,
    String task,
    UUID parentId,
    @Schema(implementation = InputSpec.class) @JsonRawValue String inputSpec,
    @Schema(implementation = ModelFile[].class) @JsonRawValue String files,
    @Schema(implementation = Port[].class) @JsonRawValue String inputs,
    @Schema(implementation = Port[].class) @JsonRawValue String outputs,
    @Schema(implementation = String[].class) @JsonRawValue String notes,
    long sizeBytes,
    Long parameters,
    String runtimeVersion,
    String waitingFor,
    @Schema(implementation = Object.class) @JsonRawValue String problem,
    Instant createdAt,
    Instant updatedAt) {
  static ModelView of(Model row, String waitingFor) {
    return new ModelView(
        row.id,
        row.name,
        row.owner,
        row.state,
        row.format,
        row.formatVersion.isEmpty() ? null : row.formatVersion,
        row.precision,
        row.task,
        row.parentId,
        row.inputSpec,
        row.files,
        row.inputs,
        row.outputs,
        row.notes,
        row.sizeBytes,
        row.parameters,
        row.runtimeVersion,
        waitingFor == null || waitingFor.isEmpty() ? null : waitingFor,
        row.problem,
        row.createdAt,
        row.updatedAt);
  }
}
