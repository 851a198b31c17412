package dev.inferlab.gateway.testing;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import dev.inferlab.platform.kafka.Topics;
import dev.inferlab.proto.job.v1.Envelope;
import dev.inferlab.proto.job.v1.Event;
import dev.inferlab.proto.job.v1.JobChanged;
import dev.inferlab.proto.job.v1.JobCommand;
import dev.inferlab.proto.job.v1.JobPartial;
import dev.inferlab.proto.job.v1.JobProgressed;
import dev.inferlab.proto.job.v1.JobSpec;
import dev.inferlab.proto.job.v1.JobState;
import dev.inferlab.proto.job.v1.Progress;
import dev.inferlab.proto.job.v1.ResultPart;
import dev.inferlab.proto.job.v1.TargetChanged;
import dev.inferlab.proto.job.v1.TargetCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.ConfigProvider;

/** Plays the scheduler: hears what the gateway publishes, and says what a test wants. */
public final class FakeScheduler {
  private static FakeScheduler shared;

  private final KafkaProducer<String, byte[]> producer;
  private final KafkaConsumer<String, byte[]> consumer;
  private final List<JobCommand> jobCommands = new ArrayList<>();
  private final List<TargetCommand> targetCommands = new ArrayList<>();
  private long version = 1;

  private FakeScheduler(Map<String, Object> kafka) {
    producer = new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer());
    consumer = new KafkaConsumer<>(kafka, new StringDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : List.of(Topics.JOBS, Topics.TARGETS)) {
      await()
          .pollInSameThread()
          .atMost(Duration.ofSeconds(30))
          .until(() -> consumer.partitionsFor(topic), found -> !found.isEmpty())
          .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** One for this Kafka, on which a gateway makes its topics. */
  public static FakeScheduler of(String bootstrapServers) {
    return of(Map.of("bootstrap.servers", bootstrapServers));
  }

  /**
   * As {@link #of(String)}.
   *
   * @param kafka what a client of that Kafka must be told
   */
  public static FakeScheduler of(Map<String, Object> kafka) {
    return new FakeScheduler(kafka);
  }

  /** One for the application under test. */
  public static synchronized FakeScheduler get() {
    if (shared == null) {
      shared = of(ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class));
    }
    return shared;
  }

  public synchronized List<JobCommand> jobCommands() {
    poll();
    return List.copyOf(jobCommands);
  }

  public synchronized List<TargetCommand> targetCommands() {
    poll();
    return List.copyOf(targetCommands);
  }

  private void poll() {
    try {
      for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(50))) {
        if (record.topic().equals(Topics.JOBS)) {
          jobCommands.add(JobCommand.parseFrom(record.value()));
        } else {
          targetCommands.add(TargetCommand.parseFrom(record.value()));
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The submitted job that a test is about. */
  public JobSpec awaitJob(Predicate<JobSpec> which) {
    return await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> find(which), Optional::isPresent)
        .orElseThrow();
  }

  public JobSpec awaitJobOf(String experimentId) {
    return awaitJob(job -> job.getExperimentId().equals(experimentId));
  }

  private Optional<JobSpec> find(Predicate<JobSpec> which) {
    return jobCommands().stream()
        .filter(JobCommand::hasSubmit)
        .map(command -> command.getSubmit().getJob())
        .filter(which)
        .findFirst();
  }

  public long cancelsOf(String jobId) {
    return jobCommands().stream()
        .filter(command -> command.getCancel().getJobId().equals(jobId))
        .count();
  }

  public synchronized long nextVersion() {
    return version++;
  }

  public Event changed(JobSpec job, JobState state, Consumer<JobChanged.Builder> more) {
    JobChanged.Builder change =
        JobChanged.newBuilder()
            .setJobId(job.getJobId())
            .setExperimentId(job.getExperimentId())
            .setKind(job.getKind())
            .setVersion(nextVersion())
            .setState(state);
    more.accept(change);
    return envelope().setJobChanged(change).build();
  }

  public Event changed(JobSpec job, JobState state) {
    return changed(job, state, change -> {});
  }

  public Event progressed(JobSpec job, int attempt, long sequence, double fraction, String stage) {
    return envelope()
        .setJobProgressed(
            JobProgressed.newBuilder()
                .setJobId(job.getJobId())
                .setExperimentId(job.getExperimentId())
                .setAttempt(attempt)
                .setSequence(sequence)
                .setProgress(Progress.newBuilder().setFraction(fraction).setStage(stage)))
        .build();
  }

  public Event partial(JobSpec job, int attempt, String key, ByteString payload) {
    return envelope()
        .setJobPartial(
            JobPartial.newBuilder()
                .setJobId(job.getJobId())
                .setExperimentId(job.getExperimentId())
                .setAttempt(attempt)
                .setPart(ResultPart.newBuilder().setKey(key).setPayload(payload)))
        .build();
  }

  public Event target(TargetChanged target) {
    return envelope().setTargetChanged(target).build();
  }

  public void say(Event... events) {
    for (Event event : events) {
      send(key(event), event.toByteArray());
    }
    producer.flush();
  }

  public void send(String key, byte[] value) {
    producer.send(new ProducerRecord<>(Topics.EVENTS, key, value));
  }

  private static String key(Event event) {
    return switch (event.getEventCase()) {
      case JOB_CHANGED -> event.getJobChanged().getJobId();
      case JOB_PROGRESSED -> event.getJobProgressed().getJobId();
      case JOB_PARTIAL -> event.getJobPartial().getJobId();
      case TARGET_CHANGED -> event.getTargetChanged().getTargetId();
      case EVENT_NOT_SET -> "none";
    };
  }

  private static Event.Builder envelope() {
    return Event.newBuilder()
        .setEnvelope(
            Envelope.newBuilder()
                .setMessageId(UUID.randomUUID().toString())
                .setOccurredAt(Timestamp.newBuilder().setSeconds(1)));
  }
}
