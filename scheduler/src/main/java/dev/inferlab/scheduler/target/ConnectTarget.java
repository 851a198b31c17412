package dev.inferlab.scheduler.target;

import dev.inferlab.proto.agent.v1.Hello;
import dev.inferlab.proto.job.v1.TargetState;
import dev.inferlab.scheduler.store.DatabaseClock;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Turns the stream of an agent into the state of its target. */
@ApplicationScoped
public class ConnectTarget {

  private static final String MAKE =
      """
      insert into target (id, version, name, state, draining, forgotten, hello, resources, user_labels, epoch,
        last_seen, reported_at)
      values (:id, 0, '', 'OFFLINE', false, false, '', '', '', 0, clock_timestamp(), clock_timestamp())
      on conflict do nothing
      """;

  private final Targets targets;

  ConnectTarget(Targets targets) {
    this.targets = targets;
  }

  /** A new stream: the epoch grows, and whoever held an earlier one has lost it. */
  public Uni<TargetRow> connect(Mutiny.Session session, UUID id, Hello hello, UUID replica) {
    return session
        .createNativeQuery(MAKE)
        .setParameter("id", id)
        .executeUpdate()
        .chain(() -> targets.lock(session, id))
        .chain(
            row ->
                DatabaseClock.now(session)
                    .chain(now -> connect(session, row, hello, replica, now).replaceWith(row)));
  }

  private Uni<Void> connect(
      Mutiny.Session session, TargetRow row, Hello hello, UUID replica, Instant now) {
    row.epoch++;
    row.replica = replica;
    row.name = hello.getName();
    row.hello = hello.toBuilder().clearLive().build().toByteArray();
    row.resources = SaneResources.of(hello.getResources()).toByteArray();
    row.lastSeen = now;
    row.forgotten = false;
    return targets.tell(
        session, row, row.draining ? TargetState.DRAINING : TargetState.ONLINE, now);
  }

  /**
   * The agent leaves on purpose; the target is OFFLINE unless a later stream speaks for it. Nobody
   * places on this stream while the transaction lasts, nor after it.
   */
  public Uni<Void> disconnect(Mutiny.Session session, Targets.Stream stream) {
    return targets
        .lock(session, stream.id())
        .chain(
            row ->
                row == null || row.epoch != stream.epoch()
                    ? Uni.createFrom().voidItem()
                    : DatabaseClock.now(session)
                        .chain(now -> targets.tell(session, row, TargetState.OFFLINE, now)));
  }
}
