package dev.inferlab.benchmarks.openvino;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Both programs' runs of one scenario, in pairs made one right after the other. The figure is the
 * median of the pairs' ratios: what else the machine does hits both of a pair alike, and a pair
 * that it hit unevenly counts once.
 */
record Comparison(Scenario scenario, List<Measurement> java, List<Measurement> python) {

  static final double LEAST_THROUGHPUT_RATIO = 0.99;
  static final double MOST_P50_RATIO = 1.02;

  double throughputRatio() {
    return median(ratios(Measurement::throughputFps));
  }

  double p50Ratio() {
    return median(ratios(Measurement::p50Ms));
  }

  /** Distance between the quartiles of the pairs' throughput ratios: how much noise there was. */
  double spread() {
    double[] sorted = ratios(Measurement::throughputFps);
    return sorted[sorted.length * 3 / 4] - sorted[sorted.length / 4];
  }

  boolean met() {
    return throughputRatio() >= LEAST_THROUGHPUT_RATIO && p50Ratio() <= MOST_P50_RATIO;
  }

  double javaMedian(ToDoubleFunction<Measurement> figure) {
    return median(java.stream().mapToDouble(figure).sorted().toArray());
  }

  double pythonMedian(ToDoubleFunction<Measurement> figure) {
    return median(python.stream().mapToDouble(figure).sorted().toArray());
  }

  private double[] ratios(ToDoubleFunction<Measurement> figure) {
    double[] ratios = new double[java.size()];
    Arrays.setAll(
        ratios, i -> figure.applyAsDouble(java.get(i)) / figure.applyAsDouble(python.get(i)));
    Arrays.sort(ratios);
    return ratios;
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
