package dev.inferlab.gateway.model;

import dev.inferlab.modelir.tensor.ImageChannels;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.platform.problem.Violation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Holds an input spec against the shape of a model's input: experiments would fail of a spec that
 * contradicts it, or read pixels in a wrong order.
 */
final class InputSpecFit {
  private static final int DIMENSIONS = 4;

  private final InputSpec spec;
  private final String path;

  private InputSpecFit(InputSpec spec, String path) {
    this.spec = spec;
    this.path = path;
  }

  /**
   * Refuses a spec that fits none of the inputs. What is not known of them (an open dimension, a
   * shape that the files do not tell) contradicts nothing; the spec may still contradict itself.
   *
   * @param path of the spec in the request
   */
  static void require(InputSpec spec, List<Port> inputs, String path) {
    if (spec.equals(InputSpec.NOTHING)) {
      return;
    }
    boolean known = !inputs.isEmpty() && inputs.stream().allMatch(input -> input.shape() != null);
    List<Violation> faults =
        known ? new InputSpecFit(spec, path).least(inputs) : spec.contradictions(path);
    refuse("The input spec does not fit the model's input.", faults);
  }

  /**
   * Refuses a spec that fits no model, before the model's files are there.
   *
   * @param path of the spec in the request
   */
  static void requirePossible(InputSpec spec, String path) {
    refuse("The input spec fits no model.", spec.impossible(path));
  }

  private static void refuse(String detail, List<Violation> faults) {
    if (!faults.isEmpty()) {
      throw new ProblemException(ProblemCode.MODEL_INPUT_SPEC_UNSUITABLE, detail, faults);
    }
  }

  /** Of the input that it fits best. */
  private List<Violation> least(List<Port> inputs) {
    return inputs.stream()
        .filter(input -> input.shape().size() == DIMENSIONS)
        .flatMap(input -> layouts(input).map(layout -> faults(input, layout)))
        .min(Comparator.comparingInt(List::size))
        .orElseGet(() -> noImage(inputs.getFirst()));
  }

  private List<Violation> noImage(Port input) {
    return List.of(
        new Violation(
            path,
            "the input '%s' has the shape %s; images need four dimensions (batch, channels, height, width)"
                .formatted(input.name(), input.shape())));
  }

  /** That in which experiments would fill it; where there is none, those that could be meant. */
  private Stream<String> layouts(Port input) {
    if (ImageInput.of(List.of(input), spec.layout()) instanceof ImageInput.Fits fits) {
      return Stream.of(fits.layout());
    }
    return spec.layout() == null ? Stream.of("NCHW", "NHWC") : Stream.of(spec.layout());
  }

  private List<Violation> faults(Port input, String layout) {
    long channels = input.shape().get(layout.indexOf('C'));
    if (channels == -1) {
      return spec.contradictions(path);
    }
    String has =
        "the input '%s' of the shape %s has %d channels in the layout %s"
            .formatted(input.name(), input.shape(), channels, layout);
    if (!ImageChannels.fits(channels)) {
      String place = spec.layout() == null ? path : path + ".layout";
      return List.of(new Violation(place, has + "; images have 1 or 3"));
    }
    List<Violation> faults = new ArrayList<>();
    if (spec.colour() != null && spec.channels() != channels) {
      faults.add(
          new Violation(
              path + ".colour", "%s has %d; %s".formatted(spec.colour(), spec.channels(), has)));
    }
    checkCount("mean", spec.mean(), channels, has, faults);
    checkCount("scale", spec.scale(), channels, has, faults);
    return faults;
  }

  private void checkCount(
      String field, List<Double> values, long channels, String has, List<Violation> faults) {
    if (!values.isEmpty() && values.size() != channels) {
      faults.add(
          new Violation(path + "." + field, "has %d numbers; %s".formatted(values.size(), has)));
    }
  }
}
