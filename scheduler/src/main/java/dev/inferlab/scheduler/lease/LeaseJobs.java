package dev.inferlab.scheduler.lease;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.loop.PassLoop;
import dev.inferlab.platform.outbox.Outbox;
import dev.inferlab.proto.agent.v1.Assignment;
import dev.inferlab.proto.job.v1.JobSpec;
import dev.inferlab.proto.job.v1.ResultPart;
import dev.inferlab.scheduler.agent.AgentSession;
import dev.inferlab.scheduler.agent.AgentSessions;
import dev.inferlab.scheduler.job.Attempt;
import dev.inferlab.scheduler.job.JobBatch;
import dev.inferlab.scheduler.job.JobChange;
import dev.inferlab.scheduler.job.JobCommand;
import dev.inferlab.scheduler.job.JobRules;
import dev.inferlab.scheduler.placement.Placement;
import dev.inferlab.scheduler.placement.Plan;
import dev.inferlab.scheduler.placement.TargetView;
import dev.inferlab.scheduler.recording.JobNews;
import dev.inferlab.scheduler.recording.PartTable;
import dev.inferlab.scheduler.store.JobTable;
import dev.inferlab.scheduler.store.LeaseTable;
import dev.inferlab.scheduler.store.LockedJobs;
import dev.inferlab.scheduler.store.Queue;
import dev.inferlab.scheduler.target.Targets;
import dev.inferlab.scheduler.watch.JobMetrics;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Gives queued jobs to the agents of this replica: reads the heads of the queue, locks the targets,
 * looks how busy they are, places, writes state and lease and event in one transaction, and sends.
 */
@ApplicationScoped
public class LeaseJobs {

  /** Jobs in one pass, so that no transaction is long. */
  private static final int MOST = 512;

  /** Of fewer heads than this, no lane's were cut off by the limit of all lanes together. */
  private static final int FEW = 64;

  /** Of earlier attempts' parts in an assignment; the rest is done again. */
  private static final int MOST_PART_BYTES = 3 * 1024 * 1024;

  private final Database database;
  private final Outbox outbox;
  private final AgentSessions sessions;
  private final Targets targets;
  private final JobTable jobs;
  private final LeaseTable leases;
  private final PartTable parts;
  private final JobRules rules;
  private final JobNews news;
  private final JobMetrics metrics;
  private final Event<Undelivered> undelivered;
  private final PassLoop loop;

  /** Whether the last pass left a job waiting, or could not tell. */
  private volatile boolean jobsWait = true;

  /** Attempts whose agent left before it was told of them. */
  public record Undelivered(AgentSession session, Map<UUID, Integer> attempts) {}

  LeaseJobs(
      Database database,
      Outbox outbox,
      AgentSessions sessions,
      Targets targets,
      JobTable jobs,
      LeaseTable leases,
      PartTable parts,
      JobRules rules,
      JobNews news,
      JobMetrics metrics,
      Event<Undelivered> undelivered,
      Vertx vertx) {
    this.database = database;
    this.outbox = outbox;
    this.sessions = sessions;
    this.targets = targets;
    this.jobs = jobs;
    this.leases = leases;
    this.parts = parts;
    this.rules = rules;
    this.news = news;
    this.metrics = metrics;
    this.undelivered = undelivered;
    this.loop = new PassLoop("Placing", vertx, this::pass);
  }

  void stop(@Observes ShutdownEvent event) {
    loop.stop();
  }

  /** There may be a job to place or a place for a job. */
  public void wake() {
    loop.wake();
  }

  /**
   * A lease ended. Only jobs that wait already can have the room: one that comes later brings a
   * wake-up of its own.
   */
  public void wakeForRoom() {
    if (jobsWait) {
      loop.wake();
    }
  }

  /**
   * What a pass committed.
   *
   * @param heads of the queue, as they were read
   * @param jobsWait whether a job goes on waiting, or may do so because not all were looked at
   */
  private record Leased(
      List<Queue.Head> heads,
      List<JobChange> changes,
      Map<UUID, byte[]> specs,
      Map<UUID, List<ResultPart>> parts,
      boolean jobsWait) {

    static Leased nothing(boolean jobsWait) {
      return new Leased(List.of(), List.of(), Map.of(), Map.of(), jobsWait);
    }
  }

  private Uni<Integer> pass() {
    List<AgentSession> mine =
        sessions.all().stream().filter(session -> !session.departed()).toList();
    jobsWait = true;
    if (mine.isEmpty()) {
      return Uni.createFrom().item(0);
    }
    List<Targets.Stream> streams = mine.stream().map(AgentSession::stream).toList();
    return database
        .inTransaction(
            tx ->
                leases.lockAndLoad(tx, sessions.replica(), streams).chain(load -> place(tx, load)))
        .invoke(leased -> jobsWait = leased.jobsWait())
        .invoke(leased -> send(leased, mine))
        .invoke(leased -> metrics.waited(leased.heads(), leased.changes()))
        .map(leased -> leased.changes().size());
  }

  private Uni<Leased> place(Mutiny.Session tx, LeaseTable.Load load) {
    return targets
        .facts(tx, load.held())
        .chain(
            held -> {
              List<TargetView> views =
                  held.stream().map(facts -> facts.view(load.devices(), true)).toList();
              int room = views.stream().mapToInt(TargetView::room).sum();
              int each = Math.min(room, MOST);
              return room == 0
                  ? Uni.createFrom().item(Leased.nothing(true))
                  : Queue.heads(tx, each)
                      .chain(heads -> lease(tx, heads, each, plan(heads, views, load)));
            });
  }

  private static Plan plan(List<Queue.Head> heads, List<TargetView> views, LeaseTable.Load load) {
    Plan plan = Placement.place(heads.stream().map(Queue.Head::job).toList(), views, load.shares());
    return plan.places().size() <= MOST ? plan : new Plan(plan.places().subList(0, MOST));
  }

  private Uni<Leased> lease(Mutiny.Session tx, List<Queue.Head> heads, int each, Plan plan) {
    if (plan.places().isEmpty()) {
      return Uni.createFrom().item(Leased.nothing(!heads.isEmpty()));
    }
    List<UUID> ids = plan.places().stream().map(place -> place.job().id()).toList();
    return jobs.lockQueued(tx, ids).chain(locked -> lease(tx, heads, each, plan, locked));
  }

  private Uni<Leased> lease(
      Mutiny.Session tx, List<Queue.Head> heads, int each, Plan plan, LockedJobs locked) {
    JobBatch batch = new JobBatch(rules, locked.jobs(), locked.now());
    for (Plan.Place place : plan.places()) {
      batch.apply(place.job().id(), new JobCommand.Assign(place.targetId(), place.device()));
    }
    List<JobChange> changes = batch.changes();
    List<UUID> again =
        changes.stream().filter(it -> it.before().fence() > 0).map(it -> it.after().id()).toList();
    return jobs.save(tx, changes, Map.<UUID, ByteString>of())
        .chain(() -> outbox.append(tx, news.changed(changes)))
        .chain(() -> parts.load(tx, again))
        .map(
            left ->
                new Leased(heads, changes, locked.specs(), left, jobsWait(heads, each, changes)));
  }

  /** Heads that are fewer than any lane's limit are all there are. */
  private static boolean jobsWait(List<Queue.Head> heads, int each, List<JobChange> leased) {
    return heads.size() > leased.size() || heads.size() >= Math.min(each, FEW);
  }

  /** To the sessions that were placed on: what one that left meanwhile does not get goes back. */
  private void send(Leased leased, List<AgentSession> mine) {
    if (leased.changes().isEmpty()) {
      return;
    }
    outbox.wake();
    Map<UUID, List<JobChange>> byTarget =
        leased.changes().stream()
            .collect(Collectors.groupingBy(it -> it.leased().orElseThrow().targetId()));
    mine.stream()
        .filter(session -> byTarget.containsKey(session.targetId()))
        .forEach(session -> send(session, byTarget.get(session.targetId()), leased));
  }

  private void send(AgentSession session, List<JobChange> changes, Leased leased) {
    List<Assignment> assignments = new ArrayList<>();
    for (JobChange change : changes) {
      UUID id = change.after().id();
      Attempt attempt = change.leased().orElseThrow();
      assignments.add(
          assignment(attempt, leased.specs().get(id), leased.parts().getOrDefault(id, List.of())));
    }
    Map<UUID, Integer> unsent = new HashMap<>();
    session
        .assign(assignments)
        .forEach(it -> unsent.put(UUID.fromString(it.getJob().getJobId()), it.getAttempt()));
    if (!unsent.isEmpty()) {
      undelivered.fire(new Undelivered(session, unsent));
    }
  }

  private static Assignment assignment(Attempt attempt, byte[] spec, List<ResultPart> left) {
    Assignment.Builder assignment =
        Assignment.newBuilder().setAttempt(attempt.number()).setDevice(attempt.device());
    try {
      assignment.setJob(JobSpec.parseFrom(spec));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("A stored specification cannot be read", e);
    }
    int bytes = 0;
    for (ResultPart part : left) {
      bytes += part.getSerializedSize();
      if (bytes <= MOST_PART_BYTES) {
        assignment.addParts(part).addCompletedParts(part.getKey());
      }
    }
    return assignment.build();
  }
}
