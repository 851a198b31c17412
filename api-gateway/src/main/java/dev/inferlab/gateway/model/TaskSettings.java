package dev.inferlab.gateway.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.json.CanonicalJson;
import dev.inferlab.gateway.json.JsonFields;
import dev.inferlab.gateway.json.Violations;
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
    } else if (isSound(value, fields.path(field), 1, fields.violations())) {
      if (CanonicalJson.of(value).length() <= LONGEST) {
        return Optional.of(value);
      }
      fields.violation(field, "must not be longer than %,d characters".formatted(LONGEST));
    }
    return Optional.empty();
  }

  private static boolean isSound(JsonNode node, String at, int depth, Violations violations) {
    Optional<String> fault = Optional.empty();
    if (node.isTextual()) {
      fault = PlainText.fault(node.textValue());
    } else if (node.isNumber() && !Double.isFinite(node.doubleValue())) {
      fault = Optional.of("is too large a number");
    } else if (node.isContainerNode() && depth > DEEPEST) {
      fault = Optional.of("is deeper than %d levels".formatted(DEEPEST));
    }
    fault.ifPresent(reason -> violations.add(at, reason));
    return fault.isEmpty() && areSound(node, at, depth, violations);
  }

  private static boolean areSound(JsonNode node, String at, int depth, Violations violations) {
    for (Map.Entry<String, JsonNode> child : node.properties()) {
      String path = at + "." + PlainText.shown(child.getKey(), 60);
      Optional<String> fault = PlainText.fault(child.getKey());
      fault.ifPresent(reason -> violations.add(path, "the name " + reason));
      if (fault.isPresent() || !isSound(child.getValue(), path, depth + 1, violations)) {
        return false;
      }
    }
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        if (!isSound(node.get(i), "%s[%d]".formatted(at, i), depth + 1, violations)) {
          return false;
        }
      }
    }
    return true;
  }
}
