package dev.inferlab.platform.outbox;

import dev.inferlab.platform.telemetry.TraceParent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Puts rows on Kafka, in order per topic and key. What Kafka refuses holds up its own key or topic;
 * the others wait only as long as it takes to hear the refusal.
 *
 * <p>The producer never gives up on a record that it may repeat (its delivery time-out is endless),
 * because it could then deliver a later record of the same key. Instead the whole publisher gives
 * up: it throws its producer away with everything that is still queued in it. What of that reached
 * the log is then a prefix of each partition's records, and sending the rest again keeps the order
 * of first arrivals. One order it does not keep: if the broker itself refuses a record, those of
 * its key that were on their way with it are in the log before it.
 */
final class KafkaPublisher implements AutoCloseable {
  /** Of the deadline: a topic that is not there must leave time for the others. */
  private static final int TOPIC_SHARE = 3;

  private final Map<String, Object> configuration;
  private final Duration deadline;
  private Producer<String, byte[]> producer;

  /**
   * @param connection how to reach Kafka: bootstrap servers, security
   * @param deadline after which what is not acknowledged counts as refused
   */
  KafkaPublisher(Map<String, Object> connection, String clientId, Duration deadline) {
    this.deadline = deadline;
    configuration = new HashMap<>(connection);
    configuration.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
    configuration.put(ProducerConfig.ACKS_CONFIG, "all");
    configuration.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    configuration.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    configuration.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, deadline.toMillis() / TOPIC_SHARE);
    configuration.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) deadline.toMillis());
    configuration.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
  }

  /** Blocks until Kafka has answered for every row, or until the deadline. */
  synchronized Published publish(List<OutboxRow> rows) {
    Pass pass = new Pass(System.nanoTime() + deadline.toNanos());
    try {
      if (producer == null) {
        producer =
            new KafkaProducer<>(configuration, new StringSerializer(), new ByteArraySerializer());
      }
      rows.forEach(pass::send);
      pass.awaitAnswers();
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the relay is stopped", e);
    } catch (KafkaException e) {
      close();
      throw e;
    }
    if (pass.doubtful) {
      close();
    }
    return new Published(
        rows.size(), pass.acknowledged, pass.refused, Optional.ofNullable(pass.failure));
  }

  private record Sent(OutboxRow row, Future<?> answer) {}

  /** Rows on their way to the brokers. */
  private final class Pass {
    private final long end;
    private final List<Sent> pending = new ArrayList<>();
    private final List<OutboxRow> acknowledged = new ArrayList<>();
    private final Set<Refused> refused = new HashSet<>();
    private PublishFailedException failure;

    /** Whether something may be wrong with more than single records. */
    private boolean doubtful;

    Pass(long end) {
      this.end = end;
    }

    void send(OutboxRow row) {
      if (Refused.contains(refused, row)) {
        return;
      }
      if (left() == 0) {
        refuse(row, late());
        return;
      }
      Sent sent = new Sent(row, producer.send(toRecord(row)));
      // Refused at once, e.g. for a topic that is not there: no later one may overtake it.
      if (sent.answer().state() == Future.State.FAILED) {
        refuse(row, sent.answer().exceptionNow());
      } else {
        pending.add(sent);
      }
    }

    void awaitAnswers() throws InterruptedException {
      for (Sent sent : pending) {
        try {
          sent.answer().get(left(), TimeUnit.NANOSECONDS);
          acknowledged.add(sent.row());
        } catch (ExecutionException e) {
          refuse(sent.row(), e.getCause());
        } catch (TimeoutException e) {
          refuse(sent.row(), late());
        }
      }
    }

    private void refuse(OutboxRow row, Throwable cause) {
      Refused what = Refused.because(cause, row);
      refused.add(what);
      doubtful |= what.key() == null;
      failure = failure == null ? new PublishFailedException(row, cause) : failure;
    }

    private TimeoutException late() {
      return new TimeoutException("No acknowledgement within " + deadline.toSeconds() + " s");
    }

    private long left() {
      return Math.max(0, end - System.nanoTime());
    }
  }

  @Override
  public synchronized void close() {
    if (producer != null) {
      producer.close(Duration.ZERO);
      producer = null;
    }
  }

  private static ProducerRecord<String, byte[]> toRecord(OutboxRow row) {
    ProducerRecord<String, byte[]> message =
        new ProducerRecord<>(row.topic(), row.key(), row.payload());
    if (row.traceParent() != null) {
      message
          .headers()
          .add(TraceParent.HEADER, row.traceParent().getBytes(StandardCharsets.US_ASCII));
    }
    return message;
  }
}
