package dev.inferlab.local.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.local.Await;
import dev.inferlab.local.Ports;
import dev.inferlab.local.Settings;
import dev.inferlab.local.supervise.ChildStatus;
import dev.inferlab.local.supervise.PlatformState;
import dev.inferlab.local.supervise.PlatformStatus;
import dev.inferlab.local.supervise.StatusFile;
import dev.inferlab.local.supervise.Supervisor;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerTest {
  @TempDir private Path home;

  @Test
  void committedRowsSurviveKillAndRestartAndAnOrphanIsStopped() throws Exception {
    Settings settings = new Settings(home, home, cache(), new Ports(20_000), 1, Map.of());
    Files.createDirectories(settings.run());
    Files.createDirectories(settings.logs());
    PostgresServer server =
        PostgresServer.in(settings.postgresData(), settings.cache(), freePort());
    server.initialise();

    Supervisor first = new Supervisor(settings, List.of(server.spec()), InstantSource.system());
    first.start();
    awaitReady(settings, 0);
    assertThat(ask(server, "show fsync")).isEqualTo("on");
    ask(server, "create table kept as select 42 as answer; select 'made'");
    ProcessHandle.of(child(settings).pid()).orElseThrow().destroyForcibly();
    awaitReady(settings, 1);
    assertThat(ask(server, "select answer from kept")).isEqualTo("42");

    // A second supervisor over the same folder, as after a kill of the first: one server must
    // remain, and only one.
    long orphan = child(settings).pid();
    Supervisor second = new Supervisor(settings, List.of(server.spec()), InstantSource.system());
    second.start();
    Await.until(
        "the orphan ends", () -> ProcessHandle.of(orphan).filter(ProcessHandle::isAlive).isEmpty());
    first.stop().get(30, TimeUnit.SECONDS);
    Await.until("the new server answers", () -> answers(server));
    assertThat(ask(server, "select answer from kept")).isEqualTo("42");
    second.stop().get(30, TimeUnit.SECONDS);
    assertThat(answers(server)).isFalse();
  }

  private static Path cache() {
    String cache = System.getenv("INFERLAB_CACHE");
    return cache == null
        ? Path.of(System.getProperty("user.home"), ".cache", "inferlab")
        : Path.of(cache);
  }

  private static void awaitReady(Settings settings, int restarts) throws Exception {
    StatusFile file = StatusFile.in(settings.run());
    Await.until(
        "PostgreSQL is ready",
        () ->
            file.read()
                .filter(status -> status.state() == PlatformState.READY)
                .map(PlatformStatus::children)
                .filter(children -> children.getFirst().restarts() >= restarts)
                .isPresent());
  }

  private static ChildStatus child(Settings settings) {
    return StatusFile.in(settings.run()).read().orElseThrow().children().getFirst();
  }

  private static boolean answers(PostgresServer server) {
    try {
      return ask(server, "select 1").equals("1");
    } catch (Exception notYet) {
      return false;
    }
  }

  private static String ask(PostgresServer server, String sql) throws Exception {
    try (Connection connection =
            DriverManager.getConnection(server.jdbcUrl(), PostgresServer.USER, server.password());
        var statement = connection.createStatement()) {
      boolean rows = statement.execute(sql);
      while (!rows) {
        rows = statement.getMoreResults();
      }
      try (ResultSet result = statement.getResultSet()) {
        result.next();
        return result.getString(1);
      }
    }
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
