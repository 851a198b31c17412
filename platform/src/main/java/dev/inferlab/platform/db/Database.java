package dev.inferlab.platform.db;

import io.opentelemetry.context.Context;
import io.quarkus.opentelemetry.runtime.QuarkusContextStorage;
import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Function;
import java.util.function.Supplier;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Runs database work in its own session, from any thread.
 *
 * <p>Hibernate Reactive wants every step of a session on one event loop; called from anywhere else
 * it refuses. Here the work hops to an event loop where that is needed, so virtual threads,
 * workers, Kafka consumers and tests may all call and, off the event loop, {@code await()}.
 *
 * <p>Every call opens its own session: calls never join each other's transaction by accident, also
 * when several of them run at once for one request or one gRPC stream. To take part in a
 * transaction, take its session as a parameter. Within a session queries go one after the other
 * ({@code chain}), never side by side ({@code Uni.join}).
 */
@ApplicationScoped
public class Database {
  private final Mutiny.SessionFactory sessions;
  private final Vertx vertx;

  Database(Mutiny.SessionFactory sessions, Vertx vertx) {
    this.sessions = sessions;
    this.vertx = vertx;
  }

  /** Commits if the work's {@code Uni} gives an item, rolls back if it fails. */
  public <T> Uni<T> inTransaction(Function<Mutiny.Session, Uni<T>> work) {
    return inSession(session -> session.withTransaction(transaction -> work.apply(session)));
  }

  /** For reading: each statement sees what was committed before it. */
  public <T> Uni<T> inSession(Function<Mutiny.Session, Uni<T>> work) {
    return onEventLoop(
        () ->
            sessions
                .openSession()
                .chain(
                    session ->
                        Uni.createFrom()
                            .deferred(() -> work.apply(session))
                            .eventually(session::close)));
  }

  private <T> Uni<T> onEventLoop(Supplier<Uni<T>> work) {
    return Uni.createFrom()
        .deferred(
            () -> {
              if (io.vertx.core.Context.isOnEventLoopThread()
                  && VertxContext.isOnDuplicatedContext()) {
                return work.get();
              }
              Context trace = Context.current();
              io.vertx.core.Context context =
                  VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext());
              VertxContextSafetyToggle.setContextSafe(context, true);
              return Uni.createFrom()
                  .emitter(
                      emitter ->
                          context.runOnContext(
                              nothing -> {
                                QuarkusContextStorage.INSTANCE.attach(context, trace);
                                work.get().subscribe().with(emitter::complete, emitter::fail);
                              }));
            });
  }
}
