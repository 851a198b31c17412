package dev.inferlab.vision.image;

import java.util.Collections;
import java.util.List;

/**
 * How an image becomes a model's input: brought to width × height (bilinear, as OpenCV does it),
 * then {@code y = (x - mean) / scale} per channel.
 *
 * @param planar channels one after the other (NCHW) instead of pixel by pixel (NHWC)
 * @param mean per channel, in the order of {@code colour}; empty: 0
 * @param scale per channel; empty: 1
 * @param resize what happens to an image of other proportions
 * @param padValue of a letterbox's borders, 0 to 255, in every channel
 */
public record Preprocessing(
    int width,
    int height,
    boolean planar,
    Colour colour,
    PixelType type,
    List<Double> mean,
    List<Double> scale,
    ResizeRule resize,
    double padValue) {

  public Preprocessing {
    mean = filled(mean, colour.channels(), 0);
    scale = filled(scale, colour.channels(), 1);
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "An input of %d x %d pixels takes no image.".formatted(width, height));
    }
    if (!(padValue >= 0 && padValue <= 255)) {
      throw new IllegalArgumentException(
          "A border's value is 0 to 255, not %s.".formatted(padValue));
    }
    for (double each : scale) {
      // Pixels are multiplied by its reciprocal, in 32 bits.
      if (!Float.isFinite((float) each) || !Float.isFinite(1 / (float) each)) {
        throw new IllegalArgumentException(
            "No pixel can be divided by a scale of %s.".formatted(each));
      }
    }
  }

  /** Stretched to the input's size. */
  public Preprocessing(
      int width,
      int height,
      boolean planar,
      Colour colour,
      PixelType type,
      List<Double> mean,
      List<Double> scale) {
    this(width, height, planar, colour, type, mean, scale, ResizeRule.STRETCH, 0);
  }

  private static List<Double> filled(List<Double> values, int channels, double otherwise) {
    return switch (values.size()) {
      case 0 -> List.copyOf(Collections.nCopies(channels, otherwise));
      case 1 -> List.copyOf(Collections.nCopies(channels, values.getFirst()));
      default -> {
        if (values.size() != channels) {
          throw new IllegalArgumentException(
              "%d values were given for %d channels.".formatted(values.size(), channels));
        }
        yield List.copyOf(values);
      }
    };
  }

  /** Of one image in the input tensor. */
  public long bytes() {
    return (long) width * height * colour.channels() * type.bytes();
  }
}
