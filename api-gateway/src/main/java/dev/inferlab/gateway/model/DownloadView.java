package dev.inferlab.gateway.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * How far a model's files are.
 *
 * @param totalBytes absent if not known before
 * @param trouble why the last try failed, and how many there were; it goes on by itself
 * @param nextTryAt after a try that failed; absent while one is under way
 */
@Schema(name = "ModelDownload")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DownloadView(
    long receivedBytes,
    Long totalBytes,
    @Schema(implementation = Object.class) @JsonRawValue String trouble,
    @Schema(description = "After a try that failed; absent while one is under way")
        Instant nextTryAt) {}
