package dev.inferlab.scheduler.store;

import com.google.protobuf.ByteString;
import dev.inferlab.scheduler.SchedulerConfig;
import dev.inferlab.scheduler.job.Attempt;
import dev.inferlab.scheduler.job.Job;
import dev.inferlab.scheduler.job.JobChange;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/** Loads jobs, locked, and saves what became of them together with their leases. */
@ApplicationScoped
public class JobTable {

  private static final String COLUMNS =
      """
      id, experiment_id, kind, owner, priority, max_attempts, target_id, device, labels, exclusive, trace_parent,
      lane, state, version, attempts, ready_at, cancel_reason, waiting_for, fault""";

  /** Rows in the order of their ids, so that two who want the same rows wait for each other. */
  private static final String LOCK =
      """
      with locked as materialized (
        select %s from job
        where id in (select cast(value as uuid) from json_array_elements_text(cast(cast(:ids as text) as json)))
        order by id for update)
      select cast(json_build_object('now', clock_timestamp(), 'jobs',
        (select coalesce(json_agg(locked), '[]') from locked)) as text)
      """
          .formatted(COLUMNS);

  /**
   * Passes over what others hold: whoever has the row decides. The state is looked at outside, so
   * that rows can be found by their ids only: the queue's own index, which statistics of an empty
   * queue make look better, would be read whole for each of them.
   */
  private static final String LOCK_QUEUED =
      """
      with locked as materialized (
        select %s, translate(encode(spec, 'base64'), chr(10), '') as spec from job
        where id in (select cast(value as uuid) from json_array_elements_text(cast(cast(:ids as text) as json)))
        order by id for update skip locked)
      select cast(json_build_object('now', clock_timestamp(), 'jobs',
        (select coalesce(json_agg(locked), '[]') from locked where state = 'QUEUED' and ready_at is null)) as text)
      """
          .formatted(COLUMNS);

  private static final String INSERT =
      """
      insert into job (id, experiment_id, kind, owner, priority, max_attempts, target_id, device, labels, exclusive,
        trace_parent, lane, spec, state, version, attempts, ready_at, cancel_reason, waiting_for, fault)
      select id, experiment_id, kind, owner, priority, max_attempts, target_id, device, labels, exclusive,
        trace_parent, lane, decode(spec, 'base64'), state, version, attempts, ready_at, cancel_reason, waiting_for, fault
      from json_to_recordset(cast(cast(:rows as text) as json)) as r(id uuid, experiment_id text, kind text, owner text, priority int,
        max_attempts int, target_id uuid, device text, labels jsonb, exclusive boolean, trace_parent text, lane bigint,
        spec text, state text, version bigint, attempts jsonb, ready_at timestamptz, cancel_reason text,
        waiting_for text, fault jsonb)
      """;

  /**
   * Leases and parts are found by an array of ids, because a join would be planned for the few rows
   * that those tables have at rest. A lease's attempt need not be asked for: the jobs' rows are
   * locked, so it is the one that is released.
   */
  private static final String UPDATE =
      """
      with r as materialized (
        select * from json_to_recordset(cast(cast(:rows as text) as json)) as r(id uuid, state text, version bigint, attempts jsonb,
          ready_at timestamptz, cancel_reason text, waiting_for text, fault jsonb, result text, released int, leased int,
          target_id uuid, device text, exclusive boolean, owner text, stop boolean, ended boolean)),
      updated as (
        update job set state = r.state, version = r.version, attempts = r.attempts, ready_at = r.ready_at,
          cancel_reason = r.cancel_reason, waiting_for = r.waiting_for, fault = r.fault,
          result = decode(r.result, 'base64'), changed_at = clock_timestamp(),
          queued_at = case when r.state = 'QUEUED' and r.released is not null
                           then coalesce(r.ready_at, clock_timestamp()) else job.queued_at end
        from r where job.id = r.id returning 1),
      released as (
        delete from lease where job_id = any (array(select id from r where released is not null)) returning 1),
      leased as (
        insert into lease (job_id, attempt, target_id, device, exclusive, owner, epoch, expires_at)
        select id, leased, target_id, device, exclusive, owner,
          (select epoch from target where target.id = r.target_id), clock_timestamp() + make_interval(secs => :lease)
        from r where leased is not null returning 1),
      served as (
        insert into owner_share (owner, served, as_of)
        select owner, count(*), clock_timestamp() from r where leased is not null group by owner order by owner
        on conflict (owner) do update set as_of = excluded.as_of, served = excluded.served + owner_share.served
          * power(0.5, greatest(0, cast(extract(epoch from excluded.as_of - owner_share.as_of) as float8)) / %s)
        returning 1),
      stopped as (
        update lease set stop = true where job_id = any (array(select id from r where stop)) returning 1),
      parts as (
        delete from result_part where job_id = any (array(select id from r where ended)) returning 1)
      select cast(json_build_object('updated', (select count(*) from updated)) as text)
      """
          .formatted(LeaseTable.HALF_LIFE_SECONDS)
          .replaceAll("\\s+", " "); // longer ones than 2,048 characters are prepared each time

  private final double leaseSeconds;

  JobTable(SchedulerConfig config) {
    Duration lease = config.leaseTime().plus(config.leaseMargin());
    this.leaseSeconds = lease.toMillis() / 1_000.0;
  }

  /** Those that exist. */
  public Uni<LockedJobs> lock(Mutiny.Session session, Collection<UUID> ids) {
    return lock(session, LOCK, ids);
  }

  /**
   * Those that can still be placed, with their specifications. Rows of the others are locked too,
   * until the transaction ends.
   */
  public Uni<LockedJobs> lockQueued(Mutiny.Session session, Collection<UUID> ids) {
    return lock(session, LOCK_QUEUED, ids);
  }

  private record Locked(Instant now, List<JobRow> jobs) {}

  private static Uni<LockedJobs> lock(Mutiny.Session session, String sql, Collection<UUID> ids) {
    return Rows.one(session, Locked.class, sql, Map.of("ids", Rows.json(ids)))
        .map(
            locked -> {
              Map<UUID, byte[]> specs = new HashMap<>();
              locked.jobs().stream()
                  .filter(row -> row.spec() != null)
                  .forEach(row -> specs.put(row.id(), row.spec()));
              return new LockedJobs(
                  locked.now(), locked.jobs().stream().map(JobRow::job).toList(), specs);
            });
  }

  /**
   * @param specs of new jobs: their serialized specifications
   */
  public Uni<Void> save(
      Mutiny.Session session, List<JobChange> changes, Map<UUID, ByteString> specs) {
    Map<Boolean, List<JobChange>> byNew =
        changes.stream().collect(Collectors.partitioningBy(JobChange::isNew));
    return insert(session, byNew.get(true), specs).chain(() -> update(session, byNew.get(false)));
  }

  private static Uni<Void> insert(
      Mutiny.Session session, List<JobChange> changes, Map<UUID, ByteString> specs) {
    if (changes.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<JobRow> rows =
        changes.stream()
            .map(JobChange::after)
            .map(job -> JobRow.of(job, specs.get(job.id()).toByteArray()))
            .toList();
    return Rows.update(session, INSERT, Map.of("rows", Rows.json(rows))).replaceWithVoid();
  }

  private record Updated(long updated) {}

  private Uni<Void> update(Mutiny.Session session, List<JobChange> changes) {
    if (changes.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<ChangeRow> rows = changes.stream().map(ChangeRow::of).toList();
    return Rows.one(
            session, Updated.class, UPDATE, Map.of("rows", Rows.json(rows), "lease", leaseSeconds))
        .invoke(
            done -> {
              if (done.updated() != rows.size()) {
                throw new IllegalStateException(
                    "Of %d jobs that changed, %d are there".formatted(rows.size(), done.updated()));
              }
            })
        .replaceWithVoid();
  }

  /**
   * @param released number of the attempt whose lease is over, or null
   * @param leased number of the attempt whose lease begins, or null
   */
  @SuppressWarnings("ArrayRecordComponent") // written whole, never compared
  private record ChangeRow(
      UUID id,
      String state,
      long version,
      List<Attempt> attempts,
      Instant readyAt,
      String cancelReason,
      String waitingFor,
      Object fault,
      byte[] result,
      Integer released,
      Integer leased,
      UUID targetId,
      String device,
      boolean exclusive,
      String owner,
      boolean stop,
      boolean ended) {

    static ChangeRow of(JobChange change) {
      Job job = change.after();
      Optional<Attempt> leased = change.leased();
      return new ChangeRow(
          job.id(),
          job.state().name(),
          job.version(),
          job.attempts(),
          job.readyAt(),
          job.cancelReason(),
          job.waitingFor(),
          job.fault(),
          job.result() == null ? null : job.result().toByteArray(),
          change.released().map(Attempt::number).orElse(null),
          leased.map(Attempt::number).orElse(null),
          leased.map(Attempt::targetId).orElse(null),
          leased.map(Attempt::device).orElse(null),
          job.request().demand().exclusive(),
          job.request().owner(),
          change.stopWanted(),
          job.terminal());
    }
  }
}
