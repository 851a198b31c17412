package dev.inferlab.agent.profile;

import dev.inferlab.agent.failure.Failure;
import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.openvino.Dimension;
import dev.inferlab.openvino.ElementType;
import dev.inferlab.openvino.Port;
import dev.inferlab.proto.job.v1.InputSpec;
import dev.inferlab.vision.image.Colour;
import dev.inferlab.vision.image.PixelType;
import dev.inferlab.vision.image.Preprocessing;
import dev.inferlab.vision.image.ResizeRule;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Which of a model's inputs takes images, and how they must be prepared for it. */
final class ImageInput {
  private ImageInput() {}

  /** The preprocessing for this input, if it can take images as the spec describes them. */
  static Optional<Preprocessing> of(Port port, InputSpec spec) throws JobFailedException {
    if (!port.shape().hasKnownRank() || port.shape().isDynamic()) {
      return Optional.empty();
    }
    List<Dimension> shape = port.shape().dimensions();
    Optional<PixelType> type = pixelType(port.elementType());
    if (shape.size() != 4 || type.isEmpty() || !spec.getLayout().matches("NCHW|NHWC")) {
      return Optional.empty();
    }
    boolean planar = spec.getLayout().equals("NCHW");
    long channels = shape.get(planar ? 1 : 3).size();
    long height = shape.get(planar ? 2 : 1).size();
    long width = shape.get(planar ? 3 : 2).size();
    Colour colour = colour(spec);
    if (channels != colour.channels()
        || height < 1
        || width < 1
        || height * width > Integer.MAX_VALUE / 4) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Preprocessing(
              (int) width,
              (int) height,
              planar,
              colour,
              type.get(),
              spec.getMeanList(),
              spec.getScaleList(),
              resize(spec),
              spec.getPadValue()));
    } catch (IllegalArgumentException e) {
      throw Failure.JOB_OPTIONS_INVALID.exception(
          "The model's input settings cannot be used: " + e.getMessage(), e);
    }
  }

  private static Colour colour(InputSpec spec) throws JobFailedException {
    try {
      return spec.getColour().isEmpty()
          ? Colour.RGB
          : Colour.valueOf(spec.getColour().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw Failure.JOB_OPTIONS_INVALID.exception(
          "The colour order '%s' is none of RGB, BGR and GRAY.".formatted(spec.getColour()), e);
    }
  }

  private static ResizeRule resize(InputSpec spec) throws JobFailedException {
    try {
      return spec.getResize().isEmpty()
          ? ResizeRule.STRETCH
          : ResizeRule.valueOf(spec.getResize().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw Failure.JOB_OPTIONS_INVALID.exception(
          "The resize rule '%s' is none of STRETCH, CROP and LETTERBOX."
              .formatted(spec.getResize()),
          e);
    }
  }

  private static Optional<PixelType> pixelType(ElementType type) {
    return switch (type) {
      case F32 -> Optional.of(PixelType.F32);
      case F16 -> Optional.of(PixelType.F16);
      case U8 -> Optional.of(PixelType.U8);
      default -> Optional.empty();
    };
  }
}
