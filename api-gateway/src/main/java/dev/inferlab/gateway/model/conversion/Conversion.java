package dev.inferlab.gateway.model.conversion;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * How original files become IR, in one form for all ways to ask for the same: only what changes
 * something, inputs by name. So equal conversions have equal JSON.
 *
 * @param precision of the weights that are floating-point numbers: {@code FP16} or {@code FP32};
 *     null: as they are
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Conversion(
    @Schema(
            enumeration = {"FP16", "FP32"},
            description =
                "FP16 stores FP32 weights in half the size. FP32 makes whole again what is only stored in FP16 or BF16; operations that compute in 16 bits by themselves, and quantized weights, stay. Left out, weights stay as they are.")
        String precision,
    List<InputChange> inputs,
    List<String> cutInputs,
    List<String> cutOutputs) {
  public static final String FP32 = "FP32";
  public static final String FP16 = "FP16";

  public Conversion {
    inputs = inputs == null ? List.of() : List.copyOf(inputs);
    cutInputs = cutInputs == null ? List.of() : List.copyOf(cutInputs);
    cutOutputs = cutOutputs == null ? List.of() : List.copyOf(cutOutputs);
  }
}
