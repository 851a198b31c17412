package dev.inferlab.scheduler.target;

import dev.inferlab.platform.inbox.BatchConsumer;
import dev.inferlab.platform.inbox.Received;
import dev.inferlab.platform.outbox.Outbox;
import dev.inferlab.proto.job.v1.Envelope;
import dev.inferlab.proto.job.v1.LabelTarget;
import dev.inferlab.proto.job.v1.TargetCommand;
import dev.inferlab.proto.job.v1.TargetState;
import dev.inferlab.scheduler.agent.SyncAgents;
import dev.inferlab.scheduler.lease.ExpireLeases;
import dev.inferlab.scheduler.lease.LeaseJobs;
import dev.inferlab.scheduler.store.DatabaseClock;
import dev.inferlab.scheduler.store.Hints;
import dev.inferlab.scheduler.store.Hints.Hint;
import dev.inferlab.scheduler.text.Texts;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;

/** What users want of targets: drain, undrain, label, forget. */
@ApplicationScoped
public class ChangeTargets {

  private static final String UNKNOWN = "a command that this version does not know";

  private final BatchConsumer consumer;
  private final Outbox outbox;
  private final Targets targets;
  private final LeaseJobs lease;
  private final ExpireLeases expire;
  private final SyncAgents sync;
  private final Hints hints;

  ChangeTargets(
      BatchConsumer consumer,
      Outbox outbox,
      Targets targets,
      LeaseJobs lease,
      ExpireLeases expire,
      SyncAgents sync,
      Hints hints) {
    this.consumer = consumer;
    this.outbox = outbox;
    this.targets = targets;
    this.lease = lease;
    this.expire = expire;
    this.sync = sync;
    this.hints = hints;
  }

  @Incoming("target-commands")
  Uni<Void> consume(ConsumerRecords<String, byte[]> records) {
    return consumer
        .consume(records, TargetCommand.parser(), ChangeTargets::envelope, this::apply)
        .invoke(
            () -> {
              outbox.wake();
              sync.wake();
              expire.wake();
              lease.wake();
            });
  }

  /** What is unknown is kept as a dead letter; in the inbox it would count as carried out. */
  private static Envelope envelope(TargetCommand command) {
    if (command.getCommandCase() == TargetCommand.CommandCase.COMMAND_NOT_SET) {
      throw new IllegalArgumentException(UNKNOWN);
    }
    return command.getEnvelope();
  }

  private Uni<Void> apply(Mutiny.Session tx, List<Received<TargetCommand>> commands) {
    return Multi.createFrom()
        .iterable(commands)
        .onItem()
        .transformToUniAndConcatenate(command -> apply(tx, command.message()))
        .collect()
        .asList()
        .chain(() -> hints.send(tx, Hint.AGENTS))
        .chain(() -> hints.send(tx, Hint.JOBS));
  }

  /** A target that never said Hello cannot be wanted anything of. */
  private Uni<Void> apply(Mutiny.Session tx, TargetCommand command) {
    return targets
        .lock(tx, UUID.fromString(command.getTargetId()))
        .chain(
            row ->
                row == null
                    ? Uni.createFrom().voidItem()
                    : DatabaseClock.now(tx).chain(now -> apply(tx, row, command, now)));
  }

  private Uni<Void> apply(Mutiny.Session tx, TargetRow row, TargetCommand command, Instant now) {
    return switch (command.getCommandCase()) {
      case DRAIN -> drain(tx, row, true, now);
      case UNDRAIN -> drain(tx, row, false, now);
      case LABEL -> label(tx, row, command.getLabel(), now);
      case FORGET -> forget(tx, row, now);
      case COMMAND_NOT_SET -> throw new IllegalArgumentException(UNKNOWN);
    };
  }

  private Uni<Void> drain(Mutiny.Session tx, TargetRow row, boolean draining, Instant now) {
    if (row.draining == draining) {
      return Uni.createFrom().voidItem();
    }
    row.draining = draining;
    if (!row.connected()) {
      return targets.tell(tx, row, row.state, now);
    }
    return targets.tell(tx, row, draining ? TargetState.DRAINING : TargetState.ONLINE, now);
  }

  private Uni<Void> label(Mutiny.Session tx, TargetRow row, LabelTarget label, Instant now) {
    if (!Texts.areLabels(label.getLabelsMap())) {
      return Uni.createFrom()
          .failure(new IllegalArgumentException("too many labels, or one that cannot be"));
    }
    row.userLabels = label.toByteArray();
    return targets.tell(tx, row, row.state, now);
  }

  private Uni<Void> forget(Mutiny.Session tx, TargetRow row, Instant now) {
    if (row.connected() || row.forgotten) {
      return Uni.createFrom().voidItem();
    }
    row.forgotten = true;
    return targets.tell(tx, row, row.state, now);
  }
}
