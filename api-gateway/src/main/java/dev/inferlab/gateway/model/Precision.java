package dev.inferlab.gateway.model;

import dev.inferlab.proto.job.v1.ModelAnalysis;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A model's precision in the words of users. */
final class Precision {
  private static final String QUANTIZED = "INT8";
  private static final Map<String, String> WORDS =
      Map.of("f32", "FP32", "f16", "FP16", "bf16", "BF16", "f64", "FP64");

  /** All that a model's precision can be. */
  static final Set<String> NAMES =
      Stream.concat(WORDS.values().stream(), Stream.of(QUANTIZED))
          .collect(Collectors.toUnmodifiableSet());

  private Precision() {}

  /** INT8 if it computes so, else that of most weights; empty if it has none that count. */
  static Optional<String> of(ModelAnalysis analysis) {
    if (analysis.getQuantized()) {
      return Optional.of(QUANTIZED);
    }
    return analysis.getWeightPrecisionsMap().entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(most -> WORDS.get(most.getKey()));
  }
}
