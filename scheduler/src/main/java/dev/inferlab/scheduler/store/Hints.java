package dev.inferlab.scheduler.store;

import dev.inferlab.platform.id.Ids;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Short words from replica to replica over LISTEN/NOTIFY, so that nobody waits for the next poll. A
 * lost hint costs two poll intervals, nothing else.
 */
@ApplicationScoped
public class Hints {

  /** What may have changed for the other replicas. */
  public enum Hint {
    /** There is something new to place. */
    JOBS,
    /** An agent must hear something: a cancel, a drain, or that its stream moved on. */
    AGENTS
  }

  private static final Logger LOG = Logger.getLogger(Hints.class);
  private static final String CHANNEL = "inferlab_scheduler";
  private static final String NOTIFY =
      "select cast(json_build_object('sent', cast(pg_notify('"
          + CHANNEL
          + "', :hint) as text)) as text)";
  private static final String SEPARATOR = " ";
  private static final long PAUSE_MILLIS = 1_000;

  private final Pool pool;
  private final Vertx vertx;
  private final String self;
  private final CopyOnWriteArrayList<Consumer<Hint>> listeners = new CopyOnWriteArrayList<>();
  private volatile SqlConnection connection;
  private volatile boolean stopped;

  Hints(Pool pool, Vertx vertx, Ids ids) {
    this.pool = pool;
    this.vertx = vertx;
    this.self = ids.next().toString();
  }

  public void listen(Consumer<Hint> listener) {
    listeners.add(listener);
  }

  /** Goes out to the other replicas if and when the session's transaction commits. */
  public Uni<Void> send(Mutiny.Session session, Hint hint) {
    return Rows.one(session, Map.class, NOTIFY, Map.of("hint", hint.name() + SEPARATOR + self))
        .replaceWithVoid();
  }

  void start(@Observes StartupEvent event) {
    connect();
  }

  void stop(@Observes ShutdownEvent event) {
    stopped = true;
    if (connection != null) {
      connection.close();
    }
  }

  private void connect() {
    if (!stopped) {
      pool.getConnection().onSuccess(this::connected).onFailure(this::failed);
    }
  }

  private void connected(SqlConnection fresh) {
    connection = fresh;
    PgConnection postgres = PgConnection.cast(fresh);
    postgres.notificationHandler(notification -> received(notification.getPayload()));
    fresh.closeHandler(_ -> vertx.setTimer(PAUSE_MILLIS, _ -> connect()));
    fresh
        .query("listen " + CHANNEL)
        .execute()
        // What was said while nobody listened here is looked up.
        .onSuccess(_ -> EnumSet.allOf(Hint.class).forEach(this::tell))
        .onFailure(_ -> fresh.close());
  }

  private void tell(Hint hint) {
    listeners.forEach(listener -> listener.accept(hint));
  }

  private void failed(Throwable failure) {
    LOG.debugf("No connection for hints: %s", failure.getMessage());
    vertx.setTimer(PAUSE_MILLIS, _ -> connect());
  }

  private void received(String payload) {
    String[] parts = payload.split(SEPARATOR, 2);
    if (parts.length == 2 && parts[1].equals(self)) {
      return;
    }
    try {
      tell(Hint.valueOf(parts[0]));
    } catch (IllegalArgumentException e) {
      LOG.debugf("A replica of another version hints at %s", payload);
    }
  }
}
