package dev.inferlab.scheduler.lease;

import dev.inferlab.platform.db.Database;
import dev.inferlab.proto.agent.v1.Heartbeat;
import dev.inferlab.proto.agent.v1.HeartbeatAck;
import dev.inferlab.proto.agent.v1.LiveJob;
import dev.inferlab.proto.agent.v1.SchedulerMessage;
import dev.inferlab.scheduler.agent.AgentSession;
import dev.inferlab.scheduler.agent.AgentSessions;
import dev.inferlab.scheduler.agent.WelcomeAgent;
import dev.inferlab.scheduler.loop.GroupCommit;
import dev.inferlab.scheduler.store.LeaseTable;
import dev.inferlab.scheduler.store.Rows;
import dev.inferlab.scheduler.target.SaneResources;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Heartbeats: those of all agents that came meanwhile are one transaction. */
@ApplicationScoped
public class RenewLeases {

  /** Only the target's last stream speaks for it. */
  private static final String SEEN =
      """
      with beat as (
        select * from json_to_recordset(cast(cast(:beats as text) as json)) as b(target_id uuid, epoch bigint, resources text)),
      held as (
        select target.id from target join beat on beat.target_id = target.id and beat.epoch = target.epoch
        where target.replica = cast(cast(:replica as text) as uuid)
        order by target.id for update of target),
      seen as (
        update target set last_seen = clock_timestamp(), resources = decode(beat.resources, 'base64')
        from beat, held where target.id = held.id and beat.target_id = held.id
        returning target.id)
      select cast(json_build_object('id', id) as text) from seen
      """;

  private final Database database;
  private final LeaseTable leases;
  private final AgentSessions sessions;
  private final GroupCommit<Beat> commits;

  private record Beat(AgentSession session, Heartbeat heartbeat) {}

  RenewLeases(Database database, LeaseTable leases, AgentSessions sessions, Vertx vertx) {
    this.database = database;
    this.leases = leases;
    this.sessions = sessions;
    this.commits =
        new GroupCommit<>(
            "Renewing",
            vertx,
            Beat::session,
            beat -> beat.heartbeat().getLiveCount(),
            this::commit,
            (beat, _) -> beat.session().dealtWith(1));
  }

  void stop(@Observes ShutdownEvent event) {
    commits.stop();
  }

  public void add(AgentSession session, Heartbeat heartbeat) {
    commits.add(new Beat(session, heartbeat));
  }

  @SuppressWarnings("ArrayRecordComponent") // written whole, never compared
  private record BeatRow(UUID targetId, long epoch, byte[] resources) {}

  private record Seen(UUID id) {}

  /** Whom we heard, and what they hold. */
  private record Renewed(Set<UUID> seen, List<LeaseTable.Held> held) {}

  private Uni<Void> commit(List<Beat> beats) {
    // An agent that came back may be heard together with what it said before: the later one counts.
    Map<UUID, Long> newest = new HashMap<>();
    beats.forEach(beat -> newest.merge(beat.session().targetId(), epoch(beat), Math::max));
    List<Beat> current =
        beats.stream()
            .filter(beat -> epoch(beat) == newest.get(beat.session().targetId()))
            .toList();
    Map<UUID, BeatRow> rows = new HashMap<>();
    for (Beat beat : current) {
      UUID id = beat.session().targetId();
      rows.put(
          id,
          new BeatRow(
              id, epoch(beat), SaneResources.of(beat.heartbeat().getResources()).toByteArray()));
    }
    return database
        .inTransaction(tx -> commit(tx, rows, current))
        .invoke(renewed -> current.forEach(beat -> acknowledge(beat, renewed)))
        .invoke(() -> beats.forEach(RenewLeases::dealtWith))
        .replaceWithVoid();
  }

  private static long epoch(Beat beat) {
    return beat.session().stream().epoch();
  }

  private static void dealtWith(Beat beat) {
    beat.session().dealtWith(1 + beat.heartbeat().getLiveCount());
  }

  private Uni<Renewed> commit(Mutiny.Session tx, Map<UUID, BeatRow> rows, List<Beat> beats) {
    String replica = sessions.replica().toString();
    return Rows.list(
            tx, Seen.class, SEEN, Map.of("beats", Rows.json(rows.values()), "replica", replica))
        .chain(
            list -> {
              Set<UUID> seen = new HashSet<>();
              list.forEach(each -> seen.add(each.id()));
              List<LeaseTable.Held> live = new ArrayList<>();
              for (Beat beat : beats) {
                UUID id = beat.session().targetId();
                if (seen.contains(id)) {
                  live.addAll(WelcomeAgent.held(id, beat.heartbeat().getLiveList()));
                }
              }
              return leases.renew(tx, live).map(held -> new Renewed(seen, held));
            });
  }

  private static void acknowledge(Beat beat, Renewed renewed) {
    AgentSession session = beat.session();
    if (renewed.seen().contains(session.targetId())) {
      List<LeaseTable.Held> own =
          renewed.held().stream().filter(it -> it.targetId().equals(session.targetId())).toList();
      List<LiveJob> lost = WelcomeAgent.lost(beat.heartbeat().getLiveList(), own);
      HeartbeatAck ack =
          HeartbeatAck.newBuilder()
              .setSequence(beat.heartbeat().getSequence())
              .addAllLost(lost)
              .build();
      session.send(SchedulerMessage.newBuilder().setHeartbeatAck(ack).build());
    }
  }
}
