package dev.inferlab.platform.kafka;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Creates the topics of {@code inferlab.kafka.topics} and their dead-letter topics where they are
 * absent. If Kafka is away at the start, the service starts nevertheless and this goes on trying in
 * the background.
 */
@ApplicationScoped
class TopicCreation {
  private static final Logger LOG = Logger.getLogger(TopicCreation.class);
  private static final int FIRST_TRY_SECONDS = 10;
  private static final int PAUSE_SECONDS = 2;

  /** No longer than the inbox remembers, whatever the broker's defaults are. */
  private static final Map<String, String> LIFETIME =
      Map.of(
          TopicConfig.RETENTION_MS_CONFIG, Long.toString(Topics.RETENTION.toMillis()),
          TopicConfig.SEGMENT_MS_CONFIG, Long.toString(Topics.SEGMENT.toMillis()));

  private final Map<String, Object> kafka;
  private final List<String> topics;
  private final int partitions;
  private final Optional<Short> replication;
  private final CountDownLatch done = new CountDownLatch(1);
  private final CountDownLatch stop = new CountDownLatch(1);

  TopicCreation(
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      @ConfigProperty(name = "inferlab.kafka.topics") Optional<List<String>> topics,
      @ConfigProperty(name = "inferlab.kafka.partitions", defaultValue = "3") int partitions,
      @ConfigProperty(name = "inferlab.kafka.replication-factor") Optional<Short> replication) {
    this.kafka = new HashMap<>(kafka);
    this.topics = topics.orElse(List.of());
    this.partitions = partitions;
    this.replication = replication;
  }

  /** Before the consumers start, so that they find their topics at once. */
  void start(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) StartupEvent event)
      throws InterruptedException {
    if (topics.isEmpty()) {
      return;
    }
    Thread.ofPlatform().name("kafka-topics").daemon().start(this::createUntilDone);
    if (!done.await(FIRST_TRY_SECONDS, TimeUnit.SECONDS)) {
      LOG.warn("Kafka does not answer; starting without it and trying on");
    }
  }

  void stop(@Observes ShutdownEvent event) {
    stop.countDown();
  }

  private void createUntilDone() {
    kafka.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    kafka.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
    try (Admin admin = Admin.create(kafka)) {
      while (!created(admin) && !stop.await(PAUSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.debug("Trying again to create the topics");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (KafkaException e) {
      LOG.errorf(e, "The connection to Kafka is not configured properly: %s", e.getMessage());
    }
    done.countDown();
  }

  private boolean created(Admin admin) throws InterruptedException {
    List<NewTopic> wanted =
        topics.stream()
            .flatMap(topic -> Stream.of(topic(topic).configs(LIFETIME), deadLetters(topic)))
            .toList();
    boolean all = true;
    for (var result : admin.createTopics(wanted).values().entrySet()) {
      try {
        result.getValue().get(FIRST_TRY_SECONDS, TimeUnit.SECONDS);
        LOG.infof("Created topic %s", result.getKey());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          LOG.debugf(e.getCause(), "Could not create topic %s", result.getKey());
          all = false;
        }
      } catch (TimeoutException e) {
        all = false;
      }
    }
    return all;
  }

  private NewTopic topic(String name) {
    return new NewTopic(name, Optional.of(partitions), replication);
  }

  /** Nobody applies these again, so the broker's own retention is good for them. */
  private NewTopic deadLetters(String topic) {
    return topic(Topics.deadLetters(topic));
  }
}
