package dev.inferlab.modelir.analysis;

import dev.inferlab.modelir.inspect.TensorInfo;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * What a model's graph tells without running it. Figures that need lengths which the model leaves
 * open are empty, except that an open batch counts as 1.
 *
 * @param parameters elements of all weights; shapes, axes and quantization ranges do not count
 * @param zeroParameters how many of them are zero
 * @param weightsBytes bytes of all constants, shared ones once
 * @param floatOperations operations of one inference in floating point; multiply-add counts as two
 * @param integerOperations operations of one inference in 8 bits or less
 * @param minMemoryBytes weights and the largest set of tensors alive at once, run in graph order
 * @param maxMemoryBytes weights and all tensors, none reused
 * @param operations how often each operation occurs, bodies of loops and branches included
 * @param opsets operation sets that occur
 * @param weightPrecisions element types of weights, with the number of their elements
 * @param activationPrecisions element types of tensors between operations
 * @param quantization whether the model is INT8 already, and from what that is seen
 * @param notes what makes a figure less than exact
 */
public record ModelAnalysis(
    long parameters,
    long zeroParameters,
    long weightsBytes,
    OptionalLong floatOperations,
    OptionalLong integerOperations,
    OptionalLong minMemoryBytes,
    OptionalLong maxMemoryBytes,
    SortedMap<String, Integer> operations,
    SortedSet<String> opsets,
    Map<String, Long> weightPrecisions,
    SortedSet<String> activationPrecisions,
    Quantization quantization,
    List<TensorInfo> inputs,
    List<TensorInfo> outputs,
    TaskGuess task,
    List<String> notes) {

  /** Share of zeros among the parameters, 0 to 1. */
  public double sparsity() {
    return parameters == 0 ? 0 : (double) zeroParameters / parameters;
  }

  /** Whether a model computes in 8 bits, and the evidence. */
  public record Quantization(boolean quantized, String reason) {}
}
