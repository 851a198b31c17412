package dev.inferlab.scheduler.watch;

import dev.inferlab.scheduler.job.Attempt;
import dev.inferlab.scheduler.job.JobChange;
import dev.inferlab.scheduler.store.Queue;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Counts and times what happens to jobs. */
@ApplicationScoped
public class JobMetrics {

  private static final double NANOS = 1_000_000_000.0;

  private final MeterRegistry registry;
  private final Timer wait;
  private final Timer run;

  JobMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.wait = timer(registry, "inferlab.job.wait", "From being ready to run to being leased");
    this.run = timer(registry, "inferlab.job.run", "From the start of an attempt to its end");
  }

  private static Timer timer(MeterRegistry registry, String name, String what) {
    return Timer.builder(name)
        .description(what)
        .serviceLevelObjectives(
            Duration.ofMillis(5),
            Duration.ofMillis(10),
            Duration.ofMillis(50),
            Duration.ofMillis(250),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofMinutes(2),
            Duration.ofMinutes(10),
            Duration.ofHours(1))
        .register(registry);
  }

  /** Jobs were leased. */
  public void waited(List<Queue.Head> heads, List<JobChange> leased) {
    Map<UUID, Double> seconds = new HashMap<>();
    heads.forEach(head -> seconds.put(head.id(), head.waited()));
    for (JobChange change : leased) {
      double waited = Math.max(0, seconds.getOrDefault(change.after().id(), 0.0));
      wait.record(Duration.ofNanos((long) (waited * NANOS)));
    }
  }

  /** Gives whether a lease ended, so that there is room for another job. */
  public boolean recorded(List<JobChange> changes) {
    boolean released = false;
    for (JobChange change : changes) {
      if (change.released().isPresent()) {
        released = true;
        ended(change, change.released().get());
      }
    }
    return released;
  }

  private void ended(JobChange change, Attempt attempt) {
    var from = attempt.startedAt() == null ? attempt.assignedAt() : attempt.startedAt();
    run.record(Duration.between(from, attempt.endedAt()));
    String errorClass = attempt.fault() == null ? "NONE" : attempt.fault().errorClass().name();
    registry
        .counter(
            "inferlab.job.attempts",
            "kind",
            change.after().request().kind(),
            "outcome",
            attempt.outcome().name(),
            "error_class",
            errorClass)
        .increment();
  }

  /** Leases ran out. */
  public void expired(List<JobChange> changes) {
    for (JobChange change : changes) {
      change
          .released()
          .ifPresent(
              attempt ->
                  registry
                      .counter("inferlab.leases.expired", "target", attempt.targetId().toString())
                      .increment());
    }
  }
}
