package dev.inferlab.scheduler.lab;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.inferlab.platform.kafka.DeadLetters;
import dev.inferlab.platform.kafka.Topics;
import dev.inferlab.proto.job.v1.CancelJob;
import dev.inferlab.proto.job.v1.Envelope;
import dev.inferlab.proto.job.v1.Event;
import dev.inferlab.proto.job.v1.JobChanged;
import dev.inferlab.proto.job.v1.JobCommand;
import dev.inferlab.proto.job.v1.JobSpec;
import dev.inferlab.proto.job.v1.JobState;
import dev.inferlab.proto.job.v1.SubmitJob;
import dev.inferlab.proto.job.v1.TargetChanged;
import dev.inferlab.proto.job.v1.TargetCommand;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;

/** What the gateway would do: sends commands, listens to events. */
public final class Lab implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final String bootstrapServers;
  private final KafkaProducer<String, byte[]> producer;
  private final KafkaConsumer<String, byte[]> consumer;
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final Thread listener;
  private volatile boolean closed;

  public Lab(String bootstrapServers) {
    Map<String, Object> kafka = Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 0);
    producer = new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer());
    this.bootstrapServers = bootstrapServers;
    consumer = consumer();
    List<TopicPartition> partitions = partitions(consumer, Topics.EVENTS);
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    listener = Thread.ofPlatform().daemon().name("lab-events").start(this::listen);
  }

  private KafkaConsumer<String, byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", bootstrapServers, "allow.auto.create.topics", false),
        new StringDeserializer(),
        new ByteArrayDeserializer());
  }

  private static List<TopicPartition> partitions(
      KafkaConsumer<String, byte[]> consumer, String topic) {
    return Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () ->
                consumer.listTopics().getOrDefault(topic, List.of()).stream()
                    .map(it -> new TopicPartition(it.topic(), it.partition()))
                    .toList(),
            found -> !found.isEmpty());
  }

  private void listen() {
    while (!closed) {
      for (ConsumerRecord<String, byte[]> entry : consumer.poll(Duration.ofMillis(100))) {
        try {
          events.add(Event.parseFrom(entry.value()));
        } catch (InvalidProtocolBufferException e) {
          throw new IllegalStateException(e);
        }
      }
    }
    consumer.close();
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    listener.join();
    producer.close();
  }

  // ------------------------------------------------------------------------------ commands

  public static Envelope envelope() {
    return Envelope.newBuilder().setMessageId(UUID.randomUUID().toString()).build();
  }

  /** A job of no demands; the test adds what it needs. */
  public static JobSpec.Builder job(String kind) {
    return JobSpec.newBuilder()
        .setJobId(UUID.randomUUID().toString())
        .setKind(kind)
        .setOwner("ann")
        .setMaxAttempts(3);
  }

  public String submit(JobSpec.Builder job) {
    send(
        "inferlab.jobs.v1",
        job.getJobId(),
        JobCommand.newBuilder()
            .setEnvelope(envelope())
            .setSubmit(SubmitJob.newBuilder().setJob(job))
            .build());
    return job.getJobId();
  }

  public void cancel(String jobId) {
    send(
        "inferlab.jobs.v1",
        jobId,
        JobCommand.newBuilder()
            .setEnvelope(envelope())
            .setCancel(CancelJob.newBuilder().setJobId(jobId).setReason("not needed"))
            .build());
  }

  public void command(UUID targetId, Consumer<TargetCommand.Builder> what) {
    TargetCommand.Builder command =
        TargetCommand.newBuilder().setEnvelope(envelope()).setTargetId(targetId.toString());
    what.accept(command);
    send("inferlab.targets.v1", targetId.toString(), command.build());
  }

  public void send(String topic, String key, MessageLite message) {
    sendBytes(topic, key, message.toByteArray());
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the flush waits for it
  public void sendBytes(String topic, String key, byte[] message) {
    producer.send(new ProducerRecord<>(topic, key, message));
    producer.flush();
  }

  /** Why the message of this key was put aside. */
  public String awaitDeadLetter(String topic, String key) {
    try (KafkaConsumer<String, byte[]> reader = consumer()) {
      List<TopicPartition> partitions = partitions(reader, Topics.deadLetters(topic));
      reader.assign(partitions);
      reader.seekToBeginning(partitions);
      return Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> reasons(reader.poll(Duration.ofMillis(100)), key), it -> !it.isEmpty())
          .getFirst();
    }
  }

  private static List<String> reasons(ConsumerRecords<String, byte[]> letters, String key) {
    List<String> reasons = new ArrayList<>();
    for (ConsumerRecord<String, byte[]> letter : letters) {
      if (key.equals(letter.key())) {
        byte[] reason = letter.headers().lastHeader(DeadLetters.REASON).value();
        reasons.add(new String(reason, StandardCharsets.UTF_8));
      }
    }
    return reasons;
  }

  // ------------------------------------------------------------------------------ events

  public List<Event> events() {
    return events;
  }

  public List<JobChanged> changes(String jobId) {
    return events.stream()
        .filter(Event::hasJobChanged)
        .map(Event::getJobChanged)
        .filter(it -> it.getJobId().equals(jobId))
        .toList();
  }

  public JobChanged awaitJob(String jobId, Predicate<JobChanged> wanted) {
    return Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> changes(jobId).stream().filter(wanted).findFirst(), java.util.Optional::isPresent)
        .orElseThrow();
  }

  public JobChanged awaitState(String jobId, JobState state) {
    return awaitJob(jobId, it -> it.getState() == state);
  }

  public TargetChanged awaitTarget(UUID id, Predicate<TargetChanged> wanted) {
    return Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                events.stream()
                    .filter(Event::hasTargetChanged)
                    .map(Event::getTargetChanged)
                    .filter(it -> it.getTargetId().equals(id.toString()))
                    .filter(wanted)
                    .findFirst(),
            java.util.Optional::isPresent)
        .orElseThrow();
  }
}
