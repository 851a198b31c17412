package dev.inferlab.platform.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Puts aside what cannot be read or applied, unchanged and with the reason, so that it blocks
 * nobody and is not lost.
 */
@ApplicationScoped
public class DeadLetters {
  /** Header of a dead letter: why it is one. */
  public static final String REASON = "inferlab-reason";

  /** Header of a dead letter: {@code topic-partition@offset} of the original. */
  public static final String ORIGIN = "inferlab-origin";

  private static final Logger LOG = Logger.getLogger(DeadLetters.class);

  private final Map<String, Object> configuration;
  private final MeterRegistry metrics;
  private final Vertx vertx;
  private Producer<String, byte[]> producer;

  DeadLetters(
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      @ConfigProperty(name = "quarkus.application.name") String service,
      MeterRegistry metrics,
      Vertx vertx) {
    this.metrics = metrics;
    this.vertx = vertx;
    configuration = new HashMap<>(kafka);
    configuration.put(ProducerConfig.CLIENT_ID_CONFIG, service + "-dead-letters");
    configuration.put(ProducerConfig.ACKS_CONFIG, "all");
    configuration.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 15_000);
  }

  /** Completes when Kafka has the dead letter; fails if Kafka does not take it. */
  public Uni<Void> add(ConsumerRecord<String, byte[]> original, String reason) {
    return Uni.createFrom()
        .completionStage(
            () ->
                vertx
                    .getOrCreateContext()
                    .<Void>executeBlocking(() -> send(original, reason), false)
                    .toCompletionStage());
  }

  private Void send(ConsumerRecord<String, byte[]> original, String reason) throws Exception {
    ProducerRecord<String, byte[]> letter =
        new ProducerRecord<>(
            Topics.deadLetters(original.topic()), original.key(), original.value());
    original.headers().forEach(letter.headers()::add);
    letter.headers().add(REASON, reason.getBytes(StandardCharsets.UTF_8));
    String origin = "%s-%d@%d".formatted(original.topic(), original.partition(), original.offset());
    letter.headers().add(ORIGIN, origin.getBytes(StandardCharsets.UTF_8));
    producer().send(letter).get();
    LOG.warnf("Dead letter %s: %s", origin, reason);
    metrics.counter("inferlab.dead.letters", "topic", original.topic()).increment();
    return null;
  }

  private synchronized Producer<String, byte[]> producer() {
    if (producer == null) {
      producer =
          new KafkaProducer<>(configuration, new StringSerializer(), new ByteArraySerializer());
    }
    return producer;
  }

  synchronized void stop(@Observes ShutdownEvent event) {
    if (producer != null) {
      producer.close(Duration.ofSeconds(5));
    }
  }
}
