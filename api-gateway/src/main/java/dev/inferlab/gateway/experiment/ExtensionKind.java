package dev.inferlab.gateway.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.inferlab.gateway.json.CanonicalJson;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.proto.job.v1.Placement;
import java.time.Duration;
import java.util.List;

/** A kind that only agents know: its options pass through as JSON, and no files go with it. */
record ExtensionKind(boolean exclusive) implements ExperimentKind {
  private static final Duration TIME_LIMIT = Duration.ofHours(1);
  private static final int MOST_BYTES = 64 * 1024;

  @Override
  public Plan plan(ProjectContext project, JsonNode options, String path, Violations violations) {
    if (options != null && !options.isObject()) {
      violations.add(path, "must be a JSON object");
    }
    ByteString text = ByteString.copyFromUtf8(options == null ? "{}" : CanonicalJson.of(options));
    if (text.size() > MOST_BYTES) {
      violations.add(path, "must not be longer than %d bytes".formatted(MOST_BYTES));
    }
    Placement placement =
        Placement.newBuilder()
            .setTargetId(project.targetId().toString())
            .setDevice(project.deviceId())
            .setExclusive(exclusive)
            .build();
    return new Plan(text.toStringUtf8(), List.of(), text, placement, TIME_LIMIT);
  }
}
