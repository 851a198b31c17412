package dev.inferlab.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.inferlab.gateway.testing.Lab;
import dev.inferlab.gateway.testing.OwnKafka;
import dev.inferlab.gateway.testing.SseClient;
import dev.inferlab.platform.kafka.Topics;
import dev.inferlab.proto.job.v1.JobCommand;
import dev.inferlab.testkit.infra.InfraProcess;
import dev.inferlab.testkit.kafka.KafkaTopic;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Kafka may go away: what is accepted is shown at once, and published when Kafka is back. */
@QuarkusTest
@WithTestResource(OwnKafka.class)
class KafkaAwayTest {
  InfraProcess kafka;

  @TestHTTPResource("/api/v1/events")
  URI events;

  @Test
  void submitsAreAcceptedShownAndPublishedLater() throws Exception {
    String project = Lab.project();
    try (SseClient client = SseClient.open(events, "", null)) {
      kafka.kill();
      List<String> accepted = List.of(Lab.submit(Lab.noop(project)), Lab.submit(Lab.noop(project)));
      // While the relay hangs on Kafka, for as long as its deadline.
      accepted.forEach(
          id ->
              await()
                  .atMost(Duration.ofSeconds(10))
                  .until(
                      () -> client.events().stream().anyMatch(event -> event.data().contains(id))));
      String third = Lab.submit(Lab.noop(project));
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> client.events().stream().anyMatch(event -> event.data().contains(third)));
      kafka.start();
      KafkaTopic jobs = new KafkaTopic(kafka.bootstrapServers(), Topics.JOBS);
      await()
          .atMost(Duration.ofSeconds(90))
          .untilAsserted(
              () -> assertThat(submitted(jobs)).contains(accepted.get(0), accepted.get(1), third));
    }
  }

  private static List<String> submitted(KafkaTopic jobs) {
    return jobs.records().stream().map(record -> experiment(record.value())).toList();
  }

  private static String experiment(byte[] value) {
    try {
      JobCommand command = JobCommand.parseFrom(value);
      return command.getSubmit().getJob().getExperimentId().isEmpty()
          ? command.getEnvelope().getMessageId()
          : command.getSubmit().getJob().getExperimentId();
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }
}
