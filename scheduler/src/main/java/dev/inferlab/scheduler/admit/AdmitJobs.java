package dev.inferlab.scheduler.admit;

import com.google.protobuf.ByteString;
import dev.inferlab.platform.inbox.BatchConsumer;
import dev.inferlab.platform.inbox.MergedBatches;
import dev.inferlab.platform.inbox.Received;
import dev.inferlab.platform.outbox.Outbox;
import dev.inferlab.platform.outbox.OutboxMessage;
import dev.inferlab.proto.job.v1.CancelJob;
import dev.inferlab.proto.job.v1.Envelope;
import dev.inferlab.proto.job.v1.JobCommand;
import dev.inferlab.proto.job.v1.JobSpec;
import dev.inferlab.scheduler.agent.SyncAgents;
import dev.inferlab.scheduler.job.JobBatch;
import dev.inferlab.scheduler.job.JobChange;
import dev.inferlab.scheduler.job.JobRules;
import dev.inferlab.scheduler.lease.LeaseJobs;
import dev.inferlab.scheduler.recording.JobNews;
import dev.inferlab.scheduler.store.Hints;
import dev.inferlab.scheduler.store.Hints.Hint;
import dev.inferlab.scheduler.store.JobTable;
import dev.inferlab.scheduler.store.LockedJobs;
import dev.inferlab.scheduler.text.Texts;
import dev.inferlab.scheduler.watch.JobMetrics;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * The first hop: submits and cancels from Kafka become rows, a batch in one transaction, each
 * message once.
 */
@ApplicationScoped
public class AdmitJobs {

  private static final int MOST_REASON = 500;

  /** Who has something to do once a batch is committed; placing always has. */
  private enum Concerned {
    RELAY,
    AGENTS
  }

  private final BatchConsumer consumer;
  private final Outbox outbox;
  private final JobTable jobs;
  private final JobRules rules;
  private final JobNews news;
  private final JobMetrics metrics;
  private final LeaseJobs lease;
  private final SyncAgents sync;
  private final Hints hints;
  private final MergedBatches batches;

  AdmitJobs(
      BatchConsumer consumer,
      Outbox outbox,
      JobTable jobs,
      JobRules rules,
      JobNews news,
      JobMetrics metrics,
      LeaseJobs lease,
      SyncAgents sync,
      Hints hints,
      Vertx vertx) {
    this.consumer = consumer;
    this.outbox = outbox;
    this.jobs = jobs;
    this.rules = rules;
    this.news = news;
    this.metrics = metrics;
    this.lease = lease;
    this.sync = sync;
    this.hints = hints;
    this.batches = new MergedBatches("Admission", vertx, this::admit);
  }

  @Incoming("job-commands")
  Uni<Void> consume(Message<ConsumerRecords<String, byte[]>> batch) {
    return batches.add(batch);
  }

  private Uni<Void> admit(List<ConsumerRecord<String, byte[]>> records) {
    Set<Concerned> concerned = EnumSet.noneOf(Concerned.class);
    return consumer
        .consume(
            records,
            JobCommand.parser(),
            AdmitJobs::envelope,
            (tx, commands) -> apply(tx, commands, concerned),
            metrics::recorded)
        .invoke(
            () -> {
              lease.wake();
              if (concerned.contains(Concerned.RELAY)) {
                outbox.wake();
              }
              if (concerned.contains(Concerned.AGENTS)) {
                sync.wake();
              }
            });
  }

  private Uni<List<JobChange>> apply(
      Mutiny.Session tx, List<Received<JobCommand>> commands, Set<Concerned> concerned) {
    Set<UUID> all = new LinkedHashSet<>();
    Set<UUID> submitted = new LinkedHashSet<>();
    for (Received<JobCommand> command : commands) {
      UUID id = jobId(command.message());
      all.add(id);
      if (command.message().hasSubmit()) {
        submitted.add(id);
      }
    }
    return jobs.lock(tx, all)
        .chain(
            locked ->
                EarlyCancels.take(tx, submitted)
                    .chain(early -> apply(tx, commands, locked, early, concerned)));
  }

  private static Envelope envelope(JobCommand command) {
    // Kept as a dead letter: in the inbox it would count as carried out, for a newer version too.
    if (command.getCommandCase() == JobCommand.CommandCase.COMMAND_NOT_SET) {
      throw new IllegalArgumentException("a command that this version does not know");
    }
    return command.getEnvelope();
  }

  private static UUID jobId(JobCommand command) {
    return UUID.fromString(
        command.hasSubmit()
            ? command.getSubmit().getJob().getJobId()
            : command.getCancel().getJobId());
  }

  private Uni<List<JobChange>> apply(
      Mutiny.Session tx,
      List<Received<JobCommand>> commands,
      LockedJobs locked,
      Map<UUID, String> early,
      Set<Concerned> concerned) {
    JobBatch batch = new JobBatch(rules, locked.jobs(), locked.now());
    Map<UUID, ByteString> specs = new HashMap<>();
    Map<UUID, String> earlier = new HashMap<>(early);
    Map<UUID, String> tooEarly = new HashMap<>();
    for (Received<JobCommand> received : commands) {
      JobCommand command = received.message();
      if (command.hasSubmit()) {
        submit(batch, specs, earlier, command.getSubmit().getJob());
      } else {
        cancel(batch, earlier, tooEarly, command.getCancel());
      }
    }
    tooEarly.keySet().removeIf(id -> batch.find(id).isPresent());
    List<JobChange> changes = batch.changes();
    return jobs.save(tx, changes, specs)
        .chain(() -> EarlyCancels.remember(tx, tooEarly))
        .chain(() -> append(tx, news.changed(changes), concerned))
        .chain(() -> append(tx, news.cancelledUnseen(tooEarly), concerned))
        .chain(() -> hint(tx, changes, concerned))
        .replaceWith(changes);
  }

  /** A job that is queued as was asked is no news. */
  private Uni<Void> append(
      Mutiny.Session tx, Collection<OutboxMessage> messages, Set<Concerned> concerned) {
    if (!messages.isEmpty()) {
      concerned.add(Concerned.RELAY);
    }
    return outbox.append(tx, messages);
  }

  private static void submit(
      JobBatch batch, Map<UUID, ByteString> specs, Map<UUID, String> early, JobSpec spec) {
    UUID id = UUID.fromString(spec.getJobId());
    specs.putIfAbsent(id, spec.toByteString());
    batch.apply(id, new dev.inferlab.scheduler.job.JobCommand.Submit(id, SpecReader.request(spec)));
    SpecReader.problem(spec)
        .ifPresent(
            fault -> batch.apply(id, new dev.inferlab.scheduler.job.JobCommand.Reject(fault)));
    String reason = early.remove(id);
    if (reason != null) {
      batch.apply(id, new dev.inferlab.scheduler.job.JobCommand.Cancel(reason));
    }
  }

  private static void cancel(
      JobBatch batch, Map<UUID, String> early, Map<UUID, String> tooEarly, CancelJob cancel) {
    UUID id = UUID.fromString(cancel.getJobId());
    String reason = Texts.clean(cancel.getReason(), MOST_REASON);
    if (batch.find(id).isPresent()) {
      batch.apply(id, new dev.inferlab.scheduler.job.JobCommand.Cancel(reason));
    } else {
      early.put(id, reason);
      tooEarly.put(id, reason);
    }
  }

  /** Other replicas may have the place, or the agent. */
  private Uni<Void> hint(Mutiny.Session tx, List<JobChange> changes, Set<Concerned> concerned) {
    // A job that waited and ended may have kept a device free for itself.
    boolean queued = changes.stream().anyMatch(it -> it.isNew() != it.after().terminal());
    boolean stopped = changes.stream().anyMatch(JobChange::stopWanted);
    Uni<Void> sent = Uni.createFrom().voidItem();
    if (queued) {
      sent = sent.chain(() -> hints.send(tx, Hint.JOBS));
    }
    if (stopped) {
      concerned.add(Concerned.AGENTS);
      sent = sent.chain(() -> hints.send(tx, Hint.AGENTS));
    }
    return sent;
  }
}
