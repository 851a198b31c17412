package dev.inferlab.benchmarks.openvino;

import java.util.Arrays;
import java.util.Locale;

/**
 * A ratio of two programs' figures: the median of many pairs' ratios, and how far the true one may
 * be from it.
 *
 * @param low and
 * @param high the interval that holds the true median in at least 95 of 100 such measurements
 */
record Ratio(double median, double low, double high) {

  /** Fewer have no such interval: 5 ratios lie all on one side of the median in 6 of 100 cases. */
  static final int LEAST_PAIRS = 6;

  private static final double CONFIDENCE = 0.95;

  /**
   * The interval goes from the k-th smallest to the k-th largest ratio, by the binomial
   * distribution: each ratio lies below the true median with probability 1/2, whatever their
   * distribution is.
   *
   * @param ratios at least {@link #LEAST_PAIRS}, independent
   */
  static Ratio of(double... ratios) {
    int count = ratios.length;
    if (count < LEAST_PAIRS) {
      throw new IllegalArgumentException(count + " pairs give no interval.");
    }
    double[] sorted = ratios.clone();
    Arrays.sort(sorted);
    int outside = outside(count);
    double median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
    return new Ratio(median, sorted[outside], sorted[count - 1 - outside]);
  }

  /** How many of the sorted ratios may be left out at each end. */
  private static int outside(int count) {
    int outside = 0;
    double probability = Math.pow(0.5, count); // of exactly so many below the median
    double tail = probability;
    while (true) {
      probability = probability * (count - outside) / (outside + 1);
      tail += probability;
      if (1 - 2 * tail < CONFIDENCE) {
        return outside;
      }
      outside++;
    }
  }

  double width() {
    return high - low;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", median, low, high);
  }
}
