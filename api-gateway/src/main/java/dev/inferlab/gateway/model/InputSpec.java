package dev.inferlab.gateway.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.inferlab.gateway.json.JsonFields;
import java.util.List;
import java.util.Set;

/**
 * How an image becomes the model's input: {@code (value - mean) / scale} per channel after
 * resizing. What is null or empty was not given.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record InputSpec(String layout, String colour, List<Double> mean, List<Double> scale) {
  private static final int MOST_CHANNELS = 4;

  public static InputSpec read(JsonFields fields) {
    String layout = fields.choice("layout", Set.of("NCHW", "NHWC")).orElse(null);
    String colour = fields.choice("colour", Set.of("RGB", "BGR", "GRAY")).orElse(null);
    List<Double> mean = fields.numbers("mean", -1e6, 1e6, MOST_CHANNELS);
    List<Double> scale = fields.numbers("scale", -1e6, 1e6, MOST_CHANNELS);
    fields.refuseUnknown();
    int channels = "GRAY".equals(colour) ? 1 : 3;
    checkChannels(fields, "mean", mean, channels);
    checkChannels(fields, "scale", scale, channels);
    if (scale.contains(0.0)) {
      fields.violation("scale", "must not have a 0 in it: values are divided by it");
    }
    return new InputSpec(layout, colour, mean, scale);
  }

  private static void checkChannels(
      JsonFields fields, String field, List<Double> values, int channels) {
    if (!values.isEmpty() && values.size() != channels) {
      fields.violation(
          field, "must have one number for each of the %d channels".formatted(channels));
    }
  }
}
