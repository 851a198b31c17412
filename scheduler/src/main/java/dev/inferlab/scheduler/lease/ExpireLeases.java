package dev.inferlab.scheduler.lease;

import com.google.protobuf.ByteString;
import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.loop.PassLoop;
import dev.inferlab.platform.outbox.Outbox;
import dev.inferlab.scheduler.agent.SyncAgents;
import dev.inferlab.scheduler.job.JobBatch;
import dev.inferlab.scheduler.job.JobChange;
import dev.inferlab.scheduler.job.JobCommand;
import dev.inferlab.scheduler.job.JobRules;
import dev.inferlab.scheduler.recording.JobNews;
import dev.inferlab.scheduler.store.Hints;
import dev.inferlab.scheduler.store.Hints.Hint;
import dev.inferlab.scheduler.store.JobTable;
import dev.inferlab.scheduler.store.LockedJobs;
import dev.inferlab.scheduler.store.Rows;
import dev.inferlab.scheduler.target.WatchTargets;
import dev.inferlab.scheduler.watch.JobMetrics;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Does what time alone demands, on any replica: ends leases that nobody renewed, brings back jobs
 * whose back-off is over, notices targets that fell silent.
 */
@ApplicationScoped
public class ExpireLeases {

  /** First the rows of the jobs, then the leases again: a renewal in between counts. */
  private static final String EXPIRED =
      """
      select cast(row_to_json(expired) as text) from (
        select job_id, attempt from lease where expires_at <= clock_timestamp() order by job_id limit 500) as expired
      """;

  private static final String STILL_EXPIRED =
      """
      select cast(row_to_json(expired) as text) from (
        select job_id, attempt from lease
        where expires_at <= clock_timestamp()
          and job_id in (select cast(value as uuid) from json_array_elements_text(cast(cast(:ids as text) as json)))
        for update) as expired
      """;

  private static final String DUE =
      """
      update job set ready_at = null
      where id in (select id from job where state = 'QUEUED' and ready_at is not null
                     and ready_at <= clock_timestamp() order by id limit 1000 for update skip locked)
      """;

  private final Database database;
  private final Outbox outbox;
  private final JobTable jobs;
  private final JobRules rules;
  private final JobNews news;
  private final JobMetrics metrics;
  private final WatchTargets targets;
  private final LeaseJobs lease;
  private final SyncAgents sync;
  private final Hints hints;
  private final PassLoop loop;

  ExpireLeases(
      Database database,
      Outbox outbox,
      JobTable jobs,
      JobRules rules,
      JobNews news,
      JobMetrics metrics,
      WatchTargets targets,
      LeaseJobs lease,
      SyncAgents sync,
      Hints hints,
      Vertx vertx) {
    this.database = database;
    this.outbox = outbox;
    this.jobs = jobs;
    this.rules = rules;
    this.news = news;
    this.metrics = metrics;
    this.targets = targets;
    this.lease = lease;
    this.sync = sync;
    this.hints = hints;
    this.loop = new PassLoop("Expiring", vertx, this::pass);
  }

  void stop(@Observes ShutdownEvent event) {
    loop.stop();
  }

  public void wake() {
    loop.wake();
  }

  private record Expired(UUID jobId, int attempt) {}

  /** Mostly nothing is due: one look tells. */
  private static final String LOOK =
      """
      select cast(json_build_object(
        'expired', exists (select 1 from lease where expires_at <= clock_timestamp()),
        'later', exists (select 1 from job where state = 'QUEUED' and ready_at is not null
                           and ready_at <= clock_timestamp())) as text)
      """;

  private record Look(boolean expired, boolean later) {}

  private record Due(Look jobs, boolean targets) {}

  private Uni<Integer> pass() {
    return database
        .inSession(
            session ->
                Rows.one(session, Look.class, LOOK, Map.of())
                    .chain(look -> targets.needed(session).map(any -> new Due(look, any))))
        .chain(
            due ->
                when(due.jobs().expired(), this::expire)
                    .chain(() -> when(due.jobs().later(), this::bringBack))
                    .chain(() -> when(due.targets(), this::sweepTargets)))
        .replaceWith(0);
  }

  private static Uni<Void> when(boolean due, Supplier<Uni<Void>> work) {
    return due ? work.get() : Uni.createFrom().voidItem();
  }

  private Uni<Void> sweepTargets() {
    return database
        .inTransaction(targets::sweep)
        .invoke(
            () -> {
              outbox.wake();
              lease.wake();
            })
        .replaceWithVoid();
  }

  private Uni<Void> expire() {
    return database
        .inSession(tx -> Rows.list(tx, Expired.class, EXPIRED, Map.of()))
        .chain(expired -> expired.isEmpty() ? Uni.createFrom().voidItem() : expire(expired));
  }

  private Uni<Void> expire(List<Expired> expired) {
    List<UUID> ids = expired.stream().map(Expired::jobId).toList();
    return database
        .inTransaction(
            tx ->
                jobs.lock(tx, ids)
                    .chain(
                        locked ->
                            Rows.list(
                                    tx, Expired.class, STILL_EXPIRED, Map.of("ids", Rows.json(ids)))
                                .chain(still -> expire(tx, locked, still))))
        .invoke(
            changes -> {
              metrics.expired(changes);
              metrics.recorded(changes);
              outbox.wake();
              lease.wake();
              sync.wake();
            })
        .replaceWithVoid();
  }

  private Uni<List<JobChange>> expire(Mutiny.Session tx, LockedJobs locked, List<Expired> expired) {
    JobBatch batch = new JobBatch(rules, locked.jobs(), locked.now());
    Map<UUID, Integer> attempts = new HashMap<>();
    expired.forEach(each -> attempts.put(each.jobId(), each.attempt()));
    attempts.forEach((id, attempt) -> batch.apply(id, new JobCommand.LoseLease(attempt)));
    List<JobChange> changes = batch.changes();
    return jobs.save(tx, changes, Map.<UUID, ByteString>of())
        .chain(() -> outbox.append(tx, news.changed(changes)))
        // The target's agent may be another replica's.
        .chain(() -> hints.send(tx, Hint.JOBS))
        .replaceWith(changes);
  }

  private Uni<Void> bringBack() {
    return database
        .inTransaction(
            tx ->
                Rows.update(tx, DUE, Map.of())
                    .call(due -> due > 0 ? hints.send(tx, Hint.JOBS) : Uni.createFrom().voidItem()))
        .invoke(
            due -> {
              if (due > 0) {
                lease.wake();
              }
            })
        .replaceWithVoid();
  }
}
