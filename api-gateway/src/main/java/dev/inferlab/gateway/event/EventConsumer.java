package dev.inferlab.gateway.event;

import dev.inferlab.gateway.json.Uuids;
import dev.inferlab.platform.inbox.BatchConsumer;
import dev.inferlab.platform.inbox.MergedBatches;
import dev.inferlab.proto.job.v1.Envelope;
import dev.inferlab.proto.job.v1.Event;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Reads {@code inferlab.events.v1}. */
@ApplicationScoped
class EventConsumer {
  private final MergedBatches batches;

  EventConsumer(BatchConsumer consumer, RecordEvents record, EventFeed feed, Vertx vertx) {
    batches =
        new MergedBatches(
            "Recording events",
            vertx,
            records ->
                consumer
                    .consume(records, Event.parser(), EventConsumer::envelope, record::record)
                    .invoke(feed::wake));
  }

  @Incoming("events")
  Uni<Void> consume(Message<ConsumerRecords<String, byte[]>> batch) {
    return batches.add(batch);
  }

  /** Ids are checked here, so that one bad id cannot spoil a whole batch. */
  private static Envelope envelope(Event event) {
    switch (event.getEventCase()) {
      case JOB_CHANGED -> requireId(event.getJobChanged().getJobId());
      case JOB_PROGRESSED -> requireId(event.getJobProgressed().getJobId());
      case JOB_PARTIAL -> requireId(event.getJobPartial().getJobId());
      case TARGET_CHANGED -> requireId(event.getTargetChanged().getTargetId());
      case EVENT_NOT_SET -> {}
    }
    return event.getEnvelope();
  }

  private static void requireId(String id) {
    if (Uuids.parse(id).isEmpty()) {
      throw new IllegalArgumentException("an id is no UUID");
    }
  }
}
