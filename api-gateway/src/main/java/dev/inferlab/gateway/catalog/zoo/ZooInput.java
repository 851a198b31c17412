package dev.inferlab.gateway.catalog.zoo;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * An input and what the conversion does to it: {@code (x - mean) / scale}, channel by channel.
 *
 * @param shape the static shape that it gets; empty: as the files have it
 * @param layout "NCHW", …; null: not told
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ZooInput(
    String name,
    List<Long> shape,
    String layout,
    List<Double> mean,
    List<Double> scale,
    boolean reverseChannels) {
  /** What is absent in a document is empty. */
  public ZooInput {
    shape = shape == null ? List.of() : List.copyOf(shape);
    mean = mean == null ? List.of() : List.copyOf(mean);
    scale = scale == null ? List.of() : List.copyOf(scale);
  }

  ZooInput withMean(List<Double> values) {
    return new ZooInput(name, shape, layout, values, scale, reverseChannels);
  }

  ZooInput withScale(List<Double> values) {
    return new ZooInput(name, shape, layout, mean, values, reverseChannels);
  }

  ZooInput withShape(List<Long> lengths) {
    return new ZooInput(name, lengths, layout, mean, scale, reverseChannels);
  }

  ZooInput withLayout(String text) {
    return new ZooInput(name, shape, text, mean, scale, reverseChannels);
  }

  ZooInput reversed() {
    return new ZooInput(name, shape, layout, mean, scale, true);
  }

  /** Images have three channels where the layout says so. */
  boolean isImage() {
    if (layout == null || !layout.contains("C")) {
      return false;
    }
    int channel = layout.indexOf('C');
    return layout.length() == 4
        && (shape.isEmpty() || (channel < shape.size() && shape.get(channel) == 3));
  }
}
