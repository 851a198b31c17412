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
  private static final int UNFINISHED = -1;

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
   * @param lastSequence to be acknowledged; 0 if that was done
   * @param weight how many updates it had
   * @param cost how many updates the agent's message had that is finished with this; else
   *     UNFINISHED
   */
  private record Received(
      AgentSession session, List<Reported> reports, long lastSequence, int weight, int cost) {}

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
      add(session, piece, end == count ? count : UNFINISHED);
    }
  }

  private void add(AgentSession session, Updates piece, int cost) {
    List<Reported> reports = new ArrayList<>();
    for (Reported report : UpdateReader.read(session.targetId(), piece)) {
      if (report.progress() == null) {
        reports.add(report);
      } else {
        session.pace().pass(report, System.nanoTime()).ifPresent(reports::add);
      }
    }
    int count = piece.getUpdatesCount();
    commits.add(new Received(session, reports, piece.getSequence() + count - 1, count, cost));
  }

  /** Records progress that came too soon, when its time has come. */
  public void addDueProgress(AgentSession session) {
    List<Reported> due = session.pace().due(System.nanoTime());
    if (!due.isEmpty()) {
      commits.add(new Received(session, due, 0, due.size(), UNFINISHED));
    }
  }

  /** Gives back what never reached its agent. */
  void addUndelivered(@Observes LeaseJobs.Undelivered undelivered) {
    handBack(
        undelivered.session(), undelivered.attempts(), "its stream ended before it got the job");
  }

  /** Gives back attempts for their agent, which does not run them. */
  public void handBack(AgentSession session, Map<UUID, Integer> attempts, String reason) {
    List<Reported> reports = new ArrayList<>();
    attempts.forEach(
        (jobId, attempt) ->
            reports.add(
                Reported.command(
                    0, jobId, new JobCommand.HandBack(attempt, session.targetId(), reason))));
    if (!reports.isEmpty()) {
      commits.add(new Received(session, reports, 0, reports.size(), UNFINISHED));
    }
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
      acknowledge(messages.get(i), outcome.stale().get(i));
    }
  }

  private static void acknowledge(Received message, Set<LiveJob> stale) {
    for (Reported report : message.reports()) {
      if (report.progress() == null
          && report.part() == null
          && !(report.command() instanceof JobCommand.Start)) {
        message.session().pace().forget(report);
      }
    }
    if (message.lastSequence() > 0) {
      UpdatesAck ack =
          UpdatesAck.newBuilder().setSequence(message.lastSequence()).addAllStale(stale).build();
      message.session().send(SchedulerMessage.newBuilder().setUpdatesAck(ack).build());
    }
    if (message.cost() != UNFINISHED) {
      message.session().dealtWith(message.cost());
    }
  }

  /** The database does not take it and never will; its leases run out. */
  private static void refuse(Received message, Throwable failure) {
    acknowledge(message, Set.of());
  }

  private static LiveJob live(Reported report) {
    return LiveJob.newBuilder()
        .setJobId(report.jobId().toString())
        .setAttempt(report.command().attempt())
        .build();
  }
}
