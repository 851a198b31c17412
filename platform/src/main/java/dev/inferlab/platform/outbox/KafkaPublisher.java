package dev.inferlab.platform.outbox;

import dev.inferlab.platform.telemetry.TraceParent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 * Puts rows on Kafka, all of them or failing, in order per key.
 *
 * <p>The producer never gives up on a single record (its delivery time-out is endless), because it
 * could then deliver a later record of the same key. Instead the whole publisher gives up: it
 * throws its producer away with everything that is still queued in it. What reached the log is then
 * a prefix of each partition's records, and sending all rows again keeps the order of first
 * arrivals.
 */
final class KafkaPublisher implements AutoCloseable {
  private final Map<String, Object> configuration;
  private final Duration deadline;
  private Producer<String, byte[]> producer;

  /**
   * @param connection how to reach Kafka: bootstrap servers, security
   * @param deadline after which a batch counts as failed
   */
  KafkaPublisher(Map<String, Object> connection, String clientId, Duration deadline) {
    this.deadline = deadline;
    configuration = new HashMap<>(connection);
    configuration.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
    configuration.put(ProducerConfig.ACKS_CONFIG, "all");
    configuration.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    configuration.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    configuration.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, deadline.toMillis());
    configuration.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) deadline.toMillis());
    configuration.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
  }

  /** Blocks until every row is acknowledged by all in-sync replicas. */
  synchronized void publish(List<OutboxRow> rows) {
    long start = System.nanoTime();
    try {
      if (producer == null) {
        producer =
            new KafkaProducer<>(configuration, new StringSerializer(), new ByteArraySerializer());
      }
      List<Future<?>> pending = new ArrayList<>(rows.size());
      for (OutboxRow row : rows) {
        Future<?> sent = producer.send(toRecord(row));
        if (sent.isDone()) {
          sent.get(); // Refused at once, e.g. for a topic that is not there: none may overtake it.
        }
        pending.add(sent);
        left(start);
      }
      for (Future<?> each : pending) {
        each.get(left(start), TimeUnit.NANOSECONDS);
      }
    } catch (ExecutionException e) {
      close();
      throw new PublishFailedException(e.getCause());
    } catch (KafkaException e) {
      close();
      throw new PublishFailedException(e);
    } catch (TimeoutException e) {
      close();
      throw new PublishFailedException(
          new TimeoutException("No acknowledgement within " + deadline.toSeconds() + " s"));
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new PublishFailedException(e);
    }
  }

  private long left(long start) throws TimeoutException {
    long left = deadline.toNanos() - (System.nanoTime() - start);
    if (left <= 0) {
      throw new TimeoutException();
    }
    return left;
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
