package dev.inferlab.gateway.model.conversion;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;

/**
 * How original files become IR, in one form for all ways to ask for the same: only what changes
 * something, inputs by name. So equal conversions have equal JSON.
 *
 * @param precision {@code FP32}: the weights as they are; {@code FP16}: those in FP32 halved
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Conversion(
    String precision, List<InputChange> inputs, List<String> cutInputs, List<String> cutOutputs) {
  public static final String FP32 = "FP32";
  public static final String FP16 = "FP16";

  public Conversion {
    inputs = inputs == null ? List.of() : List.copyOf(inputs);
    cutInputs = cutInputs == null ? List.of() : List.copyOf(cutInputs);
    cutOutputs = cutOutputs == null ? List.of() : List.copyOf(cutOutputs);
  }

  /** The one input at which values are changed; empty if there is none, or more than one. */
  public Optional<InputChange> onlyValueChange() {
    List<InputChange> changes = inputs.stream().filter(InputChange::changesValues).toList();
    return changes.size() == 1 ? Optional.of(changes.getFirst()) : Optional.empty();
  }
}
