package dev.inferlab.scheduler.target;

import dev.inferlab.proto.job.v1.TargetState;
import dev.inferlab.scheduler.SchedulerConfig;
import dev.inferlab.scheduler.store.Rows;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Notices what nobody says: a target that fell silent, came back, or has run out of jobs to drain.
 * Tells of every target again from time to time, so that nobody misses one for good.
 */
@ApplicationScoped
public class WatchTargets {

  /** Those whose state is not what it should be. */
  private static final String WRONG =
      """
      select cast(row_to_json(wrong) as text) from (
        select due.* from (
          select id, state as was, clock_timestamp() as now,
            case when state = 'OFFLINE' then state
                 when last_seen < clock_timestamp() - make_interval(secs => :silence) then 'LOST'
                 when not draining then 'ONLINE'
                 when exists (select 1 from lease where lease.target_id = target.id) then 'DRAINING'
                 else 'DRAINED' end as state,
            last_seen > reported_at + make_interval(secs => :report)
              or not forgotten and reported_at < clock_timestamp() - interval '1 hour' as stale
          from target) as due
        where due.state <> due.was or due.stale
        order by due.id) as wrong
      """;

  private static final String ANY_WRONG =
      "select cast(json_build_object('any', exists (" + WRONG + ")) as text)";

  private final Targets targets;
  private final double silenceSeconds;
  private final double reportSeconds;

  WatchTargets(Targets targets, SchedulerConfig config) {
    this.targets = targets;
    this.silenceSeconds = config.leaseTime().plus(config.leaseMargin()).toMillis() / 1_000.0;
    this.reportSeconds = config.reportInterval().toMillis() / 1_000.0;
  }

  private record Due(UUID id, TargetState was, TargetState state, Instant now) {}

  private record Any(boolean any) {}

  /** Whether a sweep would find something. */
  public Uni<Boolean> needed(Mutiny.Session session) {
    return Rows.one(session, Any.class, ANY_WRONG, limits()).map(Any::any);
  }

  private Map<String, Object> limits() {
    return Map.of("silence", silenceSeconds, "report", reportSeconds);
  }

  /** Gives how many targets were told about. */
  public Uni<Integer> sweep(Mutiny.Session session) {
    return Rows.list(session, Due.class, WRONG, limits())
        .chain(
            due ->
                Multi.createFrom()
                    .iterable(due)
                    .onItem()
                    .transformToUniAndConcatenate(each -> correct(session, each))
                    .collect()
                    .asList()
                    .map(List::size));
  }

  private Uni<Boolean> correct(Mutiny.Session session, Due due) {
    return targets
        .lock(session, due.id())
        .chain(
            row ->
                row == null || row.state != due.was()
                    ? Uni.createFrom().item(false)
                    : targets.tell(session, row, due.state(), due.now()).replaceWith(true));
  }
}
