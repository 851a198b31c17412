package dev.inferlab.testkit.kafka;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A topic as a test looks at it: everything that was ever published, and a way to publish by hand.
 */
public record KafkaTopic(String bootstrapServers, String name) {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Makes the topic; it must not be there. */
  public KafkaTopic create(int partitions) {
    try (Admin admin = admin(bootstrapServers)) {
      admin
          .createTopics(List.of(new NewTopic(name, Optional.of(partitions), Optional.empty())))
          .all()
          .get();
      return this;
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("Topic " + name + " cannot be made", e);
    }
  }

  /**
   * Every record from the beginning to what is the end now, each partition in its order. Empty if
   * there is no topic.
   */
  public List<ConsumerRecord<String, byte[]>> records() {
    Map<String, Object> configuration =
        Map.of("bootstrap.servers", bootstrapServers, "allow.auto.create.topics", false);
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(configuration, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = partitions(consumer);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("Topic " + name + " cannot be read to its end");
        }
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
      return records;
    }
  }

  /** The values of {@link #records()}, parsed. */
  public <T extends MessageLite> List<T> messages(Parser<T> parser) {
    List<T> messages = new ArrayList<>();
    for (ConsumerRecord<String, byte[]> record : records()) {
      try {
        messages.add(parser.parseFrom(record.value()));
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalStateException("A record of %s cannot be parsed".formatted(name), e);
      }
    }
    return messages;
  }

  /** Publishes and waits for the broker's word. */
  public void send(String key, byte[] value) {
    Map<String, Object> configuration =
        Map.of("bootstrap.servers", bootstrapServers, "acks", "all", "linger.ms", 0);
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(configuration, new StringSerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(name, key, value)).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("Topic %s does not take a record".formatted(name), e);
    }
  }

  /** Removes all topics and forgets all consumer groups. */
  public static void deleteAll(String bootstrapServers) {
    try (Admin admin = admin(bootstrapServers)) {
      Set<String> topics = admin.listTopics().names().get();
      for (var deletion : admin.deleteTopics(topics).topicNameValues().values()) {
        deletion.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
        throw new IllegalStateException("The topics cannot be removed", e);
      }
    }
  }

  private List<TopicPartition> partitions(KafkaConsumer<String, byte[]> consumer) {
    var known = consumer.listTopics(PATIENCE).get(name);
    return known == null
        ? List.of()
        : known.stream().map(each -> new TopicPartition(each.topic(), each.partition())).toList();
  }

  private static Admin admin(String bootstrapServers) {
    return Admin.create(Map.of("bootstrap.servers", bootstrapServers));
  }
}
