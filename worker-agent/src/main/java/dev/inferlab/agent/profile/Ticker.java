package dev.inferlab.agent.profile;

import dev.inferlab.agent.executor.JobContext;
import dev.inferlab.agent.retry.Repeating;
import java.time.Duration;

/**
 * Tells progress about once a second by the time that the points should take, from a thread of its
 * own.
 */
final class Ticker implements AutoCloseable {
  private final JobContext job;
  private final double secondsPerPoint;
  private final int points;
  private final Repeating clock = new Repeating("progress");
  private volatile String stage = "Preparing";
  private volatile boolean measuring;
  private volatile int done;
  private volatile long pointStart = System.nanoTime();

  Ticker(JobContext job, int points, double secondsPerPoint) {
    this.job = job;
    this.points = points;
    this.secondsPerPoint = secondsPerPoint;
    clock.every(Duration.ofSeconds(1), this::tell);
  }

  /** The point with this place begins. */
  void begin(int place, String description) {
    measuring = true;
    done = place;
    pointStart = System.nanoTime();
    stage = "Measuring point %d of %d (%s)".formatted(place + 1, points, description);
    tell();
  }

  private void tell() {
    // Before the first point nothing is done yet, however long it takes.
    double share =
        measuring ? Math.min(0.99, (System.nanoTime() - pointStart) / 1e9 / secondsPerPoint) : 0;
    job.progress(Math.min(0.99, (done + share) / points), stage);
  }

  @Override
  public void close() {
    clock.close();
  }
}
