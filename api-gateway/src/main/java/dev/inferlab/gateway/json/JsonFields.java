package dev.inferlab.gateway.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.inferlab.gateway.text.PlainText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Reads the fields of one JSON object strictly: wrong types, values out of range and fields that
 * nobody asked for become violations with their path ({@code options.grid.batches[1]}). A field
 * that is absent or null counts as not given. A reading method that finds fault gives its fallback,
 * so that reading goes on and finds the next fault.
 */
public final class JsonFields {
  /** The reason of a field that is needed and was not given. */
  public static final String MISSING = "is missing";

  /** The reason of a field that nobody asked for. */
  public static final String UNKNOWN = "is not known here";

  private static final int LONGEST_KEY = 100;

  private final JsonNode object;
  private final String path;
  private final Violations violations;
  private final Set<String> known = new HashSet<>();

  private JsonFields(JsonNode object, String path, Violations violations) {
    this.object = object;
    this.path = path;
    this.violations = violations;
  }

  /** {@code path} is empty for the body itself. */
  public static JsonFields of(JsonNode node, String path, Violations violations) {
    if (node == null || !node.isObject()) {
      violations.add(path, "must be a JSON object");
      return new JsonFields(JsonNodeFactory.instance.objectNode(), path, violations);
    }
    return new JsonFields(node, path, violations);
  }

  public boolean has(String field) {
    return object.hasNonNull(field);
  }

  /** Whether the field was given as null: where a value can be taken away, that takes it away. */
  public boolean clears(String field) {
    known.add(field);
    return object.has(field) && object.get(field).isNull();
  }

  public String path(String field) {
    return path.isEmpty() ? field : path + "." + field;
  }

  public void violation(String field, String reason) {
    violations.add(path(field), reason);
  }

  public Violations violations() {
    return violations;
  }

  /** The field's value as it is; null when it was not given. */
  public JsonNode raw(String field) {
    known.add(field);
    return has(field) ? object.get(field) : null;
  }

  public Optional<String> text(String field, int longest) {
    return Optional.ofNullable(text(raw(field), path(field), longest));
  }

  public String requiredText(String field, int longest) {
    requirePresence(field);
    return text(field, longest).orElse("");
  }

  /** One of the given words. */
  public Optional<String> choice(String field, Set<String> choices) {
    JsonNode value = raw(field);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isTextual() || !choices.contains(value.textValue())) {
      violation(field, "must be one of " + String.join(", ", choices.stream().sorted().toList()));
      return Optional.empty();
    }
    return Optional.of(value.textValue());
  }

  public Optional<UUID> id(String field) {
    JsonNode value = raw(field);
    if (value == null) {
      return Optional.empty();
    }
    Optional<UUID> id = value.isTextual() ? Uuids.parse(value.textValue()) : Optional.empty();
    if (id.isEmpty()) {
      violation(field, "must be an id (a UUID)");
    }
    return id;
  }

  public Optional<UUID> requiredId(String field) {
    requirePresence(field);
    return id(field);
  }

  public int integer(String field, int min, int max, int fallback) {
    JsonNode value = raw(field);
    return value == null ? fallback : integer(value, path(field), min, max, fallback);
  }

  public double number(String field, double min, double max, double fallback) {
    JsonNode value = raw(field);
    return value == null ? fallback : number(value, path(field), min, max, fallback);
  }

  public boolean flag(String field, boolean fallback) {
    JsonNode value = raw(field);
    if (value == null) {
      return fallback;
    }
    if (!value.isBoolean()) {
      violation(field, "must be true or false");
    }
    return value.asBoolean(fallback);
  }

  public List<Integer> integers(String field, int min, int max, int most) {
    List<Integer> values = new ArrayList<>();
    elements(field, most).forEach((at, node) -> values.add(integer(node, at, min, max, min)));
    return values;
  }

  public List<Double> numbers(String field, double min, double max, int most) {
    List<Double> values = new ArrayList<>();
    elements(field, most).forEach((at, node) -> values.add(number(node, at, min, max, min)));
    return values;
  }

  public List<UUID> ids(String field, int most) {
    List<UUID> values = new ArrayList<>();
    elements(field, most)
        .forEach(
            (at, node) ->
                Uuids.parse(node.asText())
                    .ifPresentOrElse(
                        values::add, () -> violations.add(at, "must be an id (a UUID)")));
    return values;
  }

  public List<String> textList(String field, int most, int longest) {
    List<String> values = new ArrayList<>();
    elements(field, most)
        .forEach(
            (at, node) -> {
              String value = text(node, at, longest);
              if (value != null) {
                values.add(value);
              }
            });
    return values;
  }

  /** A nested object, or empty when it was not given. */
  public Optional<JsonFields> object(String field) {
    JsonNode value = raw(field);
    return value == null ? Optional.empty() : Optional.of(of(value, path(field), violations));
  }

  /** The objects of an array. */
  public List<JsonFields> objects(String field, int most) {
    List<JsonFields> values = new ArrayList<>();
    elements(field, most).forEach((at, node) -> values.add(of(node, at, violations)));
    return values;
  }

  /** A flat object of texts. */
  public Map<String, String> texts(String field, int most, int longest) {
    Map<String, String> values = new LinkedHashMap<>();
    JsonNode node = raw(field);
    if (node == null) {
      return values;
    }
    if (!node.isObject() || node.size() > most) {
      violation(field, "must be an object of at most %d texts".formatted(most));
      return values;
    }
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      String at = path(field) + "." + shown(entry.getKey());
      String value = text(entry.getValue(), at, longest);
      Optional<String> fault = PlainText.fault(entry.getKey(), LONGEST_KEY);
      fault.ifPresent(reason -> violations.add(at, "the name " + reason));
      if (fault.isEmpty() && value != null) {
        values.put(entry.getKey(), value);
      }
    }
    return values;
  }

  /** Call last: what was not read by now is unknown. */
  public void refuseUnknown() {
    unknown(violations);
  }

  /** Like {@link #refuseUnknown}, told to others: where an unknown field does no harm. */
  public void unknown(Violations to) {
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      if (!known.contains(entry.getKey())) {
        to.addUnknown(path(shown(entry.getKey())));
      }
    }
  }

  private void requirePresence(String field) {
    if (!has(field)) {
      violation(field, MISSING);
    }
  }

  /** The elements of an array as they are, by their paths. */
  public Map<String, JsonNode> elements(String field, int most) {
    JsonNode node = raw(field);
    Map<String, JsonNode> elements = new LinkedHashMap<>();
    if (node == null) {
      return elements;
    }
    if (!node.isArray() || node.isEmpty() || node.size() > most) {
      violation(field, "must be an array of 1 to %d elements".formatted(most));
      return elements;
    }
    for (int i = 0; i < node.size(); i++) {
      elements.put("%s[%d]".formatted(path(field), i), node.get(i));
    }
    return elements;
  }

  private String text(JsonNode value, String at, int longest) {
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      violations.add(at, "must be a text");
      return null;
    }
    String text = value.textValue();
    Optional<String> fault = PlainText.fault(text, longest);
    fault.ifPresent(reason -> violations.add(at, reason));
    return fault.isPresent() ? null : text;
  }

  private int integer(JsonNode value, String at, int min, int max, int fallback) {
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < min
        || value.intValue() > max) {
      violations.add(at, "must be a whole number from %d to %d".formatted(min, max));
      return fallback;
    }
    return value.intValue();
  }

  private double number(JsonNode value, String at, double min, double max, double fallback) {
    double number = value.isNumber() ? value.doubleValue() : Double.NaN;
    if (!(number >= min && number <= max)) {
      violations.add(at, "must be a number from %s to %s".formatted(plain(min), plain(max)));
      return fallback;
    }
    return number;
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  private static String shown(String name) {
    return PlainText.shown(name, 60);
  }
}
