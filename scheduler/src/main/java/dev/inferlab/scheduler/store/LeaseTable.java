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
        update lease set expires_at = clock_timestamp() + make_interval(secs => :lease) from live
        where lease.job_id = live.job_id and lease.attempt = live.attempt and lease.target_id = live.target_id
          and lease.expires_at > clock_timestamp()
        returning lease.job_id, lease.attempt, lease.target_id)
      select cast(row_to_json(renewed) as text) from renewed
      """;

  private static final String LOAD =
      """
      select cast(json_build_object(
        'devices', (select coalesce(json_agg(d), '[]') from (
          select target_id, device, exclusive, count(*) as jobs from lease group by 1, 2, 3) as d),
        'shares', (select coalesce(json_agg(s), '[]') from (
          select owner, sum(load) as load from (
            select owner, count(*) as load from lease group by owner
            union all
            select owner, served * power(0.5, greatest(0, cast(extract(epoch from clock_timestamp() - as_of)
                                                              as double precision)) / cast(:half as double precision))
            from owner_share) as each group by owner) as s)) as text)
      """;

  private static final String SERVED =
      """
      insert into owner_share (owner, served, as_of)
      select owner, served, clock_timestamp()
      from json_to_recordset(cast(cast(:served as text) as json)) as s(owner text, served double precision) order by owner
      on conflict (owner) do update set as_of = excluded.as_of, served = excluded.served + owner_share.served
        * power(0.5, greatest(0, cast(extract(epoch from excluded.as_of - owner_share.as_of) as double precision))
          / cast(:half as double precision))
      """;

  private static final double HALF_LIFE = Shares.HALF_LIFE.toMillis() / 1_000.0;

  private final double leaseSeconds;

  LeaseTable(SchedulerConfig config) {
    this.leaseSeconds = config.leaseTime().plus(config.leaseMargin()).toMillis() / 1_000.0;
  }

  /** An attempt that a target says it holds. */
  public record Held(UUID jobId, int attempt, UUID targetId) {}

  /** Gives those whose lease still was theirs; it begins anew. */
  public Uni<List<Held>> renew(Mutiny.Session session, Collection<Held> live) {
    if (live.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    return Rows.list(
        session, Held.class, RENEW, Map.of("live", Rows.json(live), "lease", leaseSeconds));
  }

  public record DeviceLoad(UUID targetId, String device, boolean exclusive, int jobs) {}

  private record OwnerLoad(String owner, double load) {}

  private record LoadRow(List<DeviceLoad> devices, List<OwnerLoad> shares) {}

  /** How busy everything is. */
  public record Load(List<DeviceLoad> devices, Shares shares) {}

  public Uni<Load> load(Mutiny.Session session) {
    return Rows.one(session, LoadRow.class, LOAD, Map.of("half", HALF_LIFE))
        .map(
            row -> {
              Map<String, Double> shares = new HashMap<>();
              row.shares().forEach(it -> shares.put(it.owner(), it.load()));
              return new Load(row.devices(), new Shares(shares));
            });
  }

  /** Counts placed jobs against their owners. */
  public Uni<Void> served(Mutiny.Session session, Map<String, Long> jobs) {
    List<Map<String, Object>> rows =
        jobs.entrySet().stream()
            .map(it -> Map.<String, Object>of("owner", it.getKey(), "served", it.getValue()))
            .toList();
    return Rows.update(session, SERVED, Map.of("served", Rows.json(rows), "half", HALF_LIFE))
        .replaceWithVoid();
  }
}
