package dev.inferlab.gateway.model.analysis;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.inferlab.gateway.model.Guess;
import dev.inferlab.gateway.model.Port;
import dev.inferlab.proto.job.v1.ConvertResult;
import dev.inferlab.proto.job.v1.ModelAnalysis;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What a model's graph tells without running it. A figure that needs lengths which the model leaves
 * open is absent; an open batch counts as 1.
 *
 * @param parameters elements of all weights
 * @param sparsity share of zeros among them, 0 to 1
 * @param weightsBytes of all constants, shared ones once
 * @param floatOperations of one inference; a multiply and an add are two
 * @param gflops the same in 10^9
 * @param integerOperations those on 8 bits or less
 * @param giops the same in 10^9
 * @param minMemoryBytes weights and the most tensors that live at once
 * @param maxMemoryBytes weights and all tensors
 * @param operations how often each type occurs
 * @param weightPrecisions elements by element type
 * @param quantized whether it computes in INT8 already
 * @param task the guess; a task that was given is at the model
 * @param imageInput the guess how images become the input; absent if no input is an image
 * @param notes what makes a figure less than exact
 */
@Schema(name = "ModelAnalysis")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AnalysisView(
    long parameters,
    long zeroParameters,
    double sparsity,
    long weightsBytes,
    Long floatOperations,
    Double gflops,
    Long integerOperations,
    Double giops,
    Long minMemoryBytes,
    Long maxMemoryBytes,
    Map<String, Integer> operations,
    int operationCount,
    List<String> opsets,
    Map<String, Long> weightPrecisions,
    List<String> activationPrecisions,
    Quantized quantized,
    List<Port> inputs,
    List<Port> outputs,
    Guess.Task task,
    Guess.Image imageInput,
    List<String> notes,
    String runtimeVersion) {
  private static final double GIGA = 1e9;

  /**
   * @param value whether
   * @param reason from what that is seen
   */
  @Schema(name = "Quantized")
  public record Quantized(boolean value, String reason) {}

  /**
   * @param task null: none could be guessed
   * @param imageInput null: no input is an image
   */
  public static AnalysisView of(ConvertResult result, Guess.Task task, Guess.Image imageInput) {
    ModelAnalysis found = result.getAnalysis();
    Long floats = found.hasFloatOperations() ? found.getFloatOperations() : null;
    Long integers = found.hasIntegerOperations() ? found.getIntegerOperations() : null;
    return new AnalysisView(
        found.getParameters(),
        found.getZeroParameters(),
        found.getParameters() == 0 ? 0 : (double) found.getZeroParameters() / found.getParameters(),
        found.getWeightsBytes(),
        floats,
        floats == null ? null : floats / GIGA,
        integers,
        integers == null ? null : integers / GIGA,
        found.hasMinMemoryBytes() ? found.getMinMemoryBytes() : null,
        found.hasMaxMemoryBytes() ? found.getMaxMemoryBytes() : null,
        new TreeMap<>(found.getOperationsMap()),
        found.getOperationsMap().values().stream().mapToInt(Integer::intValue).sum(),
        List.copyOf(found.getOpsetsList()),
        new TreeMap<>(found.getWeightPrecisionsMap()),
        List.copyOf(found.getActivationPrecisionsList()),
        new Quantized(found.getQuantized(), found.getQuantizedReason()),
        result.getInputsList().stream().map(Port::of).toList(),
        result.getOutputsList().stream().map(Port::of).toList(),
        task,
        imageInput,
        List.copyOf(found.getNotesList()),
        result.getRuntimeVersion());
  }
}
