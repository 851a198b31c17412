package dev.inferlab.openvino;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Reads all properties that a device or compiled model names. */
final class PropertyReader {

  private PropertyReader() {}

  /** Some keys are named but cannot be read (write-only ones): they are left out. */
  static Map<String, String> readAll(List<String> keys, UnaryOperator<String> read) {
    Map<String, String> values = new TreeMap<>();
    for (String key : keys) {
      if (key.equals(Property.SUPPORTED_PROPERTIES.key())) {
        continue;
      }
      try {
        values.put(key, read.apply(key));
      } catch (NativeCallException e) {
        continue;
      }
    }
    return values;
  }
}
