package dev.inferlab.testkit.infra;

import java.util.Map;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** PostgreSQL and Kafka in containers. Testcontainers removes them when this JVM has ended. */
final class Containers {
  private static final String POSTGRES = "postgres:18-alpine";
  private static final String KAFKA = "apache/kafka-native:4.1.1";

  private Containers() {}

  @SuppressWarnings("resource") // they live as long as the JVM
  static Map<String, String> start() {
    PostgreSQLContainer postgres = new PostgreSQLContainer(POSTGRES);
    KafkaContainer kafka =
        new KafkaContainer(KAFKA).withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false");
    postgres.start();
    kafka.start();
    return Map.of(
        "postgres", postgres.getHost() + ":" + postgres.getFirstMappedPort(),
        "user", postgres.getUsername(),
        "password", postgres.getPassword(),
        "kafka", kafka.getBootstrapServers());
  }
}
