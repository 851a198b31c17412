package dev.inferlab.gateway.model;

import dev.inferlab.gateway.model.conversion.Conversion;
import dev.inferlab.gateway.model.conversion.InputChange;
import dev.inferlab.modelir.tensor.Normalisation;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.platform.problem.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a version does to an image's values by itself, because its conversion built that in. The
 * version's input spec is what is to be done before, and no more.
 *
 * @param change at the input that images fill; empty: nothing is built in there
 * @param channels of the images: a spec has as many numbers
 */
record BuiltIn(Optional<InputChange> change, int channels) {
  /**
   * @param conversion empty: there is none
   * @param inputs of the version; empty: not known
   * @param spec of the version or of its original
   */
  static BuiltIn of(Optional<Conversion> conversion, List<Port> inputs, InputSpec spec) {
    int channels = spec.channels(inputs);
    List<InputChange> changes =
        conversion.stream()
            .flatMap(asked -> asked.inputs().stream())
            .filter(InputChange::changesValues)
            .filter(change -> change.normalisation().hasChannels(channels))
            .filter(change -> mayTakeImages(change.name(), inputs))
            .toList();
    return new BuiltIn(
        changes.size() == 1 ? Optional.of(changes.getFirst()) : Optional.empty(), channels);
  }

  private static boolean mayTakeImages(String name, List<Port> inputs) {
    return inputs.stream()
        .filter(port -> port.name().equals(name) && port.shape() != null)
        .allMatch(port -> ImageInput.of(List.of(port), null) instanceof ImageInput.Fits);
  }

  private Normalisation values() {
    return change.map(InputChange::normalisation).orElse(Normalisation.NOTHING);
  }

  /**
   * The version's spec, when this is the original's.
   *
   * @return empty if what is built in is no part of it
   */
  Optional<InputSpec> ofVersion(InputSpec original) {
    return original
        .normalisation()
        .without(values())
        .map(left -> turned(original.with(left, channels)));
  }

  /** The original's spec, when this is the version's. */
  InputSpec ofOriginal(InputSpec version) {
    InputSpec own = turned(version);
    return own.with(own.normalisation().then(values()), channels);
  }

  /** A version's spec that tells neither mean nor scale, with those that are left. */
  InputSpec completed(InputSpec version) {
    return version.normalisation().isNothing()
        ? version.with(Normalisation.NOTHING.without(values()).orElseThrow(), channels)
        : version;
  }

  /**
   * Refuses a version's spec that does what is built in once more.
   *
   * @param path of the spec in the request
   */
  void requireNothingTwice(InputSpec version, String path) {
    Normalisation own = turned(version).normalisation();
    List<Violation> faults = new ArrayList<>();
    if (own.repeatsMeanOf(values())) {
      faults.add(twice(path + ".mean"));
    }
    if (own.repeatsScaleOf(values())) {
      faults.add(twice(path + ".scale"));
    }
    if (!faults.isEmpty()) {
      throw new ProblemException(
          ProblemCode.MODEL_INPUT_SPEC_UNSUITABLE, "Mean or scale would be applied twice.", faults);
    }
  }

  private static Violation twice(String path) {
    return new Violation(
        path, "is what the conversion has built into the model; leave it out here or there");
  }

  /** In the order of the other's channels. */
  private InputSpec turned(InputSpec spec) {
    boolean reversed = change.filter(it -> Boolean.TRUE.equals(it.reverseChannels())).isPresent();
    return reversed ? spec.reversed() : spec;
  }
}
