package dev.inferlab.benchmarks.platform;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.SynchronizedHistogram;

/** Durations from many threads, kept in microseconds with three significant digits. */
final class Latencies {
  private static final long HIGHEST_MICROS = 10 * 60 * 1_000_000L;

  private final Histogram histogram = new SynchronizedHistogram(HIGHEST_MICROS, 3);

  void record(long nanos) {
    histogram.recordValue(Math.clamp(nanos / 1_000, 0, HIGHEST_MICROS));
  }

  void add(Latencies other) {
    histogram.add(other.histogram);
  }

  long count() {
    return histogram.getTotalCount();
  }

  /** NaN when nothing was recorded, so that an empty measurement cannot pass for a fast one. */
  double millis(double percentile) {
    return count() == 0 ? Double.NaN : histogram.getValueAtPercentile(percentile) / 1_000.0;
  }

  double maxMillis() {
    return count() == 0 ? Double.NaN : histogram.getMaxValue() / 1_000.0;
  }
}
