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

/** Counts and times what happens to jobs, and writes it to the log. */
@ApplicationScoped
public class JobMetrics {

  private static final double NANOS = 1_000_000_000.0;

  /** In the contract, because names of enums share one space there. */
  private static final String OUTCOME_PREFIX = "ATTEMPT_";

  private final MeterRegistry registry;

  JobMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  private Timer timer(String name, String what, JobChange change) {
    return Timer.builder(name)
        .description(what)
        .tag("kind", kind(change))
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
      timer("inferlab.job.wait", "From being ready to run to being leased", change)
          .record(Duration.ofNanos((long) (waited * NANOS)));
    }
  }

  private static String kind(JobChange change) {
    return change.after().request().kind();
  }

  /** Gives whether a lease ended, so that there is room for another job. */
  public boolean recorded(List<JobChange> changes) {
    JobLog.changed(changes);
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
    timer("inferlab.job.run", "From the start of an attempt to its end", change)
        .record(Duration.between(from, attempt.endedAt()));
    String errorClass = attempt.fault() == null ? "NONE" : attempt.fault().errorClass().name();
    registry
        .counter(
            "inferlab.job.attempts",
            "kind",
            kind(change),
            "outcome",
            attempt.outcome().name().substring(OUTCOME_PREFIX.length()),
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
