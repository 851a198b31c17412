package dev.inferlab.agent.profile;

import dev.inferlab.openvino.InferPool;
import dev.inferlab.openvino.InferRequest;
import dev.inferlab.openvino.OpenVinoException;
import dev.inferlab.proto.job.v1.LatencyMs;
import org.HdrHistogram.Histogram;

/**
 * The hot loop: runs requests for a time and notes how long each took. Allocates nothing while it
 * runs.
 */
final class TimingLoop implements InferPool.Listener {
  private static final long LONGEST_NANOS = 3_600_000_000_000L;
  private static final int DIGITS = 3;
  private static final double NANOS_PER_MS = 1e6;

  private final Histogram histogram = new Histogram(1, LONGEST_NANOS, DIGITS);
  private OpenVinoException failure;
  private long lastEnd;

  /**
   * Figures of one pass.
   *
   * @param seconds from the first start to the last end
   */
  record Timing(long iterations, double seconds, LatencyMs latency) {
    double perSecond() {
      return iterations / seconds;
    }
  }

  /**
   * Keeps all requests of the pool busy for so long; every request runs equally often, as in
   * benchmark_app.
   */
  Timing asynchronous(InferPool pool, double seconds) {
    int requests = pool.requests().size();
    begin();
    long started = 0;
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    while (failure == null && (System.nanoTime() - end < 0 || started % requests != 0)) {
      pool.take().start();
      started++;
    }
    pool.drain();
    return finish(started, start);
  }

  /** Runs every request of the pool once, side by side; answers how many that were. */
  long round(InferPool pool) {
    begin();
    int requests = pool.requests().size();
    for (int i = 0; i < requests; i++) {
      pool.take().start();
    }
    pool.drain();
    requireNoFailure();
    return requests;
  }

  /** One run after the other. */
  Timing synchronous(InferRequest request, double seconds) {
    begin();
    long runs = 0;
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    do {
      request.infer();
      record(request.lastRunNanos(), request.lastEndNanos());
      runs++;
    } while (System.nanoTime() - end < 0);
    return finish(runs, start);
  }

  /** A pass begins: what was noted before is in none of its figures. */
  void begin() {
    histogram.reset();
    failure = null;
    lastEnd = System.nanoTime();
  }

  /** Throws what a run since the last pass failed with. */
  void requireNoFailure() {
    if (failure != null) {
      throw failure;
    }
  }

  /** The figures of a pass that began at {@code start}. */
  Timing finish(long runs, long start) {
    requireNoFailure();
    return new Timing(runs, (lastEnd - start) / 1e9, latency());
  }

  @Override
  public void ended(InferRequest request, OpenVinoException thrown) {
    if (thrown != null) {
      failure = thrown;
    } else {
      record(request.lastRunNanos(), request.lastEndNanos());
    }
  }

  /** Notes a run: how long it took, and when it ended by {@link System#nanoTime}. */
  void record(long runNanos, long endNanos) {
    histogram.recordValue(Math.min(LONGEST_NANOS, runNanos));
    lastEnd = Math.max(lastEnd, endNanos);
  }

  private LatencyMs latency() {
    return LatencyMs.newBuilder()
        .setMin(histogram.getMinValue() / NANOS_PER_MS)
        .setMean(histogram.getMean() / NANOS_PER_MS)
        .setP50(percentile(50))
        .setP90(percentile(90))
        .setP95(percentile(95))
        .setP99(percentile(99))
        .setP999(percentile(99.9))
        .setMax(histogram.getMaxValue() / NANOS_PER_MS)
        .build();
  }

  private double percentile(double percentile) {
    return histogram.getValueAtPercentile(percentile) / NANOS_PER_MS;
  }
}
