package dev.inferlab.gateway.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.json.JsonFields;
import java.util.UUID;

/**
 * One experiment as it was asked for; only its outer form is checked.
 *
 * @param path where in the body it was, empty for the whole body
 * @param options null when none were given
 */
record ExperimentRequest(String path, UUID projectId, String kind, int priority, JsonNode options) {
  private static final int MOST_PRIORITY = 100;
  private static final int LONGEST_KIND = 60;

  static ExperimentRequest read(JsonFields fields, String path) {
    UUID projectId = fields.requiredId("projectId").orElse(null);
    String kind = fields.requiredText("kind", LONGEST_KIND);
    int priority = fields.integer("priority", -MOST_PRIORITY, MOST_PRIORITY, 0);
    JsonNode options = fields.raw("options");
    fields.refuseUnknown();
    return new ExperimentRequest(path, projectId, kind, priority, options);
  }

  String path(String field) {
    return path.isEmpty() ? field : path + "." + field;
  }
}
