package dev.inferlab.scheduler.job;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Jobs that were loaded together, the commands that are applied to them in order, and what came of
 * it: the middle of every transaction, between loading and saving rows.
 */
public final class JobBatch {

  private final JobRules rules;
  private final Instant now;
  private final Map<UUID, Job> jobs = new HashMap<>();
  private final Map<UUID, JobChange> changes = new LinkedHashMap<>();

  /**
   * @param now by the database's clock, taken after the jobs were locked
   */
  public JobBatch(JobRules rules, Collection<Job> loaded, Instant now) {
    this.rules = rules;
    this.now = now;
    loaded.forEach(job -> jobs.put(job.id(), job));
  }

  public Decision.Verdict apply(UUID jobId, JobCommand command) {
    Job job = jobs.get(jobId);
    Decision decision = rules.decide(job, command, now);
    if (!decision.events().isEmpty()) {
      Job next = JobRules.evolve(job, decision.events());
      jobs.put(jobId, next);
      changes.merge(
          jobId,
          new JobChange(job, next, decision.events()),
          (first, second) -> first.then(second.after(), second.events()));
    }
    return decision.verdict();
  }

  public Optional<Job> find(UUID jobId) {
    return Optional.ofNullable(jobs.get(jobId));
  }

  public Instant now() {
    return now;
  }

  /** One a job, in the order in which they first changed. */
  public List<JobChange> changes() {
    return List.copyOf(changes.values());
  }
}
