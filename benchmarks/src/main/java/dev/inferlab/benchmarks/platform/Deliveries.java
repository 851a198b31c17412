package dev.inferlab.benchmarks.platform;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the agents were given and what users were told, by experiment. Wall-clock times, because the
 * other end of a measurement lies in the database; all processes are on one machine and so on one
 * clock.
 */
final class Deliveries implements NoopAgent.Arrivals, EventStream.Listener {
  private final InstantSource clock;
  private final ConcurrentMap<String, Instant> arrived = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Instant> succeeded = new ConcurrentHashMap<>();
  private final AtomicLong repeated = new AtomicLong();
  private final AtomicLong ended = new AtomicLong();
  private String badEnd = "";

  Deliveries(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public void arrived(String experimentId, int attempt) {
    if (arrived.putIfAbsent(experimentId, clock.instant()) != null || attempt != 1) {
      repeated.incrementAndGet();
    }
  }

  @Override
  public void event(String type, JsonNode data) {
    if (!type.equals("experiment.state")) {
      return;
    }
    switch (data.path("state").asText()) {
      case "SUCCEEDED" -> end(data.path("experimentId").asText());
      case "FAILED", "CANCELLED" -> fail(data.toString());
      default -> {}
    }
  }

  private void end(String experimentId) {
    if (succeeded.putIfAbsent(experimentId, clock.instant()) == null) {
      ended.incrementAndGet();
      synchronized (this) {
        notifyAll();
      }
    }
  }

  private synchronized void fail(String event) {
    badEnd = event;
    notifyAll();
  }

  /** Experiments whose success was seen so far. */
  long ended() {
    return ended.get();
  }

  /** Jobs that were given out twice; in a healthy run there are none. */
  long repeated() {
    return repeated.get();
  }

  synchronized void awaitEnded(long count, Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (ended.get() < count) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (!badEnd.isEmpty()) {
        throw new IllegalStateException("An experiment did not succeed: " + badEnd);
      }
      if (left <= 0) {
        throw new IllegalStateException(
            "Only %,d of %,d experiments ended within %s".formatted(ended.get(), count, patience));
      }
      wait(Math.min(left, 500));
    }
  }

  /** Time from the given moments to the arrival at an agent. */
  Latencies dispatch(Map<String, Instant> commits) {
    return between(commits, arrived);
  }

  /** Time from the given moments to the event that says SUCCEEDED. */
  Latencies ends(Map<String, Instant> starts) {
    return between(starts, succeeded);
  }

  private static Latencies between(Map<String, Instant> from, Map<String, Instant> to) {
    Latencies latencies = new Latencies();
    from.forEach(
        (id, start) -> latencies.record(Math.max(0, start.until(to.get(id), ChronoUnit.NANOS))));
    return latencies;
  }
}
