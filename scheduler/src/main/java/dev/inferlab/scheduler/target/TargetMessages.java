package dev.inferlab.scheduler.target;

import com.google.protobuf.Timestamp;
import dev.inferlab.platform.kafka.Topics;
import dev.inferlab.platform.outbox.Envelopes;
import dev.inferlab.platform.outbox.OutboxMessage;
import dev.inferlab.proto.agent.v1.Hello;
import dev.inferlab.proto.job.v1.Envelope;
import dev.inferlab.proto.job.v1.Event;
import dev.inferlab.proto.job.v1.TargetChanged;
import jakarta.enterprise.context.ApplicationScoped;

/** A target's row as an event. */
@ApplicationScoped
class TargetMessages {

  private final Envelopes envelopes;

  TargetMessages(Envelopes envelopes) {
    this.envelopes = envelopes;
  }

  OutboxMessage changed(TargetRow row) {
    Envelope envelope = envelopes.next();
    Hello hello = row.hello();
    TargetChanged changed =
        TargetChanged.newBuilder()
            .setTargetId(row.id.toString())
            .setVersion(row.version)
            .setName(row.name)
            .setState(row.state)
            .putAllLabels(row.labels())
            .addAllDevices(hello.getDevicesList())
            .setResources(row.resources())
            .setAgentVersion(hello.getAgentVersion())
            .setRuntimeVersion(hello.getRuntimeVersion())
            .setLastSeen(
                Timestamp.newBuilder()
                    .setSeconds(row.lastSeen.getEpochSecond())
                    .setNanos(row.lastSeen.getNano()))
            .addAllJobKinds(hello.getJobKindsList())
            .setForgotten(row.forgotten)
            .build();
    Event event = Event.newBuilder().setEnvelope(envelope).setTargetChanged(changed).build();
    return OutboxMessage.of(Topics.EVENTS, row.id.toString(), envelope, event);
  }
}
