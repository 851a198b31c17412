package dev.inferlab.gateway.event;

import dev.inferlab.gateway.http.PathId;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.db.SingleColumn;
import dev.inferlab.platform.problem.ProblemCode;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Events in the order in which every replica shows them. Readers stop before the oldest transaction
 * that still runs, because what it wrote will sort before what later ones wrote.
 */
@ApplicationScoped
public class EventLog {
  private static final String APPEND =
      """
      insert into event_log (type, experiment_id, target_id, data)
      select r.type, r.experiment_id, r.target_id, r.data
      from jsonb_to_recordset(cast(cast(:rows as text) as jsonb)) as r (
        type text, experiment_id uuid, target_id uuid, data text)
      """;
  private static final String READ =
      """
      select cast(cast(transaction as text) as bigint), id, type, cast(experiment_id as text),
             cast(target_id as text), data
      from event_log
      where (transaction, id) > (cast(cast(:transaction as text) as xid8), cast(:id as bigint))
        and transaction < pg_snapshot_xmin(pg_current_snapshot())
      order by transaction, id limit :limit
      """;
  private static final String HEAD =
      "select cast(cast(pg_snapshot_xmin(pg_current_snapshot()) as text) as bigint)";
  private static final String HORIZON =
      "select cast(cast(transaction as text) as bigint), id from event_log_horizon";
  private static final String EXPERIMENT = "select count(*) from experiment where id = :id";
  private static final String TARGET =
      "select count(*) from target where id = :id and not forgotten";
  private static final int MOST_PRUNED = 10_000;
  private static final String PRUNE =
      """
      with old as (
        delete from event_log where (transaction, id) in (
          select transaction, id from event_log
          where created_at < now() - make_interval(secs => :seconds)
          order by transaction, id limit :most)
        returning transaction, id),
      last as (select transaction, id from old order by transaction desc, id desc limit 1),
      moved as (
        update event_log_horizon set transaction = last.transaction, id = last.id from last
        where (event_log_horizon.transaction, event_log_horizon.id) < (last.transaction, last.id))
      select count(*) from old
      """;

  private final Database database;
  private final Json json;

  EventLog(Database database, Json json) {
    this.database = database;
    this.json = json;
  }

  /** Adds events to the session's transaction. */
  public Uni<Void> append(Mutiny.Session session, List<NewEvent> events) {
    if (events.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return session
        .createNativeQuery(APPEND)
        .setParameter("rows", json.write(events))
        .executeUpdate()
        .replaceWithVoid();
  }

  /** Refuses ids that nothing has: there would be no event from now on. */
  Uni<Void> require(Optional<UUID> experiment, Optional<UUID> target) {
    return require(EXPERIMENT, experiment, ProblemCode.EXPERIMENT_NOT_FOUND)
        .chain(() -> require(TARGET, target, ProblemCode.TARGET_NOT_FOUND));
  }

  private Uni<Void> require(String count, Optional<UUID> id, ProblemCode missing) {
    if (id.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return database
        .inSession(session -> SingleColumn.number(session, count, Map.of("id", id.get())))
        .invoke(
            found -> {
              if (found == 0) {
                throw PathId.notFound(missing);
              }
            })
        .replaceWithVoid();
  }

  Uni<List<LoggedEvent>> read(Position after, int limit) {
    return database.inSession(
        session ->
            session
                .createNativeQuery(READ, Object[].class)
                .setParameter("limit", limit)
                .setParameter("transaction", Long.toString(after.transaction()))
                .setParameter("id", after.id())
                .getResultList()
                .map(rows -> rows.stream().map(EventLog::event).toList()));
  }

  /** Everything after this position is yet to come or to become visible. */
  Uni<Position> head() {
    return database.inSession(
        session ->
            session
                .createNativeQuery(HEAD, Object.class)
                .getSingleResult()
                .map(xmin -> new Position(((Number) xmin).longValue(), 0)));
  }

  /** The last event that was removed because of its age. */
  Uni<Position> horizon() {
    return database.inSession(
        session ->
            session
                .createNativeQuery(HORIZON, Object[].class)
                .getSingleResult()
                .map(
                    row ->
                        new Position(
                            ((Number) row[0]).longValue(), ((Number) row[1]).longValue())));
  }

  /** Removes the events that are older, in transactions that are short. */
  public Uni<Void> prune(Duration age) {
    return pruneSome(age)
        .chain(removed -> removed < MOST_PRUNED ? Uni.createFrom().voidItem() : prune(age));
  }

  private Uni<Long> pruneSome(Duration age) {
    return database.inTransaction(
        session ->
            SingleColumn.number(
                session, PRUNE, Map.of("seconds", age.toSeconds(), "most", MOST_PRUNED)));
  }

  private static LoggedEvent event(Object[] row) {
    return new LoggedEvent(
        new Position(((Number) row[0]).longValue(), ((Number) row[1]).longValue()),
        (String) row[2],
        uuid(row[3]),
        uuid(row[4]),
        (String) row[5]);
  }

  private static UUID uuid(Object text) {
    return text == null ? null : UUID.fromString((String) text);
  }
}
