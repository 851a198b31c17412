package dev.inferlab.platform.outbox;

import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.outbox.RelayObserver.Step;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Brings committed outbox rows to Kafka. One runs in each process; a lock per schema lets one at a
 * time publish, which is what keeps the order.
 *
 * <p>A pass is one transaction: lock, read the oldest rows, publish, delete them, commit. A crash
 * anywhere before the commit leaves the rows there, so a message may be published twice but is
 * never lost; consumers have an {@code Inbox}. Nothing is written before Kafka has answered: a
 * transaction that has written holds back everybody who waits for the oldest one to end, and Kafka
 * may take its time.
 */
final class OutboxRelay implements AutoCloseable {
  static final int BATCH = 500;

  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  // Longer than the wait for the lock and the publisher's deadline together.
  private static final Duration PASS_LIMIT = Duration.ofSeconds(40);

  // Not waiting for the disk: a deletion that a crash of the database undoes is a message more.
  private static final String LOCK =
      """
      select set_config('lock_timeout', '15s', true), set_config('synchronous_commit', 'off', true),
             cast(pg_advisory_xact_lock(hashtextextended('inferlab.outbox.' || current_schema(), 0)) as text)
      """;
  private static final String TAKE =
      """
      select id, message_id, topic, key, trace_parent, payload, created_at
      from outbox order by id limit %d
      """
          .formatted(BATCH);
  // By exact ids: between two ids may lie one whose transaction commits only now.
  private static final String DELETE =
      """
      delete from outbox where id in
        (select cast(value as bigint) from jsonb_array_elements_text(cast(cast(:ids as text) as jsonb)))
      """;

  private final Database database;
  private final Vertx vertx;
  private final RelayWake wake;
  private final Duration gather;
  private final KafkaPublisher publisher;
  private final RelayObserver observer;
  private final OutboxLag lag;
  private final Thread thread;
  private final CountDownLatch stop = new CountDownLatch(1);
  private volatile boolean stopping;

  OutboxRelay(
      Database database,
      Vertx vertx,
      RelayWake wake,
      Duration gather,
      KafkaPublisher publisher,
      RelayObserver observer,
      OutboxLag lag) {
    this.database = database;
    this.vertx = vertx;
    this.wake = wake;
    this.gather = gather;
    this.publisher = publisher;
    this.observer = observer;
    this.lag = lag;
    thread = Thread.ofPlatform().name("outbox-relay").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  boolean isAlive() {
    return thread.isAlive();
  }

  /** Lets the pass that runs come to its end. */
  @Override
  public void close() {
    stopping = true;
    stop.countDown();
    wake.wake();
    try {
      if (thread.isAlive() && !thread.join(Duration.ofSeconds(5))) {
        thread.interrupt();
        thread.join(Duration.ofSeconds(5));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    publisher.close();
  }

  private void run() {
    Duration pause = POLL;
    while (!stopping) {
      try {
        int published;
        do {
          published = pass();
        } while (published == BATCH && !stopping);
        lag.drained();
        pause = POLL;
        wake.await(POLL);
        pauseFor(gather);
        // Who rang meanwhile has committed: the pass that follows takes it all.
        wake.hush();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        if (stopping) {
          return;
        }
        lag.failed(e);
        pause = longer(pause);
        pauseFor(pause);
      }
    }
  }

  /** One transaction's worth. Gives how many messages are now on Kafka and gone from the table. */
  int pass() {
    return database
        .inTransaction(
            session ->
                lock(session)
                    .chain(() -> take(session))
                    .chain(rows -> publish(rows).call(() -> delete(session, rows))))
        .await()
        .atMost(PASS_LIMIT);
  }

  private static Uni<Void> lock(Mutiny.Session session) {
    return session.createNativeQuery(LOCK, Object[].class).getSingleResult().replaceWithVoid();
  }

  private static Uni<List<OutboxRow>> take(Mutiny.Session session) {
    return session.createNativeQuery(TAKE, OutboxRow.class).getResultList();
  }

  private static Uni<Integer> delete(Mutiny.Session session, List<OutboxRow> rows) {
    if (rows.isEmpty()) {
      return Uni.createFrom().item(0);
    }
    JsonArray ids = new JsonArray(rows.stream().map(row -> row.id).toList());
    return session.createNativeQuery(DELETE).setParameter("ids", ids.encode()).executeUpdate();
  }

  private Uni<Integer> publish(List<OutboxRow> rows) {
    if (rows.isEmpty()) {
      return Uni.createFrom().item(0);
    }
    lag.oldest(rows.getFirst().createdAt);
    // Sending may block on Kafka's metadata; the result comes back on the session's event loop.
    return Uni.createFrom()
        .completionStage(
            () ->
                vertx
                    .getOrCreateContext()
                    .executeBlocking(() -> publishNow(rows), false)
                    .toCompletionStage());
  }

  private Integer publishNow(List<OutboxRow> rows) {
    observer.reached(Step.TAKEN);
    publisher.publish(rows);
    observer.reached(Step.PUBLISHED);
    return rows.size();
  }

  /** A ring must not shorten the pause: with Kafka away each submit would cost a futile pass. */
  private void pauseFor(Duration pause) {
    try {
      stop.await(pause.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      stopping = true;
    }
  }

  private static Duration longer(Duration pause) {
    Duration doubled = pause.multipliedBy(2);
    return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
  }
}
