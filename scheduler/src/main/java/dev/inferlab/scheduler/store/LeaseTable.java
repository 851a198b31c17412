package dev.inferlab.scheduler.store;

import dev.inferlab.scheduler.SchedulerConfig;
import dev.inferlab.scheduler.placement.Shares;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Who holds what, by the database's clock. */
@ApplicationScoped
public class LeaseTable {

  private static final String RENEW =
      """
      with live as (
        select * from json_to_recordset(cast(cast(:live as text) as json)) as l(job_id uuid, attempt int, target_id uuid)),
      renewed as (
        update lease set expires_at = clock_timestamp() + make_interval(secs => :lease), epoch = target.epoch
        from live join target on target.id = live.target_id
        where lease.job_id = live.job_id and lease.attempt = live.attempt and lease.target_id = live.target_id
          and lease.expires_at > clock_timestamp()
        returning lease.job_id, lease.attempt, lease.target_id)
      select cast(row_to_json(renewed) as text) from renewed
      """;

  private static final String OF_STREAM =
      """
      select cast(json_build_object('job_id', job_id, 'attempt', attempt, 'target_id', target_id) as text)
      from lease where target_id = cast(cast(:target as text) as uuid) and epoch = :epoch
      """;

  private static final String LOAD_PARTS =
      """
        'devices', (select coalesce(json_agg(d), '[]') from (
          select target_id, device, exclusive, count(*) as jobs from lease group by 1, 2, 3) as d),
        'shares', (select coalesce(json_agg(s), '[]') from (
          select owner, sum(load) as load from (
            select owner, count(*) as load from lease group by owner
            union all
            select owner, served * power(0.5, greatest(0, cast(extract(epoch from clock_timestamp() - as_of)
                                                              as float8)) / :half)
            from owner_share) as each group by owner) as s)
      """;

  private static final String LOAD = "select cast(json_build_object(" + LOAD_PARTS + ") as text)";

  /**
   * Locks the targets whose streams are still this replica's. That the leases are read by the same
   * statement, which may have waited for the lock, is sound: whoever else could have placed on a
   * target did so before its epoch became ours.
   */
  private static final String LOCK_AND_LOAD =
      """
      with mine as (select * from json_to_recordset(cast(cast(:streams as text) as json)) as m(id uuid, epoch bigint)),
      held as materialized (
        select target.id, target.version from target join mine on mine.id = target.id
        where target.epoch = mine.epoch and target.replica = cast(cast(:replica as text) as uuid)
        order by target.id for update of target)
      select cast(json_build_object('held', (select coalesce(json_agg(held), '[]') from held),
      """
          + LOAD_PARTS
          + ") as text)";

  static final double HALF_LIFE_SECONDS = Shares.HALF_LIFE.toMillis() / 1_000.0;

  private final double leaseSeconds;

  LeaseTable(SchedulerConfig config) {
    this.leaseSeconds = config.leaseTime().plus(config.leaseMargin()).toMillis() / 1_000.0;
  }

  /** An attempt that a target holds, or says that it does. */
  public record Held(UUID jobId, int attempt, UUID targetId) {}

  /** Gives those whose lease still was theirs; it begins anew, on the target's last stream. */
  public Uni<List<Held>> renew(Mutiny.Session session, Collection<Held> live) {
    if (live.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    return Rows.list(
        session, Held.class, RENEW, Map.of("live", Rows.json(live), "lease", leaseSeconds));
  }

  /** What a target was given on its stream of this epoch, or claimed on it. */
  public Uni<List<Held>> of(Mutiny.Session session, UUID targetId, long epoch) {
    return Rows.list(
        session, Held.class, OF_STREAM, Map.of("target", targetId.toString(), "epoch", epoch));
  }

  public record DeviceLoad(UUID targetId, String device, boolean exclusive, int jobs) {}

  private record OwnerLoad(String owner, double load) {}

  /** A target that is held, as of a version. */
  public record Locked(UUID id, long version) {}

  private record LoadRow(List<Locked> held, List<DeviceLoad> devices, List<OwnerLoad> shares) {

    Load load() {
      Map<String, Double> loads = new HashMap<>();
      shares.forEach(it -> loads.put(it.owner(), it.load()));
      return new Load(held == null ? List.of() : held, devices, new Shares(loads));
    }
  }

  /**
   * How busy everything is.
   *
   * @param held the targets that were locked
   */
  public record Load(List<Locked> held, List<DeviceLoad> devices, Shares shares) {}

  public Uni<Load> load(Mutiny.Session session) {
    return Rows.one(session, LoadRow.class, LOAD, Map.of("half", HALF_LIFE_SECONDS))
        .map(LoadRow::load);
  }

  /**
   * The same, with those targets locked whose streams this replica holds.
   *
   * @param streams records with {@code id} of the target and {@code epoch}
   */
  public Uni<Load> lockAndLoad(Mutiny.Session session, UUID replica, Collection<?> streams) {
    return Rows.one(
            session,
            LoadRow.class,
            LOCK_AND_LOAD,
            Map.of(
                "streams",
                Rows.json(streams),
                "replica",
                replica.toString(),
                "half",
                HALF_LIFE_SECONDS))
        .map(LoadRow::load);
  }
}
