package dev.inferlab.gateway.model;

import dev.inferlab.gateway.model.conversion.Conversion;
import dev.inferlab.gateway.model.conversion.InputChange;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.platform.problem.Violation;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a version does to an image's values by itself, because its conversion built that in. Its
 * input spec must not do the same again.
 *
 * @param mean one number, or one a channel; empty: none is subtracted
 * @param scale as {@code mean}
 * @param reversed whether the version takes the channels the other way round than the original
 */
record BuiltIn(List<Double> mean, List<Double> scale, boolean reversed) {
  private static final BuiltIn NOTHING = new BuiltIn(List.of(), List.of(), false);

  private static final double PIXEL_MAX = 255;

  static BuiltIn of(Optional<Conversion> conversion) {
    return conversion.flatMap(Conversion::onlyValueChange).map(BuiltIn::of).orElse(NOTHING);
  }

  private static BuiltIn of(InputChange change) {
    return new BuiltIn(
        change.mean() == null ? List.of() : change.mean(),
        change.scale() == null ? List.of() : change.scale(),
        Boolean.TRUE.equals(change.reverseChannels()));
  }

  boolean normalises() {
    return !mean.isEmpty() || !scale.isEmpty();
  }

  /**
   * What remains to be done of a spec of the original: a mean that is not built in is subtracted
   * before.
   *
   * @param channels of the images: a spec has as many numbers
   * @throws ProblemException MODEL_CONVERSION_OPTIONS_INVALID where a scale would have to be
   *     applied after a mean that is built in
   */
  InputSpec remainderOf(InputSpec original, int channels) {
    if (!normalises()) {
      return with(original, inOrder(original.mean()), inOrder(original.scale()));
    }
    if (scale.isEmpty() && ofPixels() && !original.scale().isEmpty()) {
      throw new ProblemException(
          ProblemCode.MODEL_CONVERSION_OPTIONS_INVALID,
          "The model cannot be converted this way.",
          List.of(
              new Violation(
                  "inputs[0].scale",
                  "is missing: the input spec divides by %s after its mean, so the mean cannot be built in alone"
                      .formatted(original.scale()))));
    }
    return with(
        original,
        mean.isEmpty() ? inOrder(original.mean()) : List.of(),
        ofPixels() ? List.of() : Collections.nCopies(channels, PIXEL_MAX));
  }

  /**
   * The original's spec, when this is the version's.
   *
   * @param channels of the images: a spec has as many numbers
   */
  InputSpec wholeOf(InputSpec version, int channels) {
    if (!normalises()) {
      return with(version, inOrder(version.mean()), inOrder(version.scale()));
    }
    return with(
        version,
        mean.isEmpty() ? inOrder(version.mean()) : inPixels(mean, channels),
        inPixels(scale, channels));
  }

  /**
   * Whether the built-in numbers are for values of 0 to 255, as pixels have; else they are for 0 to
   * 1, and pixels are divided by 255 before.
   */
  private boolean ofPixels() {
    return Stream.concat(mean.stream(), scale.stream()).anyMatch(value -> Math.abs(value) > 2);
  }

  private List<Double> inPixels(List<Double> values, int channels) {
    if (ofPixels()) {
      return aChannel(values, channels);
    }
    return aChannel(values.isEmpty() ? List.of(1.0) : values, channels).stream()
        .map(value -> value * PIXEL_MAX)
        .toList();
  }

  private InputSpec with(InputSpec spec, List<Double> newMean, List<Double> newScale) {
    return new InputSpec(
        spec.layout(), colour(spec.colour()), newMean, newScale, spec.resize(), spec.padValue());
  }

  private String colour(String colour) {
    if (!reversed || colour == null) {
      return colour;
    }
    return switch (colour) {
      case "RGB" -> "BGR";
      case "BGR" -> "RGB";
      default -> colour;
    };
  }

  /** A spec's numbers go by the order of its colour. */
  private List<Double> inOrder(List<Double> values) {
    return reversed ? List.copyOf(values.reversed()) : values;
  }

  private static List<Double> aChannel(List<Double> values, int channels) {
    return values.size() == 1 ? Collections.nCopies(channels, values.getFirst()) : values;
  }
}
