package dev.inferlab.gateway.model;

import dev.inferlab.modelir.tensor.ImageChannels;
import java.util.List;
import java.util.stream.Collectors;

/** Decides whether images can fill a model's input, and in which layout. */
public sealed interface ImageInput {
  /** {@code layout} is "NCHW" or "NHWC". */
  record Fits(String layout, int channels) implements ImageInput {}

  /** {@code reason} is for the user. */
  record DoesNotFit(String reason) implements ImageInput {}

  /**
   * @param layout what the user says about the layout; null: nothing
   */
  static ImageInput of(List<Port> inputs, String layout) {
    if (inputs.size() != 1) {
      return new DoesNotFit(
          "The model has %d inputs (%s); images fill exactly one."
              .formatted(
                  inputs.size(),
                  inputs.stream().map(Port::name).limit(10).collect(Collectors.joining(", "))));
    }
    Port input = inputs.getFirst();
    List<Long> shape = input.shape();
    if (shape == null || shape.size() != 4) {
      return new DoesNotFit(
          "The input '%s' has %s; images need four dimensions (batch, channels, height, width)."
              .formatted(input.name(), shape == null ? "no known shape" : "the shape " + shape));
    }
    String known = known(layout != null ? layout : input.layout());
    if (!known.equals("NHWC") && isChannels(shape.get(1), known.equals("NCHW"))) {
      return new Fits("NCHW", channels(shape.get(1)));
    }
    if (!known.equals("NCHW") && isChannels(shape.get(3), known.equals("NHWC"))) {
      return new Fits("NHWC", channels(shape.get(3)));
    }
    boolean open = known.isEmpty() && (shape.get(1) == -1 || shape.get(3) == -1);
    return new DoesNotFit(
        "The input '%s' has the shape %s, in which no dimension is 1 or 3 channels%s."
            .formatted(
                input.name(),
                shape,
                open
                    ? "; if an open one (-1) is, say which with the model's inputSpec.layout"
                    : known.isEmpty() ? "" : " in the layout " + known));
  }

  /** By where the channels are, which is all that matters: {@code ?HWC} is NHWC. */
  private static String known(String layout) {
    return switch (layout.length() == 4 ? layout.indexOf('C') : -1) {
      case 1 -> "NCHW";
      case 3 -> "NHWC";
      default -> "";
    };
  }

  /** A dynamic number of channels counts only where the layout is known, not guessed. */
  private static boolean isChannels(long length, boolean layoutKnown) {
    return ImageChannels.fits(length) || (length == -1 && layoutKnown);
  }

  private static int channels(long length) {
    return length == ImageChannels.GREY ? ImageChannels.GREY : ImageChannels.COLOUR;
  }
}
