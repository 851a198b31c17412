package dev.inferlab.gateway.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.inferlab.gateway.json.JsonFields;
import dev.inferlab.modelir.tensor.ImageChannels;
import dev.inferlab.modelir.tensor.Normalisation;
import dev.inferlab.platform.problem.Violation;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * How an image becomes the model's input: {@code (value - mean) / scale} per channel after
 * resizing. What is null or empty was not given.
 *
 * @param padValue of the borders of a letterbox
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@Schema(name = "InputSpec")
public record InputSpec(
    @Schema(enumeration = {"NCHW", "NHWC"}) String layout,
    @Schema(enumeration = {"RGB", "BGR", "GRAY"}) String colour,
    @Schema(description = "One number a channel, subtracted") List<Double> mean,
    @Schema(description = "One number a channel, divided by") List<Double> scale,
    @Schema(
            description =
                "STRETCH to the input's size; CROP: the short side to 8/7 of it, then the middle; LETTERBOX: all of the image, with borders",
            enumeration = {"STRETCH", "CROP", "LETTERBOX"},
            defaultValue = "STRETCH")
        String resize,
    @Schema(description = "Of a letterbox's borders, 0 to 255; usually 0") Double padValue) {
  public static final InputSpec NOTHING =
      new InputSpec(null, null, List.of(), List.of(), null, null);
  private static final int LONGEST_LIST = 4096;
  private static final String GRAY = "GRAY";
  private static final String LETTERBOX = "LETTERBOX";

  public InputSpec {
    mean = mean == null ? List.of() : List.copyOf(mean);
    scale = scale == null ? List.of() : List.copyOf(scale);
  }

  /** What contradicts itself is found by {@link #contradictions}, with what contradicts a model. */
  public static InputSpec read(JsonFields fields) {
    InputSpec spec =
        new InputSpec(
            fields.choice("layout", Set.of("NCHW", "NHWC")).orElse(null),
            fields.choice("colour", Set.of("RGB", "BGR", GRAY)).orElse(null),
            fields.numbers("mean", -1e6, 1e6, LONGEST_LIST),
            fields.numbers("scale", -1e6, 1e6, LONGEST_LIST),
            fields.choice("resize", Set.of("STRETCH", "CROP", LETTERBOX)).orElse(null),
            padValue(fields));
    fields.refuseUnknown();
    spec.check(fields);
    return spec;
  }

  /** Null: not given. */
  private static Double padValue(JsonFields fields) {
    double value = fields.number("padValue", 0, 255, 0);
    return fields.has("padValue") ? (Double) value : null;
  }

  private void check(JsonFields fields) {
    if (!mean.stream().allMatch(Normalisation::isMean)) {
      fields.violation("mean", Normalisation.MEAN_RULE);
    }
    if (!scale.stream().allMatch(Normalisation::isScale)) {
      fields.violation("scale", Normalisation.SCALE_RULE);
    }
    if (padValue != null && !LETTERBOX.equals(resize)) {
      fields.violation("padValue", "belongs to the resize rule LETTERBOX only");
    }
  }

  /** Of the images: 3 unless they are said to be grey. */
  int channels() {
    return GRAY.equals(colour) ? ImageChannels.GREY : ImageChannels.COLOUR;
  }

  /** Of the images that fill one of the inputs, as far as that is known. */
  int channels(List<Port> inputs) {
    if (!normalisation().isNothing()) {
      return Math.max(mean.size(), scale.size());
    }
    return colour == null && ImageInput.of(inputs, layout) instanceof ImageInput.Fits fits
        ? fits.channels()
        : channels();
  }

  Normalisation normalisation() {
    return new Normalisation(mean, scale);
  }

  /** With other numbers, one a channel. */
  InputSpec with(Normalisation values, int channels) {
    return new InputSpec(
        layout,
        colour,
        aChannel(values.mean(), channels),
        aChannel(values.scale(), channels),
        resize,
        padValue);
  }

  private static List<Double> aChannel(List<Double> values, int channels) {
    return values.size() == 1 ? Collections.nCopies(channels, values.getFirst()) : values;
  }

  /** Of the same images with their channels in the opposite order. */
  InputSpec reversed() {
    return new InputSpec(
        layout,
        colour == null || colour.equals(GRAY) ? colour : colour.equals("RGB") ? "BGR" : "RGB",
        mean.reversed(),
        scale.reversed(),
        resize,
        padValue);
  }

  InputSpec withLayout(String other) {
    return new InputSpec(other, colour, mean, scale, resize, padValue);
  }

  /**
   * Lists that fit no model with images of this colour.
   *
   * @param path of the spec in the request
   */
  public List<Violation> contradictions(String path) {
    return Stream.of(Map.entry("mean", mean), Map.entry("scale", scale))
        .filter(list -> !list.getValue().isEmpty() && list.getValue().size() != channels())
        .map(
            list ->
                new Violation(
                    path + "." + list.getKey(),
                    "must have one number for each channel: 3, or 1 where the colour is said to be GRAY"))
        .toList();
  }

  /**
   * Lists that fit no model at all, whatever its shape.
   *
   * @param path of the spec in the request
   */
  List<Violation> impossible(String path) {
    if (colour != null) {
      return contradictions(path);
    }
    List<Violation> faults =
        Stream.of(Map.entry("mean", mean), Map.entry("scale", scale))
            .filter(list -> !list.getValue().isEmpty())
            .filter(list -> !ImageChannels.fits(list.getValue().size()))
            .map(
                list ->
                    new Violation(
                        path + "." + list.getKey(),
                        "has %d numbers; images have 1 or 3 channels"
                            .formatted(list.getValue().size())))
            .toList();
    boolean different = !mean.isEmpty() && !scale.isEmpty() && mean.size() != scale.size();
    return faults.isEmpty() && different
        ? List.of(new Violation(path + ".scale", "has another number of channels than mean"))
        : faults;
  }
}
