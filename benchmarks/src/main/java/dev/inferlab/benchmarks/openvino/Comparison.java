package dev.inferlab.benchmarks.openvino;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Both programs' runs of one scenario, the i-th of each taken in turns with the other's. */
record Comparison(Scenario scenario, List<Measurement> ours, List<Measurement> theirs) {

  static final double LEAST_THROUGHPUT_RATIO = 0.99;
  static final double MOST_P50_RATIO = 1.02;

  Ratio throughputRatio() {
    return ratio(Measurement::throughputFps);
  }

  Ratio p50Ratio() {
    return ratio(Measurement::p50Ms);
  }

  Verdict verdict() {
    return Verdict.atLeast(LEAST_THROUGHPUT_RATIO, throughputRatio())
        .and(Verdict.atMost(MOST_P50_RATIO, p50Ratio()));
  }

  private Ratio ratio(ToDoubleFunction<Measurement> figure) {
    double[] ratios = new double[ours.size()];
    Arrays.setAll(
        ratios, i -> figure.applyAsDouble(ours.get(i)) / figure.applyAsDouble(theirs.get(i)));
    return Ratio.of(ratios);
  }

  static double median(List<Measurement> runs, ToDoubleFunction<Measurement> figure) {
    double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }
}
