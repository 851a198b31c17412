package dev.inferlab.gateway.model.conversion;

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

  private Optional<Port> named(String name) {
    return inputs.stream().filter(port -> port.name().equals(name)).findFirst();
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
