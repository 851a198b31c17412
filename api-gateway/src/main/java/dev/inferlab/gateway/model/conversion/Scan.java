package dev.inferlab.gateway.model.conversion;

import dev.inferlab.gateway.model.ImageInput;
import dev.inferlab.gateway.model.Port;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a look at the original files told of a model; either list may be empty: not known. */
public record Scan(List<Port> inputs, List<Port> outputs) {
  private static final String FIRST_OUTPUT = ":0";

  /**
   * The input of this name. TensorFlow's frozen graphs name operations, the IR made of them their
   * tensors: {@code x:0} is the input that the scan calls {@code x}.
   */
  Optional<Port> input(String name) {
    return named(name)
        .or(
            () ->
                name.endsWith(FIRST_OUTPUT)
                    ? named(name.substring(0, name.length() - FIRST_OUTPUT.length()))
                    : Optional.empty());
  }

  /** Under which the conversion knows the input, whichever of its names was given. */
  String nameOf(String given) {
    return input(given).map(Port::name).orElse(given);
  }

  private Optional<Port> named(String name) {
    return inputs.stream().filter(port -> port.name().equals(name)).findFirst();
  }

  /**
   * With the layout in which somebody says that images fill the only input, if they can.
   *
   * @param layout null: nothing is said
   */
  public Scan filledAs(String layout) {
    if (layout == null || !(ImageInput.of(inputs, layout) instanceof ImageInput.Fits)) {
      return this;
    }
    Port input = inputs.getFirst();
    return new Scan(
        List.of(new Port(input.name(), input.elementType(), input.shape(), layout)), outputs);
  }

  /** Empty, which is not known, where the network is to begin elsewhere. */
  public List<Port> inputsAfter(Conversion conversion) {
    return conversion.cutInputs().isEmpty()
        ? inputs.stream().map(port -> after(port, conversion.inputs())).toList()
        : List.of();
  }

  private static Port after(Port port, List<InputChange> changes) {
    return changes.stream()
        .filter(change -> change.name().equals(port.name()))
        .findFirst()
        .map(
            change ->
                new Port(
                    port.name(),
                    port.elementType(),
                    change.shape() == null ? port.shape() : change.shape(),
                    change.layout() == null ? port.layout() : change.layout()))
        .orElse(port);
  }

  List<String> inputNames() {
    return inputs.stream().map(Port::name).toList();
  }

  List<String> outputNames() {
    return outputs.stream().map(Port::name).toList();
  }

  /** The first few names, for people. */
  String shownInputs() {
    return inputNames().stream().limit(10).collect(Collectors.joining(", "))
        + (inputs.size() > 10 ? ", …" : "");
  }
}
