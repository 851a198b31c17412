package dev.inferlab.gateway.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/** One text for every way to write the same JSON value: fields in order, no spaces. */
public final class CanonicalJson {
  private CanonicalJson() {}

  public static String of(JsonNode node) {
    StringBuilder text = new StringBuilder();
    write(node, text);
    return text.toString();
  }

  private static void write(JsonNode node, StringBuilder text) {
    if (node.isObject()) {
      char separator = '{';
      for (Map.Entry<String, JsonNode> field : sorted(node).entrySet()) {
        text.append(separator)
            .append(new com.fasterxml.jackson.databind.node.TextNode(field.getKey()))
            .append(':');
        write(field.getValue(), text);
        separator = ',';
      }
      text.append(separator == '{' ? "{}" : "}");
    } else if (node.isArray()) {
      char separator = '[';
      for (JsonNode element : node) {
        text.append(separator);
        write(element, text);
        separator = ',';
      }
      text.append(separator == '[' ? "[]" : "]");
    } else {
      text.append(node);
    }
  }

  private static Map<String, JsonNode> sorted(JsonNode node) {
    Map<String, JsonNode> fields = new TreeMap<>();
    node.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
    return fields;
  }
}
