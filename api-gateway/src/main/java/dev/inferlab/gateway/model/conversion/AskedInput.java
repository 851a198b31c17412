package dev.inferlab.gateway.model.conversion;

import dev.inferlab.gateway.json.JsonFields;
import java.util.List;

/** What is asked for one input, as far as it could be read. */
record AskedInput(
    JsonFields fields,
    String name,
    List<Long> shape,
    String layout,
    List<Double> mean,
    List<Double> scale,
    boolean reverseChannels) {
  private static final int MOST_DIMENSIONS = 16;
  private static final int MOST_CHANNELS = 4096;
  private static final double LARGEST = 1e6;

  static AskedInput read(JsonFields fields) {
    AskedInput input =
        new AskedInput(
            fields,
            fields.requiredText("name", ConversionRequest.LONGEST_NAME),
            fields.integers("shape", -1, Integer.MAX_VALUE, MOST_DIMENSIONS).stream()
                .map(Integer::longValue)
                .toList(),
            fields.text("layout", MOST_DIMENSIONS).orElse(null),
            fields.numbers("mean", -LARGEST, LARGEST, MOST_CHANNELS),
            fields.numbers("scale", -LARGEST, LARGEST, MOST_CHANNELS),
            fields.flag("reverseChannels", false));
    fields.refuseUnknown();
    return input;
  }

  String path(String field) {
    return fields.path(field);
  }

  boolean changesValues() {
    return !mean.isEmpty() || !scale.isEmpty() || reverseChannels;
  }
}
