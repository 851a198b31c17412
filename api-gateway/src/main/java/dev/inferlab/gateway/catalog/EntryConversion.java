package dev.inferlab.gateway.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The conversion of an entry's import: what is asked for is put over what the entry says, for
 * inputs name by name. Nothing is judged here but whether the entry's input spec is still of what
 * comes of it.
 */
final class EntryConversion {
  private final ObjectNode entrys;
  private final ObjectNode merged;

  /**
   * @param asked what the request says; not an object: nothing that could be merged
   */
  EntryConversion(ObjectNode entrys, JsonNode asked) {
    this.entrys = entrys;
    merged = entrys.deepCopy();
    asked.properties().forEach(field -> merged.set(field.getKey(), field.getValue()));
    if (asked.path("inputs").isArray()) {
      merged.set("inputs", over(entrys.path("inputs"), asked.path("inputs")));
    }
  }

  ObjectNode merged() {
    return merged;
  }

  private static ArrayNode over(JsonNode entrys, JsonNode asked) {
    Map<String, ObjectNode> byName = new LinkedHashMap<>();
    entrys.forEach(input -> byName.put(input.path("name").asText(), input.deepCopy()));
    List<JsonNode> others = new ArrayList<>();
    for (JsonNode input : asked) {
      ObjectNode known = byName.get(input.path("name").asText());
      if (known == null || !input.isObject()) {
        others.add(input);
      } else {
        known.setAll((ObjectNode) input);
      }
    }
    return JsonNodeFactory.instance.arrayNode().addAll(byName.values()).addAll(others);
  }

  /** Whether the network begins where the entry's does. */
  boolean beginsAlike() {
    return merged.path("cutInputs").equals(entrys.path("cutInputs"));
  }

  /** Whether the same is done to the inputs' values. */
  boolean changesValuesAlike() {
    return values(merged).equals(values(entrys));
  }

  /** Whether anything is done to them, or the network begins elsewhere than its files say. */
  boolean isOfAnotherInput() {
    return !values(merged).isEmpty() || !merged.path("cutInputs").isEmpty();
  }

  /** By input: mean, scale, and whether channels are reversed. */
  private static Map<String, List<Object>> values(ObjectNode conversion) {
    Map<String, List<Object>> values = new LinkedHashMap<>();
    for (JsonNode input : conversion.path("inputs")) {
      List<Double> mean = numbers(input.path("mean"));
      List<Double> scale = numbers(input.path("scale"));
      boolean reversed = input.path("reverseChannels").asBoolean();
      if (reversed || !mean.isEmpty() || !scale.isEmpty()) {
        values.put(input.path("name").asText(), List.of(mean, scale, reversed));
      }
    }
    return values;
  }

  private static List<Double> numbers(JsonNode list) {
    List<Double> numbers = new ArrayList<>();
    list.forEach(number -> numbers.add(number.asDouble()));
    return numbers;
  }
}
