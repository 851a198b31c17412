package dev.inferlab.platform.outbox;

import dev.inferlab.platform.db.DatabaseTrouble;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The waiting messages, for one relay at a time. Its few statements are sent without waiting for
 * each other's answers, which Hibernate cannot do: a pass waits for the database twice.
 */
final class OutboxTable {
  // Not waiting for the disk: a deletion that a crash of the database undoes is a message more.
  private static final String LOCK =
      """
      select set_config('lock_timeout', '15s', true), set_config('synchronous_commit', 'off', true),
             cast(pg_advisory_xact_lock(hashtextextended('inferlab.outbox.' || current_schema(), 0)) as text)
      """;
  // A statement of its own: one sees what was committed before it began, so this one all that
  // the last holder of the lock did.
  private static final String TAKE =
      "select id, topic, key, trace_parent, payload, created_at from outbox order by id limit $1";
  // By exact ids: between two ids may lie one whose transaction commits only now.
  private static final String DELETE = "delete from outbox where id = any($1)";

  // Longer than the wait for the lock.
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Pool pool;

  OutboxTable(Pool pool) {
    this.pool = pool;
  }

  /**
   * Takes the oldest messages out, in one transaction, if {@code publish} returns. Gives how many.
   */
  int drain(int most, Consumer<List<OutboxRow>> publish) {
    SqlConnection connection = await(pool.getConnection());
    boolean over = false;
    try {
      Future<?> begun = connection.query("begin").execute();
      Future<?> locked = connection.preparedQuery(LOCK).execute();
      Future<RowSet<Row>> taken = connection.preparedQuery(TAKE).execute(Tuple.of(most));
      await(begun);
      await(locked);
      List<OutboxRow> rows = new ArrayList<>();
      await(taken).forEach(row -> rows.add(OutboxRow.of(row)));
      if (!rows.isEmpty()) {
        publish.accept(rows);
      }
      Long[] ids = rows.stream().map(OutboxRow::id).toArray(Long[]::new);
      Future<?> deleted = connection.preparedQuery(DELETE).execute(Tuple.of(ids));
      Future<?> committed = connection.query("commit").execute();
      await(deleted);
      await(committed);
      over = true;
      return rows.size();
    } finally {
      Future<?> last = over ? Future.succeededFuture() : connection.query("rollback").execute();
      last.onComplete(_ -> connection.close());
    }
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
