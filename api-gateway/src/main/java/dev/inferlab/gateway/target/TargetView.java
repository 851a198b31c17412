package dev.inferlab.gateway.target;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A target as users see it.
 *
 * @param state ONLINE, DRAINING, DRAINED, LOST or OFFLINE
 * @param jobKinds that its agent can run
 */
@Schema(name = "Target")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TargetView(
    UUID id,
    String name,
    String state,
    @Schema(implementation = Map.class) @JsonRawValue String labels,
    @Schema(implementation = Device[].class) @JsonRawValue String devices,
    @Schema(implementation = Resources.class) @JsonRawValue String resources,
    String agentVersion,
    String runtimeVersion,
    @Schema(implementation = String[].class) @JsonRawValue String jobKinds,
    Instant lastSeen) {
  static TargetView of(Target row) {
    return new TargetView(
        row.id,
        row.name,
        row.state,
        row.labels,
        row.devices,
        row.resources,
        row.agentVersion,
        row.runtimeVersion,
        row.jobKinds,
        row.lastSeen);
  }
}
