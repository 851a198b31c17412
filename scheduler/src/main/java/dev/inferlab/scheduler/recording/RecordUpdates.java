package dev.inferlab.scheduler.recording;

import com.google.protobuf.ByteString;
import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.outbox.Outbox;
import dev.inferlab.platform.outbox.OutboxMessage;
import dev.inferlab.proto.agent.v1.LiveJob;
import dev.inferlab.proto.agent.v1.SchedulerMessage;
import dev.inferlab.proto.agent.v1.Updates;
import dev.inferlab.proto.agent.v1.UpdatesAck;
import dev.inferlab.scheduler.agent.AgentSession;
import dev.inferlab.scheduler.job.Decision.Verdict;
import dev.inferlab.scheduler.job.JobBatch;
import dev.inferlab.scheduler.job.JobCommand;
import dev.inferlab.scheduler.job.JobRules;
import dev.inferlab.scheduler.lease.LeaseJobs;
import dev.inferlab.scheduler.loop.GroupCommit;
import dev.inferlab.scheduler.store.JobTable;
import dev.inferlab.scheduler.store.LockedJobs;
import dev.inferlab.scheduler.watch.JobMetrics;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * The last hop: what agents report of their live attempts becomes rows and events in one
 * transaction, and is acknowledged after its commit. What several agents sent meanwhile is one
 * commit.
 */
@ApplicationScoped
public class RecordUpdates {

  /** In one message; more is no agent that we know. */
  public static final int MOST_UPDATES = 10_000;

  private static final int PIECE = 256;

  /** True of an agent that stopped and of one whose stream broke. */
  private static final String GONE = "its agent was gone";

  private final Database database;
  private final Outbox outbox;
  private final JobTable jobs;
  private final PartTable parts;
  private final JobRules rules;
  private final JobNews news;
  private final JobMetrics metrics;
  private final LeaseJobs lease;
  private final GroupCommit<Received> commits;

  /**
   * One message of an agent, or what was kept of earlier ones.
   *
   * @param weight how many updates it had
   * @param whenStored takes those of its attempts that are not live any more
   */
  private record Received(
      AgentSession session,
      List<Reported> reports,
      int weight,
      Consumer<Set<LiveJob>> whenStored) {}

  RecordUpdates(
      Database database,
      Outbox outbox,
      JobTable jobs,
      PartTable parts,
      JobRules rules,
      JobNews news,
      JobMetrics metrics,
      LeaseJobs lease,
      Vertx vertx) {
    this.database = database;
    this.outbox = outbox;
    this.jobs = jobs;
    this.parts = parts;
    this.rules = rules;
    this.news = news;
    this.metrics = metrics;
    this.lease = lease;
    this.commits =
        new GroupCommit<>(
            "Recording",
            vertx,
            Received::session,
            Received::weight,
            this::commit,
            RecordUpdates::refuse);
  }

  void stop(@Observes ShutdownEvent event) {
    commits.stop();
  }

  /** Takes a message; it is acknowledged, in pieces if it is long, when its effect is stored. */
  public void add(AgentSession session, Updates updates) {
    int count = updates.getUpdatesCount();
    for (int start = 0; start == 0 || start < count; start += PIECE) {
      int end = Math.min(count, start + PIECE);
      Updates piece =
          Updates.newBuilder()
              .setSequence(updates.getSequence() + start)
              .addAllUpdates(updates.getUpdatesList().subList(start, end))
              .build();
      add(session, piece, end == count ? () -> session.dealtWith(count) : () -> {});
    }
  }

  private void add(AgentSession session, Updates piece, Runnable finished) {
    List<Reported> reports = new ArrayList<>();
    for (Reported report : UpdateReader.read(session.targetId(), piece)) {
      if (report.progress() == null) {
        reports.add(report);
      } else {
        session.pace().pass(report, System.nanoTime()).ifPresent(reports::add);
      }
    }
    int count = piece.getUpdatesCount();
    commits.add(
        new Received(
            session,
            reports,
            count,
            stale -> {
              acknowledge(session, piece.getSequence() + count - 1, stale);
              finished.run();
            }));
  }

  /** Records progress that came too soon, when its time has come. */
  public void addDueProgress(AgentSession session) {
    List<Reported> due = session.pace().due(System.nanoTime());
    if (!due.isEmpty()) {
      commits.add(new Received(session, due, due.size(), _ -> {}));
    }
  }

  /** Gives back what never reached its agent. */
  void addUndelivered(@Observes LeaseJobs.Undelivered undelivered) {
    handBack(undelivered.session(), undelivered.attempts()).subscribe().with(_ -> {});
  }

  /**
   * Gives back attempts for their agent, which does not run them, after all that it reported;
   * completes when that is stored, or refused for good.
   */
  public Uni<Void> handBack(AgentSession session, Map<UUID, Integer> attempts) {
    List<Reported> reports = new ArrayList<>();
    attempts.forEach(
        (jobId, attempt) ->
            reports.add(
                Reported.command(
                    0, jobId, new JobCommand.HandBack(attempt, session.targetId(), GONE))));
    return Uni.createFrom()
        .emitter(
            stored ->
                commits.add(
                    new Received(session, reports, reports.size(), _ -> stored.complete(null))));
  }

  private record Outcome(JobBatch batch, List<Set<LiveJob>> stale) {}

  private Uni<Void> commit(List<Received> messages) {
    Set<UUID> ids = new LinkedHashSet<>();
    messages.forEach(message -> message.reports().forEach(it -> ids.add(it.jobId())));
    Uni<Outcome> done =
        ids.isEmpty()
            ? Uni.createFrom().item(() -> nothing(messages))
            : database.inTransaction(
                tx -> jobs.lock(tx, ids).chain(locked -> record(tx, locked, messages)));
    return done.invoke(outcome -> committed(messages, outcome)).replaceWithVoid();
  }

  private Outcome nothing(List<Received> messages) {
    List<Set<LiveJob>> stale = messages.stream().map(_ -> Set.<LiveJob>of()).toList();
    return new Outcome(null, stale);
  }

  private Uni<Outcome> record(Mutiny.Session tx, LockedJobs locked, List<Received> messages) {
    Recording recording = new Recording(new JobBatch(rules, locked.jobs(), locked.now()));
    List<Set<LiveJob>> stale = new ArrayList<>();
    for (Received message : messages) {
      Set<LiveJob> refused = new LinkedHashSet<>();
      for (Reported report : message.reports()) {
        if (recording.add(report) == Verdict.STALE) {
          refused.add(live(report));
        }
      }
      stale.add(refused);
    }
    JobBatch batch = recording.batch();
    return parts
        .save(tx, recording.parts())
        .chain(
            fresh ->
                jobs.save(tx, batch.changes(), Map.<UUID, ByteString>of())
                    .chain(() -> outbox.append(tx, messages(recording, fresh))))
        .replaceWith(new Outcome(batch, stale));
  }

  private List<OutboxMessage> messages(Recording recording, List<Recording.Part> fresh) {
    List<OutboxMessage> all = new ArrayList<>();
    fresh.forEach(part -> all.add(news.partial(part)));
    recording.notes().forEach(note -> all.add(news.progressed(note)));
    all.addAll(news.changed(recording.batch().changes()));
    return all;
  }

  private void committed(List<Received> messages, Outcome outcome) {
    if (outcome.batch() != null) {
      outbox.wake();
      if (metrics.recorded(outcome.batch().changes())) {
        lease.wakeForRoom();
      }
    }
    for (int i = 0; i < messages.size(); i++) {
      stored(messages.get(i), outcome.stale().get(i));
    }
  }

  private static void stored(Received message, Set<LiveJob> stale) {
    for (Reported report : message.reports()) {
      if (report.progress() == null
          && report.part() == null
          && !(report.command() instanceof JobCommand.Start)) {
        message.session().pace().forget(report);
      }
    }
    message.whenStored().accept(stale);
  }

  private static void acknowledge(AgentSession session, long sequence, Set<LiveJob> stale) {
    UpdatesAck ack = UpdatesAck.newBuilder().setSequence(sequence).addAllStale(stale).build();
    session.send(SchedulerMessage.newBuilder().setUpdatesAck(ack).build());
  }

  /** The database does not take it and never will; its leases run out. */
  private static void refuse(Received message, Throwable failure) {
    stored(message, Set.of());
  }

  private static LiveJob live(Reported report) {
    return LiveJob.newBuilder()
        .setJobId(report.jobId().toString())
        .setAttempt(report.command().attempt())
        .build();
  }
}
