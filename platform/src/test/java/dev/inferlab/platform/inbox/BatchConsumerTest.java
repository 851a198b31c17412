package dev.inferlab.platform.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.inferlab.platform.kafka.DeadLetters;
import dev.inferlab.platform.kafka.Topics;
import dev.inferlab.platform.outbox.OutboxMessage;
import dev.inferlab.proto.job.v1.JobCommand;
import dev.inferlab.testkit.InfraResource;
import dev.inferlab.testkit.infra.Infra;
import dev.inferlab.testkit.kafka.KafkaTopic;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.hibernate.reactive.mutiny.Mutiny;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(InfraResource.class)
class BatchConsumerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final KafkaTopic topic =
      new KafkaTopic(Infra.shared().bootstrapServers(), EffectsChannel.TOPIC);
  private final KafkaTopic deadLetters =
      new KafkaTopic(Infra.shared().bootstrapServers(), Topics.deadLetters(EffectsChannel.TOPIC));
  @Inject Effects effects;
  @Inject BatchConsumer consumer;

  @BeforeEach
  void clear() {
    effects.clear();
  }

  @Test
  void appliesEachMessageOnceAndPutsAsideWhatCannotBeUsed() {
    OutboxMessage first = effects.message(EffectsChannel.TOPIC, "a", 1);
    send(first);
    send(first);
    topic.send("a", "not protobuf".getBytes(UTF_8));
    send(effects.message(EffectsChannel.TOPIC, "a", Effects.POISON));
    topic.send("a", new byte[0]);
    send(effects.message(EffectsChannel.TOPIC, "a", 2));

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(effects.byKey()).isEqualTo(Map.of("a", List.of(1, 2))));

    List<ConsumerRecord<String, byte[]>> letters = deadLetters.records();
    assertThat(letters).hasSize(3);
    assertThat(letters)
        .extracting(BatchConsumerTest::reason)
        .anyMatch(reason -> reason.contains("poison"))
        .filteredOn(reason -> reason.startsWith("cannot be read"))
        .hasSize(2);
    assertThat(
            new String(letters.getFirst().headers().lastHeader(DeadLetters.ORIGIN).value(), UTF_8))
        .startsWith(EffectsChannel.TOPIC + "-");

    // The lag of this consumer is among the metrics.
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(RestAssured.get("/q/metrics").asString())
                    .contains("kafka_consumer_fetch_manager_records_lag_max")
                    .contains("inferlab_dead_letters_total{"));
  }

  @Test
  void losesNothingWhenConnectionsBreakInTheMiddleOfBatches() throws Exception {
    long before = deadLetters.records().size();
    List<Integer> all = new ArrayList<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 25; i++) {
          all.add(1000 + all.size());
          send(effects.message(EffectsChannel.TOPIC, "b", all.getLast()));
        }
        statement.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
                + " where datname = current_database() and pid <> pg_backend_pid()");
      }
    }
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(effects.byKey()).isEqualTo(Map.of("b", all)));
    assertThat(deadLetters.records()).hasSize((int) before);
  }

  @Test
  void tellsOnlyOfWhatWasCommitted() {
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    for (int number = 0; number < 2; number++) {
      byte[] payload = effects.message("any", "c", number).payload().toByteArray();
      records.add(new ConsumerRecord<>("any", 0, number, "c", payload));
    }
    List<Integer> ran = new ArrayList<>();
    List<Integer> told = new ArrayList<>();

    consumer
        .consume(
            records,
            JobCommand.parser(),
            JobCommand::getEnvelope,
            (session, messages) -> {
              ran.add(messages.size());
              return clashAtCommit(session, messages.size()).replaceWith(messages.size());
            },
            told::add)
        .await()
        .indefinitely();

    assertThat(ran).containsExactly(2, 1, 1);
    assertThat(told).containsExactly(1, 1);
  }

  /** Two equal rows where they may be only until the transaction ends. */
  private static Uni<Integer> clashAtCommit(Mutiny.Session session, int rows) {
    return session
        .createNativeQuery(
            "create temporary table late (n int unique deferrable initially deferred) on commit drop")
        .executeUpdate()
        .chain(
            () ->
                session
                    .createNativeQuery("insert into late select 1 from generate_series(1, :rows)")
                    .setParameter("rows", rows)
                    .executeUpdate());
  }

  private static Connection connect() throws SQLException {
    Config config = ConfigProvider.getConfig();
    return DriverManager.getConnection(
        config.getValue("quarkus.datasource.jdbc.url", String.class),
        config.getValue("quarkus.datasource.username", String.class),
        config.getValue("quarkus.datasource.password", String.class));
  }

  private void send(OutboxMessage message) {
    topic.send(message.key(), message.payload().toByteArray());
  }

  private static String reason(ConsumerRecord<String, byte[]> letter) {
    return new String(letter.headers().lastHeader(DeadLetters.REASON).value(), UTF_8);
  }
}
