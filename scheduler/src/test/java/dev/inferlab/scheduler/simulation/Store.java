package dev.inferlab.scheduler.simulation;

import dev.inferlab.scheduler.job.Attempt;
import dev.inferlab.scheduler.job.Job;
import dev.inferlab.scheduler.job.JobBatch;
import dev.inferlab.scheduler.job.JobChange;
import dev.inferlab.scheduler.job.JobEvent;
import dev.inferlab.scheduler.job.JobRules;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The database: transactions are atomic and one after the other, but a caller may be told of a
 * failure before or after the effect.
 */
final class Store {

  record Lease(
      UUID jobId, int attempt, UUID targetId, String device, boolean exclusive, Instant end) {}

  record Session(UUID targetId, long epoch) {}

  final Map<UUID, Job> jobs = new TreeMap<>();
  final Map<UUID, Lease> leases = new TreeMap<>();
  final Map<UUID, Long> epochs = new TreeMap<>();
  final Map<UUID, List<JobEvent>> history = new TreeMap<>();
  final Map<UUID, Long> published = new TreeMap<>();
  final Map<UUID, String> earlyCancels = new TreeMap<>();
  final Set<UUID> seen = new HashSet<>();

  private final World world;
  private final JobRules rules;
  private final long leaseMillis;

  Store(World world, JobRules rules, long leaseMillis) {
    this.world = world;
    this.rules = rules;
    this.leaseMillis = leaseMillis;
  }

  /** Runs a transaction some milliseconds from now. */
  <T> void transact(Supplier<T> work, Consumer<T> done, Runnable failed) {
    world.after(
        world.between(0, 3),
        () -> {
          if (world.strikes(0.02)) {
            world.after(world.between(1, 2_000), failed);
            return;
          }
          T result = work.get();
          if (world.strikes(0.02)) {
            world.after(world.between(1, 2_000), failed);
            return;
          }
          world.after(world.between(0, 3), () -> done.accept(result));
        });
  }

  JobBatch load(Collection<UUID> ids) {
    List<Job> loaded = ids.stream().distinct().map(jobs::get).filter(it -> it != null).toList();
    return new JobBatch(rules, loaded, world.now());
  }

  void save(JobBatch batch) {
    for (JobChange change : batch.changes()) {
      Job after = change.after();
      jobs.put(after.id(), after);
      history.computeIfAbsent(after.id(), _ -> new ArrayList<>()).addAll(change.events());
      if (change.newsworthy()) {
        published.merge(after.id(), after.version(), Math::max);
      }
      change.released().ifPresent(_ -> leases.remove(after.id()));
      change.leased().ifPresent(attempt -> lease(after, attempt));
    }
  }

  private void lease(Job job, Attempt attempt) {
    boolean exclusive = job.request().demand().exclusive();
    for (Lease other : leases.values()) {
      if (other.targetId().equals(attempt.targetId())
          && other.device().equals(attempt.device())
          && (exclusive || other.exclusive())) {
        throw new AssertionError("I4: two leases on a device that one of them wants alone");
      }
    }
    leases.put(
        job.id(),
        new Lease(
            job.id(),
            attempt.number(),
            attempt.targetId(),
            attempt.device(),
            exclusive,
            world.now().plusMillis(leaseMillis)));
  }

  boolean renew(UUID targetId, UUID jobId, int attempt) {
    Lease lease = leases.get(jobId);
    if (lease == null
        || lease.attempt() != attempt
        || !lease.targetId().equals(targetId)
        || !lease.end().isAfter(world.now())) {
      return false;
    }
    leases.put(
        jobId,
        new Lease(
            jobId,
            attempt,
            targetId,
            lease.device(),
            lease.exclusive(),
            world.now().plusMillis(leaseMillis)));
    return true;
  }

  boolean holds(Session session) {
    return epochs.getOrDefault(session.targetId(), 0L) == session.epoch();
  }

  Map<UUID, Lease> expired() {
    Map<UUID, Lease> expired = new LinkedHashMap<>();
    leases.forEach(
        (id, lease) -> {
          if (!lease.end().isAfter(world.now())) {
            expired.put(id, lease);
          }
        });
    return expired;
  }
}
