package dev.inferlab.scheduler.lease;

import com.google.protobuf.ByteString;
import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.loop.PassLoop;
import dev.inferlab.platform.outbox.Outbox;
import dev.inferlab.scheduler.SchedulerConfig;
import dev.inferlab.scheduler.job.JobBatch;
import dev.inferlab.scheduler.job.JobCommand;
import dev.inferlab.scheduler.job.JobRules;
import dev.inferlab.scheduler.placement.TargetView;
import dev.inferlab.scheduler.placement.WaitReason;
import dev.inferlab.scheduler.recording.JobNews;
import dev.inferlab.scheduler.store.JobTable;
import dev.inferlab.scheduler.store.LeaseTable;
import dev.inferlab.scheduler.store.Queue;
import dev.inferlab.scheduler.target.Targets;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Tells of jobs that wait for some time what they wait for: the first of each lane only, and again
 * only if the reason is another, so a long queue makes no storm of events.
 */
@ApplicationScoped
public class ExplainWaits {

  private static final int EACH_LANE = 20;

  private final Database database;
  private final Outbox outbox;
  private final Targets targets;
  private final JobTable jobs;
  private final LeaseTable leases;
  private final JobRules rules;
  private final JobNews news;
  private final double afterSeconds;
  private final PassLoop loop;

  ExplainWaits(
      Database database,
      Outbox outbox,
      Targets targets,
      JobTable jobs,
      LeaseTable leases,
      JobRules rules,
      JobNews news,
      SchedulerConfig config,
      Vertx vertx) {
    this.database = database;
    this.outbox = outbox;
    this.targets = targets;
    this.jobs = jobs;
    this.leases = leases;
    this.rules = rules;
    this.news = news;
    this.afterSeconds = config.explainAfter().toMillis() / 1_000.0;
    this.loop = new PassLoop("Explaining waits", vertx, this::pass);
  }

  void stop(@Observes ShutdownEvent event) {
    loop.stop();
  }

  public void wake() {
    loop.wake();
  }

  private Uni<Integer> pass() {
    return database
        .inSession(
            session ->
                Queue.heads(session, EACH_LANE)
                    .map(heads -> heads.stream().filter(it -> it.waited() > afterSeconds).toList())
                    .chain(
                        heads ->
                            heads.isEmpty()
                                ? Uni.createFrom().item(Map.<UUID, String>of())
                                : reasons(session, heads)))
        .chain(reasons -> reasons.isEmpty() ? Uni.createFrom().item(0) : tell(reasons));
  }

  /** Of those jobs whose reason was not told yet. */
  private Uni<Map<UUID, String>> reasons(Mutiny.Session session, List<Queue.Head> heads) {
    return targets
        .all(session)
        .chain(all -> leases.load(session).map(load -> reasons(heads, all, load)));
  }

  private static Map<UUID, String> reasons(
      List<Queue.Head> heads, List<Targets.Facts> all, LeaseTable.Load load) {
    List<TargetView> views = all.stream().map(facts -> facts.view(load.devices(), false)).toList();
    Map<UUID, String> reasons = new HashMap<>();
    for (Queue.Head head : heads) {
      String reason = WaitReason.explain(head.job(), views);
      if (!reason.equals(head.waitingFor())) {
        reasons.put(head.id(), reason);
      }
    }
    return reasons;
  }

  private Uni<Integer> tell(Map<UUID, String> reasons) {
    return outbox
        .inTransaction(
            tx ->
                jobs.lockQueued(tx, reasons.keySet())
                    .chain(
                        locked -> {
                          JobBatch batch = new JobBatch(rules, locked.jobs(), locked.now());
                          reasons.forEach(
                              (id, reason) ->
                                  batch
                                      .find(id)
                                      .ifPresent(
                                          _ ->
                                              batch.apply(id, new JobCommand.ExplainWait(reason))));
                          return jobs.save(tx, batch.changes(), Map.<UUID, ByteString>of())
                              .chain(() -> outbox.append(tx, news.changed(batch.changes())));
                        }))
        .replaceWith(0);
  }
}
