package dev.inferlab.testkit.infra;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.testkit.kafka.KafkaTopic;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class InfraTest {
  @Test
  void databasesAreEmptyAndApart() throws SQLException {
    TestDatabase one = Infra.shared().newDatabase();
    TestDatabase other = Infra.shared().newDatabase();
    try (Connection connection = one.connect()) {
      connection.createStatement().execute("create table t (a int)");
    }
    try (Connection connection = other.connect();
        ResultSet found =
            connection
                .createStatement()
                .executeQuery("select to_regclass('t') is null, current_setting('TimeZone')")) {
      found.next();
      assertThat(found.getBoolean(1)).isTrue();
    }
  }

  @Test
  void topicsGiveBackWhatWasSentUntilTheyAreRemoved() {
    KafkaTopic topic = new KafkaTopic(Infra.shared().bootstrapServers(), "t").create(2);
    topic.send("a", "1".getBytes(UTF_8));
    topic.send("a", "2".getBytes(UTF_8));

    assertThat(topic.records())
        .extracting(each -> new String(each.value(), UTF_8))
        .containsExactly("1", "2");

    KafkaTopic.deleteAll(topic.bootstrapServers());
    assertThat(topic.records()).isEmpty();
  }

  @Test
  void aKilledKafkaComesBackWithItsRecords() {
    try (InfraProcess kafka = InfraProcess.startKafka()) {
      KafkaTopic topic = new KafkaTopic(kafka.bootstrapServers(), "t").create(1);
      topic.send("a", "1".getBytes(UTF_8));

      kafka.kill();
      kafka.start();

      assertThat(topic.records()).hasSize(1);
    }
  }
}
