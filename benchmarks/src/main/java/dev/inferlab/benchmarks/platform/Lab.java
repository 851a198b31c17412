package dev.inferlab.benchmarks.platform;

import dev.inferlab.local.LocalPlatform;
import dev.inferlab.local.Ports;
import dev.inferlab.local.Settings;
import dev.inferlab.local.postgres.PostgresServer;
import dev.inferlab.local.supervise.ChildStatus;
import dev.inferlab.local.supervise.PlatformStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * A whole Inferlab for one benchmark: real processes, a temporary home, free ports, durable
 * commits.
 */
final class Lab implements AutoCloseable {
  /** The name of the real agent's target. */
  static final String AGENT = "bench-real";

  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final Settings settings;
  private final LocalPlatform platform;

  private Lab(Settings settings) {
    this.settings = settings;
    this.platform = new LocalPlatform(settings);
  }

  /**
   * Starts everything, twice: PostgreSQL can only be asked to remember the moment of every commit
   * before it starts.
   */
  static Lab start(Map<String, String> environment) throws Exception {
    Map<String, String> own = new HashMap<>(environment);
    Path home = Files.createTempDirectory("inferlab-bench");
    own.put("INFERLAB_HOME", home.toString());
    own.put("INFERLAB_PORT", Integer.toString(freeBasePort()));
    own.put("INFERLAB_LOCAL_AGENTS", "1");
    own.put("INFERLAB_AGENT_NAME", AGENT);
    own.put("INFERLAB_EXPERIMENTS_EXTENSION_KINDS", "noop");
    Lab lab = new Lab(Settings.from(own));
    try {
      lab.up();
      try (Connection connection = lab.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("alter system set track_commit_timestamp = on");
      }
      lab.platform.stop();
      lab.up();
      return lab;
    } catch (Exception | Error e) {
      System.err.println("The logs are kept in " + lab.settings.logs());
      lab.platform.stop();
      throw e;
    }
  }

  private void up() throws IOException, InterruptedException {
    platform.start(OptionalLong.of(ProcessHandle.current().pid()));
    platform.awaitReady(PATIENCE, status -> {});
  }

  URI gateway() {
    return URI.create(settings.gatewayUrl());
  }

  int schedulerGrpcPort() {
    return settings.ports().schedulerGrpc();
  }

  Path home() {
    return settings.home();
  }

  Path artifacts() {
    return settings.artifacts();
  }

  /** The jars that the real agent runs from. */
  Path agentLibraries() {
    return settings.root().resolve("worker-agent/target/agent/lib");
  }

  String jdbcUrl() {
    return postgres().jdbcUrl();
  }

  String user() {
    return PostgresServer.USER;
  }

  String password() {
    try {
      return postgres().password();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(jdbcUrl(), user(), password());
  }

  /** A setting of the database, as it is in force. */
  String databaseSetting(String name) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("show " + name)) {
      row.next();
      return row.getString(1);
    }
  }

  /** Of the named child processes: "gateway", "scheduler", "postgres", "kafka", "agent". */
  ProcessMeter meter(String... names) {
    List<String> wanted = List.of(names);
    PlatformStatus status = platform.status().orElseThrow();
    return new ProcessMeter(
        status.children().stream()
            .filter(child -> wanted.contains(child.name()))
            .map(ChildStatus::pid)
            .toList());
  }

  @Override
  public void close() throws IOException {
    platform.stop();
    try (Stream<Path> files = Files.walk(settings.home())) {
      files.sorted(Comparator.reverseOrder()).forEach(Lab::delete);
    }
  }

  private PostgresServer postgres() {
    try {
      return PostgresServer.in(
          settings.postgresData(), settings.cache(), settings.ports().postgres());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      System.err.println("Left behind: " + path);
    }
  }

  /** A base port whose neighbours, which the other processes take, are free too. */
  private static int freeBasePort() {
    for (int base = 21_000; base < 31_000; base += 40) {
      if (allFree(new Ports(base))) {
        return base;
      }
    }
    throw new IllegalStateException("There are no free ports from 21000 to 31000");
  }

  private static boolean allFree(Ports ports) {
    for (int port = ports.base(); port <= ports.kafkaController(); port++) {
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        socket.setReuseAddress(false);
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }
}
