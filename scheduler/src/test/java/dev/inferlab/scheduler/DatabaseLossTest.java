package dev.inferlab.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.proto.job.v1.JobState;
import dev.inferlab.scheduler.lab.ComponentTest;
import dev.inferlab.scheduler.lab.FakeAgent;
import dev.inferlab.scheduler.lab.Lab;
import dev.inferlab.testkit.InfraResource;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** PostgreSQL drops every connection while jobs flow. */
@QuarkusTest
class DatabaseLossTest extends ComponentTest {

  @Test
  void everyJobStillEndsOnce() throws SQLException {
    String kind = kind();
    FakeAgent agent = eager(FakeAgent.hello(UUID.randomUUID(), "bench1", 4, kind));
    List<String> jobs = new ArrayList<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 20; i++) {
          jobs.add(lab.submit(Lab.job(kind).setMaxAttempts(10)));
        }
        statement.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
                + " where datname = current_database() and pid <> pg_backend_pid()");
      }
    }
    jobs.forEach(id -> lab.awaitState(id, JobState.SUCCEEDED));
    assertThat(FakeAgent.executions(List.of(agent))).hasSize(100);
    assertThat(agent.refusals()).as("its stream stayed").isEmpty();
  }

  private static Connection connect() throws SQLException {
    return DriverManager.getConnection(
        config(InfraResource.JDBC_URL, String.class),
        config("quarkus.datasource.username", String.class),
        config("quarkus.datasource.password", String.class));
  }
}
