package dev.inferlab.scheduler.agent;

import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.loop.PassLoop;
import dev.inferlab.proto.agent.v1.LiveJob;
import dev.inferlab.proto.agent.v1.StopJob;
import dev.inferlab.scheduler.SchedulerConfig;
import dev.inferlab.scheduler.store.Rows;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Tells agents what was decided elsewhere, by any replica: to stop a job, to drain. Lets go of
 * streams that others took over or that fell silent.
 */
@ApplicationScoped
public class SyncAgents {

  private static final String ORDERS =
      """
      select cast(row_to_json(orders) as text) from (
        select target.id, mine.epoch, target.draining,
          target.epoch = mine.epoch and target.replica = cast(cast(:replica as text) as uuid) as held,
          (select coalesce(json_agg(json_build_object('job_id', lease.job_id, 'attempt', lease.attempt,
                                                      'reason', job.cancel_reason)), '[]')
           from lease join job on job.id = lease.job_id
           where lease.target_id = target.id and lease.stop) as stops
        from target
        join json_to_recordset(cast(cast(:streams as text) as json)) as mine(id uuid, epoch bigint) on mine.id = target.id) as orders
      """;

  /** A stream is given up after so many lease times without a word. */
  private static final int SILENT_LEASES = 3;

  private final Database database;
  private final AgentSessions sessions;
  private final SchedulerConfig config;
  private final PassLoop loop;

  SyncAgents(Database database, AgentSessions sessions, SchedulerConfig config, Vertx vertx) {
    this.database = database;
    this.sessions = sessions;
    this.config = config;
    this.loop = new PassLoop("Telling agents", vertx, this::pass);
  }

  public void wake() {
    loop.wake();
  }

  public void stop() {
    loop.stop();
  }

  private record Stop(UUID jobId, int attempt, String reason) {}

  private record Orders(UUID id, long epoch, boolean draining, boolean held, List<Stop> stops) {}

  private Uni<Integer> pass() {
    List<AgentSession> mine = sessions.all();
    mine.stream()
        .filter(it -> it.silence().compareTo(config.leaseTime().multipliedBy(SILENT_LEASES)) > 0)
        .forEach(
            silent -> {
              sessions.remove(silent);
              silent.close();
            });
    if (mine.isEmpty()) {
      return Uni.createFrom().item(0);
    }
    List<?> streams = mine.stream().map(AgentSession::stream).toList();
    return database
        .inSession(
            session ->
                Rows.list(
                    session,
                    Orders.class,
                    ORDERS,
                    Map.of(
                        "streams", Rows.json(streams), "replica", sessions.replica().toString())))
        .invoke(all -> all.forEach(this::give))
        .replaceWith(0);
  }

  private void give(Orders orders) {
    sessions
        .find(orders.id())
        .filter(session -> session.stream().epoch() == orders.epoch())
        .ifPresent(
            session -> {
              if (orders.held()) {
                give(session, orders);
              } else {
                sessions.remove(session);
                session.takenOver();
              }
            });
  }

  private static void give(AgentSession session, Orders orders) {
    session.drain(orders.draining());
    Set<LiveJob> wanted = new HashSet<>();
    for (Stop stop : orders.stops()) {
      String jobId = stop.jobId().toString();
      wanted.add(LiveJob.newBuilder().setJobId(jobId).setAttempt(stop.attempt()).build());
      session.stop(
          StopJob.newBuilder()
              .setJobId(jobId)
              .setAttempt(stop.attempt())
              .setReason(stop.reason() == null ? "" : stop.reason())
              .build());
    }
    session.keepStops(wanted);
  }
}
