package dev.inferlab.gateway.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.json.CanonicalJson;
import dev.inferlab.gateway.json.JsonFields;
import dev.inferlab.gateway.text.PlainText;
import java.util.Map;
import java.util.Optional;

/** Settings of a task's adapter: an object that is kept as it is, within bounds. */
public final class TaskSettings {
  private static final int LONGEST = 16 * 1024;
  private static final int DEEPEST = 16;

  private TaskSettings() {}

  public static Optional<JsonNode> read(JsonFields fields, String field) {
    JsonNode value = fields.raw(field);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isObject()) {
      fields.violation(field, "must be a JSON object");
    } else if (!isSound(value, 1)) {
      fields.violation(
          field,
          "must not be deeper than %d, nor have broken Unicode or numbers that are too large"
              .formatted(DEEPEST));
    } else if (CanonicalJson.of(value).length() > LONGEST) {
      fields.violation(field, "must not be longer than %,d characters".formatted(LONGEST));
    } else {
      return Optional.of(value);
    }
    return Optional.empty();
  }

  private static boolean isSound(JsonNode node, int depth) {
    if (node.isTextual()) {
      return PlainText.isFit(node.textValue());
    }
    if (node.isNumber()) {
      return Double.isFinite(node.doubleValue());
    }
    if (depth > DEEPEST) {
      return false;
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!PlainText.isFit(field.getKey())) {
        return false;
      }
    }
    for (JsonNode child : node) {
      if (!isSound(child, depth + 1)) {
        return false;
      }
    }
    return true;
  }
}
