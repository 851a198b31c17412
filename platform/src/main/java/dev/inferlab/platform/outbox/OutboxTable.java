package dev.inferlab.platform.outbox;

import dev.inferlab.platform.db.DatabaseTrouble;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The waiting messages, for one relay at a time. Hibernate sends one statement and waits; here a
 * pass sends two messages of several statements, which PostgreSQL carries out in their order, the
 * later ones only if the earlier ones succeed.
 */
final class OutboxTable {
  // Not waiting for the disk: a deletion that a crash of the database undoes is a message more.
  // It idles while Kafka is asked, for which the service's own limit on idle transactions is not
  // meant.
  // The select is a statement of its own: it sees what was committed before it began, so all that
  // the last holder of the lock did.
  private static final String TAKE =
      """
      begin;
      select set_config('lock_timeout', '15s', true), set_config('synchronous_commit', 'off', true),
             set_config('idle_in_transaction_session_timeout', '%d', true),
             cast(pg_advisory_xact_lock(hashtextextended('inferlab.outbox.' || current_schema(), 0)) as text);
      select id, topic, key, trace_parent, payload, created_at from outbox %s order by id limit %d
      """;
  // By exact ids: between two ids may lie one whose transaction commits only now.
  private static final String REMOVE = "delete from outbox where id = any('{%s}'); commit";

  // Longer than the wait for the lock.
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Pool pool;
  private final Duration idle;

  /**
   * @param idle for which PostgreSQL waits for the end of a pass before it takes its lock away:
   *     more than publishing may take
   */
  OutboxTable(Pool pool, Duration idle) {
    this.pool = pool;
    this.idle = idle;
  }

  /**
   * Takes of the oldest messages, in one transaction, those out that {@code publish} brought to
   * Kafka.
   *
   * @param except messages that are left where they are
   */
  Published drain(int most, Set<Refused> except, Function<List<OutboxRow>, Published> publish) {
    Future<SqlConnection> coming = pool.getConnection();
    boolean over = false;
    try {
      SqlConnection connection = await(coming);
      String take = TAKE.formatted(idle.toMillis(), where(except), most);
      List<OutboxRow> rows = rows(await(connection.query(take).execute()));
      if (rows.isEmpty()) {
        return Published.NOTHING;
      }
      Published published = publish.apply(rows);
      if (!published.rows().isEmpty()) {
        String ids =
            published.rows().stream()
                .map(row -> Long.toString(row.id()))
                .collect(Collectors.joining(","));
        await(connection.query(REMOVE.formatted(ids)).execute());
        over = true;
      }
      return published;
    } finally {
      giveBack(coming, over);
    }
  }

  private static String where(Set<Refused> except) {
    return except.isEmpty()
        ? ""
        : except.stream()
            .map(
                it ->
                    it.key() == null
                        ? "topic <> %s".formatted(literal(it.topic()))
                        : "(topic, key) <> (%s, %s)"
                            .formatted(literal(it.topic()), literal(it.key())))
            .collect(Collectors.joining(" and ", "where ", ""));
  }

  // Several statements in one message take no parameters.
  private static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /** The rows that the last of the statements gave. */
  private static List<OutboxRow> rows(RowSet<Row> results) {
    RowSet<Row> last = results;
    while (last.next() != null) {
      last = last.next();
    }
    List<OutboxRow> rows = new ArrayList<>();
    last.forEach(row -> rows.add(OutboxRow.of(row)));
    return rows;
  }

  /** Also a connection that comes too late to be used. */
  private static void giveBack(Future<SqlConnection> coming, boolean over) {
    coming.onSuccess(
        connection -> {
          Future<?> last = over ? Future.succeededFuture() : connection.query("rollback").execute();
          last.onComplete(_ -> connection.close());
        });
  }

  private static <T> T await(Future<T> answer) {
    try {
      return answer
          .toCompletionStage()
          .toCompletableFuture()
          .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(DatabaseTrouble.brief(e.getCause()), e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "PostgreSQL does not answer within %d s".formatted(LIMIT.toSeconds()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the relay is stopped", e);
    }
  }
}
