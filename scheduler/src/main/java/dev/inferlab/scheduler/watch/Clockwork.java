package dev.inferlab.scheduler.watch;

import dev.inferlab.scheduler.SchedulerConfig;
import dev.inferlab.scheduler.agent.AgentSessions;
import dev.inferlab.scheduler.agent.SyncAgents;
import dev.inferlab.scheduler.lease.ExpireLeases;
import dev.inferlab.scheduler.lease.ExplainWaits;
import dev.inferlab.scheduler.lease.LeaseJobs;
import dev.inferlab.scheduler.recording.RecordUpdates;
import dev.inferlab.scheduler.store.Hints;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Wakes everything: by hints of other replicas at once, and by the clock in case a hint was lost.
 */
@ApplicationScoped
public class Clockwork {

  /** What is woken by hints and events as well needs the clock less often than leases do. */
  private static final int REST_EVERY = 2;

  private final Vertx vertx;
  private final SchedulerConfig config;
  private final Hints hints;
  private final LeaseJobs lease;
  private final ExpireLeases expire;
  private final ExplainWaits explain;
  private final SyncAgents sync;
  private final RecordUpdates record;
  private final AgentSessions sessions;
  private long timer;
  private long ticks;

  Clockwork(
      Vertx vertx,
      SchedulerConfig config,
      Hints hints,
      LeaseJobs lease,
      ExpireLeases expire,
      ExplainWaits explain,
      SyncAgents sync,
      RecordUpdates record,
      AgentSessions sessions) {
    this.vertx = vertx;
    this.config = config;
    this.hints = hints;
    this.lease = lease;
    this.expire = expire;
    this.explain = explain;
    this.sync = sync;
    this.record = record;
    this.sessions = sessions;
  }

  void start(@Observes StartupEvent event) {
    hints.listen(
        hint -> {
          switch (hint) {
            case JOBS -> lease.wake();
            case AGENTS -> sync.wake();
          }
        });
    timer = vertx.setPeriodic(config.pollInterval().toMillis(), _ -> tick());
  }

  void stop(@Observes ShutdownEvent event) {
    vertx.cancelTimer(timer);
    sync.stop();
  }

  private void tick() {
    expire.wake();
    sessions.all().forEach(record::addDueProgress);
    if (++ticks % REST_EVERY == 0) {
      lease.wake();
      sync.wake();
      explain.wake();
    }
  }
}
