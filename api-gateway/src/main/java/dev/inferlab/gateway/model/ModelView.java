package dev.inferlab.gateway.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.inferlab.gateway.model.conversion.Conversion;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A model as users see it.
 *
 * @param state DOWNLOADING (from a catalogue or an address), SCANNED (its files were looked at,
 *     nothing was converted), IMPORTING, READY or FAILED (then {@code problem} says why)
 * @param origin IMPORT, CONVERSION (another version of the same files) or CALIBRATION
 * @param rootId the version that came with the files; its own id for that one
 * @param parentId what it was made from; absent for an import
 * @param precision of most weights; before the conversion the one that was asked for, if any
 * @param conversion what it was made with; absent if nothing was converted
 * @param taskSource whether the task was given or guessed
 * @param labels absent in lists
 * @param inputSpecSource whether the input spec was given or guessed
 * @param files as they were uploaded
 * @param inputs as the files declare them, and after the conversion as the runtime sees them
 * @param sizeBytes of the IR; of the uploaded files until there is one
 * @param parameters elements of all weights
 * @param waitingFor while it is imported: what its conversion waits for
 * @param catalogEntry "catalogue/name" of what it was imported from
 * @param download while it is DOWNLOADING; absent in lists
 */
@Schema(name = "Model")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ModelView(
    UUID id,
    String name,
    String owner,
    @Schema(enumeration = {"DOWNLOADING", "SCANNED", "IMPORTING", "READY", "FAILED"}) String state,
    @Schema(enumeration = {"IMPORT", "CONVERSION", "CALIBRATION"}) String origin,
    UUID rootId,
    UUID parentId,
    String format,
    String formatVersion,
    String precision,
    @Schema(implementation = Conversion.class) @JsonRawValue String conversion,
    String task,
    Source taskSource,
    @Schema(implementation = Object.class) @JsonRawValue String taskSettings,
    @Schema(implementation = Labels.class) @JsonRawValue String labels,
    @Schema(implementation = InputSpec.class) @JsonRawValue String inputSpec,
    Source inputSpecSource,
    @Schema(implementation = ModelFile[].class) @JsonRawValue String files,
    @Schema(implementation = Port[].class) @JsonRawValue String inputs,
    @Schema(implementation = Port[].class) @JsonRawValue String outputs,
    @Schema(implementation = String[].class) @JsonRawValue String notes,
    long sizeBytes,
    Long parameters,
    String runtimeVersion,
    String waitingFor,
    String catalogEntry,
    DownloadView download,
    @Schema(implementation = Object.class) @JsonRawValue String problem,
    Instant createdAt,
    Instant updatedAt) {}
