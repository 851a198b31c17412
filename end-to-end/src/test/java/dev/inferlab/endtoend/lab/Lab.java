package dev.inferlab.endtoend.lab;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.local.LocalPlatform;
import dev.inferlab.local.Ports;
import dev.inferlab.local.Settings;
import dev.inferlab.local.demo.RestClient;
import dev.inferlab.local.supervise.ChildStatus;
import dev.inferlab.local.supervise.PlatformStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * A whole Inferlab of its own, as {@code ./inferlab up} starts it, in a folder of its own and on
 * free ports. Agents know the job kinds "sleep" and "noop" besides the real ones, and have two
 * devices for them.
 */
public final class Lab implements AutoCloseable {
  public static final Duration START = Duration.ofSeconds(300);

  private static final String EXECUTOR = "dev.inferlab.agent.executor.ExecutorMain";

  private final LocalPlatform platform;

  private Lab(LocalPlatform platform) {
    this.platform = platform;
  }

  /**
   * @param home its state folder
   * @param extra environment of all processes
   */
  public static Lab start(Path home, int agents, Map<String, String> extra) throws Exception {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("INFERLAB_AGENT_EXTRA_CLASSPATH", testKinds().toString());
    environment.put("INFERLAB_AGENT_NAME", "lab");
    environment.put("INFERLAB_EXPERIMENTS_EXTENSION_KINDS", "sleep,noop");
    environment.put("INFERLAB_EXPERIMENTS_EXTENSION_EXCLUSIVE_KINDS", "sleep");
    environment.putAll(extra);
    Settings settings =
        new Settings(root(), home, cache(), Ports.free(agents), agents, environment);
    Lab lab = new Lab(new LocalPlatform(settings));
    lab.up();
    return lab;
  }

  public void up() throws Exception {
    platform.start(OptionalLong.of(ProcessHandle.current().pid()));
    platform.awaitReady(START, status -> {});
  }

  public LocalPlatform platform() {
    return platform;
  }

  public RestClient client() {
    return RestClient.of(platform.settings().gatewayUrl());
  }

  public PlatformStatus status() {
    return platform.status().orElseThrow();
  }

  public ChildStatus process(String name) {
    return status().children().stream()
        .filter(child -> child.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** All processes that agents started. */
  public List<ProcessHandle> agentsDescendants() {
    List<ProcessHandle> found = new ArrayList<>();
    for (ChildStatus child : status().children()) {
      if (child.name().startsWith("agent") && child.pid() != 0) {
        ProcessHandle.of(child.pid()).ifPresent(it -> it.descendants().forEach(found::add));
      }
    }
    return found;
  }

  /** The executors of all agents, known by their main class. */
  public List<ProcessHandle> executors() {
    return agentsDescendants().stream().filter(Lab::isExecutor).toList();
  }

  /** Known by its main class. */
  public static boolean isExecutor(ProcessHandle process) {
    try {
      // Java cuts a process's arguments at 4 KiB, and the class path alone is longer.
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
          .contains(EXECUTOR);
    } catch (IOException gone) {
      return false;
    }
  }

  /** Ids of the targets in the order of the agents. */
  public List<String> targets() throws IOException, InterruptedException {
    Map<String, String> ids = new HashMap<>();
    for (JsonNode target : client().get("/targets").path("items")) {
      ids.put(target.path("name").asText(), target.path("id").asText());
    }
    List<String> ordered = new ArrayList<>();
    for (int agent = 1; agent <= platform.settings().agents(); agent++) {
      ordered.add(ids.get(agent == 1 ? "lab" : "lab-" + agent));
    }
    return ordered;
  }

  public Connection database() throws SQLException, IOException {
    Settings settings = platform.settings();
    String password = Files.readString(settings.home().resolve("postgres.password")).strip();
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + settings.ports().postgres() + "/inferlab",
        "inferlab",
        password);
  }

  /** What each agent says that it really ran. */
  public List<Path> executionLogs() {
    List<Path> logs = new ArrayList<>();
    for (int agent = 1; agent <= platform.settings().agents(); agent++) {
      logs.add(platform.settings().agentState(agent).resolve("executions.log"));
    }
    return logs;
  }

  @Override
  public void close() throws IOException {
    platform.stop();
  }

  public static Path root() {
    return Path.of(System.getProperty("inferlab.root", "..")).toAbsolutePath().normalize();
  }

  public static Path cache() {
    String cache = System.getenv("INFERLAB_CACHE");
    return cache == null
        ? Path.of(System.getProperty("user.home"), ".cache", "inferlab")
        : Path.of(cache);
  }

  private static Path testKinds() throws IOException {
    Path target = root().resolve("worker-agent/target");
    try (Stream<Path> files = Files.list(target)) {
      return files
          .filter(
              file -> file.getFileName().toString().matches("inferlab-worker-agent-.*-tests\\.jar"))
          .findFirst()
          .orElseThrow(
              () -> new IOException("the agent's test kinds are not packaged: run 'mvn verify'"));
    }
  }
}
