package dev.inferlab.modelir.tensor;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What is done to an image's values: {@code (value - mean) / scale}, channel by channel. Networks
 * compute it in 32-bit floats, and divide by multiplying with the reciprocal.
 *
 * @param mean one number for all channels, or one a channel; empty: not told, and nothing is
 *     subtracted
 * @param scale as {@code mean}; empty: not told, and nothing is divided
 */
public record Normalisation(List<Double> mean, List<Double> scale) {
  /** What a scale must be, for people. */
  public static final String SCALE_RULE =
      "must not have a 0 in it, nor a number that is 0 or infinite in 32 bits or whose reciprocal is: values are divided by it";

  /** What a mean must be, for people. */
  public static final String MEAN_RULE = "has a number that is infinite in 32 bits";

  public static final Normalisation NOTHING = new Normalisation(List.of(), List.of());

  private static final double PIXEL_MAX = 255;

  /** Numbers that people round differently are the same: 0.485 and 123.68 / 255. */
  private static final double ROUNDING = 1e-3;

  public Normalisation {
    mean = List.copyOf(mean);
    scale = List.copyOf(scale);
  }

  public static boolean isMean(double value) {
    return Float.isFinite((float) value);
  }

  /** False for 0, and for what is so small or so large that nothing finite comes of it. */
  public static boolean isScale(double value) {
    float scale = (float) value;
    return Float.isFinite(scale) && Float.isFinite(1 / scale);
  }

  public boolean isNothing() {
    return mean.isEmpty() && scale.isEmpty();
  }

  /**
   * What is to be done before a network that does a part of this by itself, so that it computes of
   * an image what it computes after this without that part. What it does must be what this says, or
   * that for values of 0 to 1 instead of 0 to 255: then a scale of 255 is left. Where this tells
   * nothing, what is built in is all there is: for pixels if one of its numbers is over 2, else for
   * values of 0 to 1.
   *
   * @return empty if what is built in is no part of this
   */
  public Optional<Normalisation> without(Normalisation builtIn) {
    if (builtIn.isNothing()) {
      return Optional.of(this);
    }
    if (isNothing()) {
      return Optional.of(
          new Normalisation(List.of(), builtIn.isOfPixels() ? List.of() : List.of(PIXEL_MAX)));
    }
    int channels = Math.max(channels(), builtIn.channels());
    if (!hasChannels(channels) || !builtIn.hasChannels(channels)) {
      return Optional.empty();
    }
    Optional<List<Double>> scaleLeft =
        builtIn.scale.isEmpty() ? Optional.of(scale) : scaleWithout(builtIn, channels);
    return scaleLeft.flatMap(
        left -> meanWithout(builtIn, left, channels).map(means -> new Normalisation(means, left)));
  }

  private Optional<List<Double>> scaleWithout(Normalisation builtIn, int channels) {
    List<Double> left = each(channels, scale, 1, builtIn.scale, 1, (all, part) -> all / part);
    if (left.stream().allMatch(value -> near(value, 1))) {
      return Optional.of(List.of());
    }
    return !builtIn.isOfPixels() && left.stream().allMatch(value -> near(value, PIXEL_MAX))
        ? Optional.of(Collections.nCopies(channels, PIXEL_MAX))
        : Optional.empty();
  }

  /** All of the mean is built in, in the units that the scale before it leaves, or none of it. */
  private Optional<List<Double>> meanWithout(
      Normalisation builtIn, List<Double> scaleLeft, int channels) {
    if (builtIn.mean.isEmpty()) {
      return Optional.of(mean);
    }
    List<Double> part = each(channels, builtIn.mean, 0, scaleLeft, 1, (a, b) -> a * b);
    boolean all = IntStream.range(0, channels).allMatch(c -> near(at(mean, c, 0), part.get(c)));
    return all ? Optional.of(List.of()) : Optional.empty();
  }

  /**
   * This, and then what the network does by itself.
   *
   * @throws IllegalArgumentException when the two are of different numbers of channels
   */
  public Normalisation then(Normalisation builtIn) {
    if (builtIn.isNothing()) {
      return this;
    }
    int channels = Math.max(channels(), builtIn.channels());
    if (!hasChannels(channels) || !builtIn.hasChannels(channels)) {
      throw new IllegalArgumentException("%s has other channels than %s".formatted(this, builtIn));
    }
    List<Double> shift = each(channels, builtIn.mean, 0, scale, 1, (a, b) -> a * b);
    return new Normalisation(
        mean.isEmpty() && builtIn.mean.isEmpty()
            ? List.of()
            : floats(each(channels, mean, 0, shift, 0, Double::sum)),
        scale.isEmpty() && builtIn.scale.isEmpty()
            ? List.of()
            : floats(each(channels, scale, 1, builtIn.scale, 1, (a, b) -> a * b)));
  }

  /** 123.675 instead of 123.67499999999998: networks compute in 32 bits. */
  private static List<Double> floats(List<Double> values) {
    return values.stream()
        .map(value -> Double.valueOf(Float.toString(value.floatValue())))
        .toList();
  }

  /** Whether both subtract the same, of values of 0 to 255 or of 0 to 1. */
  public boolean repeatsMeanOf(Normalisation builtIn) {
    return repeats(mean, builtIn.mean, 0);
  }

  /** Whether both divide by the same, values of 0 to 255 or of 0 to 1. */
  public boolean repeatsScaleOf(Normalisation builtIn) {
    return repeats(scale, builtIn.scale, 1);
  }

  private static boolean repeats(List<Double> own, List<Double> builtIn, double nothing) {
    if (doNothing(own, nothing) || doNothing(builtIn, nothing)) {
      return false;
    }
    int channels = Math.max(own.size(), builtIn.size());
    return Stream.of(1.0, PIXEL_MAX)
        .anyMatch(
            unit ->
                IntStream.range(0, channels)
                    .allMatch(c -> near(at(own, c, nothing), unit * at(builtIn, c, nothing))));
  }

  private static boolean doNothing(List<Double> values, double nothing) {
    return values.stream().allMatch(value -> value == nothing);
  }

  /** For the channels in the opposite order. */
  public Normalisation reversed() {
    return new Normalisation(mean.reversed(), scale.reversed());
  }

  /** Whether each list is empty, has one number, or as many as these. */
  public boolean hasChannels(int channels) {
    return Stream.of(mean, scale).allMatch(list -> list.size() <= 1 || list.size() == channels);
  }

  /** The most numbers that one of the lists has. */
  private int channels() {
    return Math.max(1, Math.max(mean.size(), scale.size()));
  }

  private boolean isOfPixels() {
    return Stream.concat(mean.stream(), scale.stream()).anyMatch(value -> Math.abs(value) > 2);
  }

  private static List<Double> each(
      int channels,
      List<Double> a,
      double noA,
      List<Double> b,
      double noB,
      DoubleBinaryOperator operator) {
    return IntStream.range(0, channels)
        .mapToObj(c -> operator.applyAsDouble(at(a, c, noA), at(b, c, noB)))
        .toList();
  }

  private static double at(List<Double> values, int channel, double none) {
    return switch (values.size()) {
      case 0 -> none;
      case 1 -> values.getFirst();
      default -> values.get(channel);
    };
  }

  private static boolean near(double a, double b) {
    return Math.abs(a - b) <= ROUNDING * Math.max(Math.abs(a), Math.abs(b));
  }
}
