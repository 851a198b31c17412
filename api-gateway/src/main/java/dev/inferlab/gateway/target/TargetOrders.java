package dev.inferlab.gateway.target;

import dev.inferlab.gateway.http.PathId;
import dev.inferlab.platform.kafka.Topics;
import dev.inferlab.platform.outbox.Envelopes;
import dev.inferlab.platform.outbox.Outbox;
import dev.inferlab.platform.outbox.OutboxMessage;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.proto.job.v1.DrainTarget;
import dev.inferlab.proto.job.v1.Envelope;
import dev.inferlab.proto.job.v1.ForgetTarget;
import dev.inferlab.proto.job.v1.LabelTarget;
import dev.inferlab.proto.job.v1.TargetCommand;
import dev.inferlab.proto.job.v1.UndrainTarget;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Tells the scheduler what users want of a target; its answer comes as an event. */
@ApplicationScoped
class TargetOrders {
  private static final Set<String> AWAY = Set.of("LOST", "OFFLINE");

  private final Outbox outbox;
  private final Envelopes envelopes;

  TargetOrders(Outbox outbox, Envelopes envelopes) {
    this.outbox = outbox;
    this.envelopes = envelopes;
  }

  Uni<TargetView> drain(UUID id) {
    return send(id, row -> {}, command -> command.setDrain(DrainTarget.getDefaultInstance()));
  }

  Uni<TargetView> undrain(UUID id) {
    return send(id, row -> {}, command -> command.setUndrain(UndrainTarget.getDefaultInstance()));
  }

  Uni<TargetView> label(UUID id, Map<String, String> labels) {
    return send(
        id, row -> {}, command -> command.setLabel(LabelTarget.newBuilder().putAllLabels(labels)));
  }

  Uni<TargetView> forget(UUID id) {
    return send(
        id,
        row -> {
          if (!AWAY.contains(row.state)) {
            throw new ProblemException(
                ProblemCode.TARGET_ONLINE, "The target is %s.".formatted(row.state));
          }
        },
        command -> command.setForget(ForgetTarget.getDefaultInstance()));
  }

  private Uni<TargetView> send(
      UUID id, Consumer<Target> check, UnaryOperator<TargetCommand.Builder> order) {
    return outbox.inTransaction(
        session ->
            session
                .find(Target.class, id)
                .map(
                    row -> {
                      if (row == null || row.forgotten) {
                        throw PathId.notFound(ProblemCode.TARGET_NOT_FOUND);
                      }
                      check.accept(row);
                      return row;
                    })
                .call(() -> outbox.append(session, message(id, order)))
                .map(TargetView::of));
  }

  private OutboxMessage message(UUID id, UnaryOperator<TargetCommand.Builder> order) {
    Envelope envelope = envelopes.next();
    TargetCommand.Builder command =
        TargetCommand.newBuilder().setEnvelope(envelope).setTargetId(id.toString());
    return OutboxMessage.of(Topics.TARGETS, id.toString(), envelope, order.apply(command).build());
  }
}
