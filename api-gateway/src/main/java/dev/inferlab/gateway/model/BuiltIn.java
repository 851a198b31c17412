package dev.inferlab.gateway.model;

import dev.inferlab.gateway.model.conversion.Conversion;
import dev.inferlab.gateway.model.conversion.InputChange;
import dev.inferlab.modelir.tensor.Normalisation;
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
   * The lists of a version's spec that do what is built in once more: taken out of both together,
   * that would not leave such a list.
   */
  List<String> repeatedBy(InputSpec version) {
    Normalisation own = turned(version).normalisation();
    List<String> lists = new ArrayList<>();
    if (repeats(ofMean(own.mean()), ofMean(values().mean()))) {
      lists.add("mean");
    }
    if (repeats(ofScale(own.scale()), ofScale(values().scale()))) {
      lists.add("scale");
    }
    return lists;
  }

  private static boolean repeats(Normalisation own, Normalisation builtIn) {
    return own.then(builtIn).without(builtIn).isEmpty();
  }

  private static Normalisation ofMean(List<Double> mean) {
    return new Normalisation(mean, List.of());
  }

  private static Normalisation ofScale(List<Double> scale) {
    return new Normalisation(List.of(), scale);
  }

  /** In the order of the other's channels. */
  private InputSpec turned(InputSpec spec) {
    boolean reversed = change.filter(it -> Boolean.TRUE.equals(it.reverseChannels())).isPresent();
    return reversed ? spec.reversed() : spec;
  }
}
