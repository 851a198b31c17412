package dev.inferlab.testkit;

import dev.inferlab.testkit.infra.Infra;
import dev.inferlab.testkit.infra.TestDatabase;
import dev.inferlab.testkit.kafka.KafkaTopic;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;

/**
 * Gives a {@code @QuarkusTest} its PostgreSQL and Kafka:
 * {@code @WithTestResource(InfraResource.class)}.
 *
 * <p>The servers are those of {@link Infra#shared()}. Every start of a Quarkus application gets an
 * empty database and a Kafka without topics, so tests of different profiles do not see each other's
 * data.
 */
public final class InfraResource implements QuarkusTestResourceLifecycleManager {
  /**
   * Configuration key under which a test finds its database's JDBC URL (user and password are the
   * data source's).
   */
  public static final String JDBC_URL = "quarkus.datasource.jdbc.url";

  @Override
  public Map<String, String> start() {
    Infra infra = Infra.shared();
    KafkaTopic.deleteAll(infra.bootstrapServers());
    TestDatabase database = infra.newDatabase();
    Map<String, String> configuration = new HashMap<>();
    configuration.put("quarkus.datasource.username", database.user());
    configuration.put("quarkus.datasource.password", database.password());
    configuration.put("quarkus.datasource.reactive.url", database.reactiveUrl());
    configuration.put(JDBC_URL, database.jdbcUrl());
    configuration.put("kafka.bootstrap.servers", infra.bootstrapServers());
    return configuration;
  }

  @Override
  public void stop() {
    // The servers are shared and end with the JVM.
  }
}
