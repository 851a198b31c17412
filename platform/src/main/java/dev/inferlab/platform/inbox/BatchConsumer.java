package dev.inferlab.platform.inbox;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.db.DatabaseTrouble;
import dev.inferlab.platform.db.Patience;
import dev.inferlab.platform.kafka.DeadLetters;
import dev.inferlab.platform.telemetry.TraceParent;
import dev.inferlab.proto.job.v1.Envelope;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * The way of a batch of Kafka records into the database: parse, let each message through once,
 * apply all in one transaction together with what it says to others.
 *
 * <p>The batch is acknowledged (the {@code Uni} completes) only when every record has had its
 * effect or is a dead letter. It is tried again without end, whatever the trouble is, unless {@link
 * DatabaseTrouble#isFaultOfData}: then the messages are tried one by one, and those that are to
 * blame alone become dead letters, so that none blocks its partition. When the process ends in the
 * middle of a batch, the batch is not acknowledged and comes again.
 */
@ApplicationScoped
public class BatchConsumer {
  private static final Logger LOG = Logger.getLogger(BatchConsumer.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final Database database;
  private final Inbox inbox;
  private final DeadLetters deadLetters;
  private final Tracer tracer;

  BatchConsumer(Database database, Inbox inbox, DeadLetters deadLetters, Tracer tracer) {
    this.database = database;
    this.inbox = inbox;
    this.deadLetters = deadLetters;
    this.tracer = tracer;
  }

  /**
   * What messages do, and what is to be told of it. Runs in a transaction; may run again, with
   * fewer of them too, if it failed. If it appends to the outbox, wake that after {@link #consume}.
   */
  @FunctionalInterface
  public interface Effect<T, R> {
    Uni<R> apply(Mutiny.Session session, List<Received<T>> messages);
  }

  /**
   * @param records of one topic, in order ({@code ConsumerRecords} is such an {@code Iterable})
   * @param envelope throws {@code IllegalArgumentException} for a message that cannot be meant
   * @param effect gets the messages that are new, in order; is not called if none is
   */
  public <T extends MessageLite, R> Uni<Void> consume(
      Iterable<ConsumerRecord<String, byte[]>> records,
      Parser<T> parser,
      Function<T, Envelope> envelope,
      Effect<T, R> effect) {
    return consume(records, parser, envelope, effect, _ -> {});
  }

  /**
   * As the shorter one.
   *
   * @param committed gets what an effect gave once that is committed: never that of a run which was
   *     rolled back, and each at most once
   */
  public <T extends MessageLite, R> Uni<Void> consume(
      Iterable<ConsumerRecord<String, byte[]>> records,
      Parser<T> parser,
      Function<T, Envelope> envelope,
      Effect<T, R> effect,
      Consumer<R> committed) {
    List<Arrived<T>> readable = new ArrayList<>();
    Uni<Void> unreadable = Uni.createFrom().voidItem();
    for (ConsumerRecord<String, byte[]> record : records) {
      try {
        readable.add(new Arrived<>(record, parse(record, parser, envelope)));
      } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
        unreadable = unreadable.chain(() -> putAside(record, "cannot be read: " + e.getMessage()));
      }
    }
    return unreadable.chain(() -> applyAll(readable, effect, committed));
  }

  private record Arrived<T>(ConsumerRecord<String, byte[]> record, Received<T> received) {}

  private static <T extends MessageLite> Received<T> parse(
      ConsumerRecord<String, byte[]> record, Parser<T> parser, Function<T, Envelope> envelopeOf)
      throws InvalidProtocolBufferException {
    if (record.value() == null) {
      throw new IllegalArgumentException("it has no value");
    }
    T message = parser.parseFrom(record.value());
    Envelope envelope = envelopeOf.apply(message);
    return new Received<>(
        UUID.fromString(envelope.getMessageId()), record.key(), envelope, message);
  }

  private <T, R> Uni<Void> applyAll(
      List<Arrived<T>> arrived, Effect<T, R> effect, Consumer<R> committed) {
    if (arrived.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return Patience.untilPossible(
            "A batch of messages", () -> applyOnce(arrived, effect, committed))
        .onFailure(DatabaseTrouble::isFaultOfData)
        .recoverWithUni(failure -> applyOneByOne(arrived, effect, committed, failure));
  }

  private <T, R> Uni<Void> applyOneByOne(
      List<Arrived<T>> arrived, Effect<T, R> effect, Consumer<R> committed, Throwable failure) {
    if (arrived.size() == 1) {
      LOG.errorf(failure, "A message cannot be applied");
      return putAside(
          arrived.getFirst().record(), "cannot be applied: " + DatabaseTrouble.brief(failure));
    }
    LOG.warnf("A batch of %d cannot be applied as one, trying each: %s", arrived.size(), failure);
    return Multi.createFrom()
        .iterable(arrived)
        .onItem()
        .transformToUniAndConcatenate(each -> applyAll(List.of(each), effect, committed))
        .collect()
        .asList()
        .replaceWithVoid();
  }

  private <T, R> Uni<Void> applyOnce(
      List<Arrived<T>> arrived, Effect<T, R> effect, Consumer<R> committed) {
    List<Received<T>> messages = arrived.stream().map(Arrived::received).toList();
    return database
        .<R>inTransaction(
            session ->
                inbox
                    .firstSeen(session, messages.stream().map(Received::id).toList())
                    .chain(
                        fresh -> {
                          // A message that is twice in this batch passes with its first copy only.
                          Set<UUID> left = new HashSet<>(fresh);
                          List<Received<T>> once =
                              messages.stream().filter(each -> left.remove(each.id())).toList();
                          return once.isEmpty()
                              ? Uni.createFrom().<R>nullItem()
                              : traced(once, () -> effect.apply(session, once));
                        }))
        .onItem()
        .ifNotNull()
        .invoke(committed)
        .replaceWithVoid();
  }

  /** One span a message, each in the trace of the request that caused it. */
  private <T, R> Uni<R> traced(List<Received<T>> messages, Supplier<Uni<R>> work) {
    List<Span> spans = messages.stream().map(this::span).toList();
    return work.get()
        .onFailure()
        .invoke(failure -> spans.forEach(span -> span.recordException(failure)))
        .eventually(() -> spans.forEach(Span::end));
  }

  private Span span(Received<?> message) {
    return tracer
        .spanBuilder("consume " + message.message().getClass().getSimpleName())
        .setSpanKind(SpanKind.CONSUMER)
        .setParent(TraceParent.restore(message.envelope().getTraceParent()))
        .setAttribute("messaging.message.id", message.id().toString())
        .setAttribute("messaging.kafka.message.key", message.key())
        .startSpan();
  }

  private Uni<Void> putAside(ConsumerRecord<String, byte[]> record, String reason) {
    return Uni.createFrom()
        .deferred(() -> deadLetters.add(record, reason))
        .onFailure()
        .invoke(failure -> LOG.warnf("Kafka does not take a dead letter: %s", failure))
        .onFailure()
        .retry()
        .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
        .indefinitely();
  }
}
