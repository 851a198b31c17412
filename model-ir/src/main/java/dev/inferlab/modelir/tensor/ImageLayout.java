package dev.inferlab.modelir.tensor;

import java.util.Optional;

/** What a shape alone tells of where an image's channels are. */
public final class ImageLayout {
  public static final String CHANNELS_FIRST = "NCHW";
  public static final String CHANNELS_LAST = "NHWC";

  private ImageLayout() {}

  /**
   * From where a number of channels that images have stands.
   *
   * @param channelsLast the format's habit, which decides where the shape does not
   * @return {@code NCHW}, {@code NHWC} or {@code NC}; empty if that is unclear
   */
  public static String of(PartialShape shape, boolean channelsLast) {
    if (shape.hasRank() && shape.rank() == 2) {
      return "NC";
    }
    if (!shape.hasRank() || shape.rank() != 4) {
      return "";
    }
    // Where height and width are 1, any length is one of channels: only the format's habit tells.
    boolean pointBehind = isOne(shape, 2) && isOne(shape, 3);
    boolean pointBefore = isOne(shape, 1) && isOne(shape, 2);
    if (pointBehind || pointBefore) {
      boolean fits = channelsLast ? pointBefore : pointBehind;
      return fits ? habit(channelsLast) : "";
    }
    boolean first = ImageChannels.fits(length(shape, 1));
    boolean last = ImageChannels.fits(length(shape, 3));
    if (first == last) {
      return first ? habit(channelsLast) : "";
    }
    return first ? CHANNELS_FIRST : CHANNELS_LAST;
  }

  /**
   * What the shape alone shows, whatever the format: a number of channels that images have, in just
   * one of the places where {@code NCHW} and {@code NHWC} have it.
   */
  public static Optional<String> shownBy(PartialShape shape) {
    String layout = of(shape, false);
    boolean clear = shape.hasRank() && shape.rank() == 4 && layout.equals(of(shape, true));
    return clear ? Optional.of(layout).filter(it -> !it.isEmpty()) : Optional.empty();
  }

  private static String habit(boolean channelsLast) {
    return channelsLast ? CHANNELS_LAST : CHANNELS_FIRST;
  }

  private static boolean isOne(PartialShape shape, int axis) {
    return length(shape, axis) == 1;
  }

  private static long length(PartialShape shape, int axis) {
    Dimension dimension = shape.dimension(axis);
    return dimension.isStatic() ? dimension.length() : -1;
  }
}
