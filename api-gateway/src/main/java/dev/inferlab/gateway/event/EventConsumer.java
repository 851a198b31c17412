package dev.inferlab.gateway.event;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.inferlab.gateway.json.Uuids;
import dev.inferlab.platform.db.DatabaseTrouble;
import dev.inferlab.platform.kafka.DeadLetters;
import dev.inferlab.proto.job.v1.Event;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Reads {@code inferlab.events.v1} in batches. Waits while the database is away; an event that
 * cannot be read or recorded is put aside and blocks nobody.
 */
@ApplicationScoped
class EventConsumer {
  private static final Logger LOG = Logger.getLogger(EventConsumer.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final int TRIES_OF_ONE = 3;

  private final RecordEvents record;
  private final DeadLetters deadLetters;

  EventConsumer(RecordEvents record, DeadLetters deadLetters) {
    this.record = record;
    this.deadLetters = deadLetters;
  }

  /** An event and the record that it came in. */
  private record Received(ConsumerRecord<String, byte[]> origin, Event event) {}

  @Incoming("events")
  Uni<Void> consume(ConsumerRecords<String, byte[]> records) {
    List<Received> readable = new ArrayList<>();
    List<Uni<Void>> unreadable = new ArrayList<>();
    for (ConsumerRecord<String, byte[]> origin : records) {
      try {
        readable.add(new Received(origin, parse(origin.value())));
      } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
        unreadable.add(putAside(origin, "unreadable: " + e.getMessage()));
      }
    }
    Uni<Void> recorded = readable.isEmpty() ? Uni.createFrom().voidItem() : all(readable);
    return unreadable.isEmpty()
        ? recorded
        : Uni.join().all(unreadable).andFailFast().chain(() -> recorded);
  }

  private Uni<Void> all(List<Received> batch) {
    return patient(record.record(batch.stream().map(Received::event).toList()))
        .onFailure()
        .recoverWithUni(
            failure -> {
              LOG.warnf(failure, "A batch of %d events failed; going one by one", batch.size());
              return oneByOne(batch);
            });
  }

  private Uni<Void> oneByOne(List<Received> batch) {
    return Multi.createFrom()
        .iterable(batch)
        .onItem()
        .transformToUniAndConcatenate(
            received ->
                patient(record.record(List.of(received.event())))
                    .onFailure()
                    .retry()
                    .withBackOff(FIRST_PAUSE, FIRST_PAUSE)
                    .atMost(TRIES_OF_ONE)
                    .onFailure()
                    .recoverWithUni(
                        failure -> putAside(received.origin(), "not recordable: " + failure)))
        .toUni();
  }

  private static <T> Uni<T> patient(Uni<T> work) {
    return work.onFailure(DatabaseTrouble::isAway)
        .retry()
        .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
        .indefinitely();
  }

  private Uni<Void> putAside(ConsumerRecord<String, byte[]> origin, String reason) {
    return Uni.createFrom()
        .deferred(() -> deadLetters.add(origin, reason))
        .onFailure()
        .retry()
        .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
        .indefinitely();
  }

  /** Ids are checked here, so that one bad id cannot spoil a whole batch. */
  private static Event parse(byte[] value) throws InvalidProtocolBufferException {
    if (value == null) {
      throw new IllegalArgumentException("no value");
    }
    Event event = Event.parseFrom(value);
    requireId(event.getEnvelope().getMessageId());
    switch (event.getEventCase()) {
      case JOB_CHANGED -> requireId(event.getJobChanged().getJobId());
      case JOB_PROGRESSED -> requireId(event.getJobProgressed().getJobId());
      case JOB_PARTIAL -> requireId(event.getJobPartial().getJobId());
      case TARGET_CHANGED -> requireId(event.getTargetChanged().getTargetId());
      case EVENT_NOT_SET -> {}
    }
    return event;
  }

  private static void requireId(String id) {
    if (Uuids.parse(id).isEmpty()) {
      throw new IllegalArgumentException("an id is no UUID");
    }
  }
}
