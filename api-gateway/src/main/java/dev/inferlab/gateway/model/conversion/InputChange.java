package dev.inferlab.gateway.model.conversion;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.inferlab.modelir.tensor.Normalisation;
import java.util.List;

/**
 * What a conversion changes at one input. Values arrive as {@code (value - mean) / scale}, channel
 * by channel. What is null or empty stays as it is.
 *
 * @param shape -1 where a dimension is to be dynamic
 * @param layout the model's own, a letter a dimension: {@code NCHW}
 * @param mean one number for all channels, or one a channel, in the order of the model's own
 *     channels
 * @param scale as {@code mean}
 * @param reverseChannels true: the IR takes RGB where the model takes BGR, or the other way round
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record InputChange(
    String name,
    List<Long> shape,
    String layout,
    List<Double> mean,
    List<Double> scale,
    Boolean reverseChannels) {
  /** The names alone change nothing. */
  @JsonIgnore
  boolean isNothing() {
    return shape == null && layout == null && !changesValues();
  }

  /** Whether the values of an image are other ones at the IR's input than at the model's. */
  public boolean changesValues() {
    return !empty(mean) || !empty(scale) || Boolean.TRUE.equals(reverseChannels);
  }

  /** What is built in, in the order of the model's own channels. */
  public Normalisation normalisation() {
    return new Normalisation(mean == null ? List.of() : mean, scale == null ? List.of() : scale);
  }

  InputChange withoutLayout() {
    return new InputChange(name, shape, null, mean, scale, reverseChannels);
  }

  private static boolean empty(List<Double> values) {
    return values == null || values.isEmpty();
  }
}
