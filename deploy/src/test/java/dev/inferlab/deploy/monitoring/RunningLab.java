package dev.inferlab.deploy.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.deploy.Repository;
import dev.inferlab.deploy.Tool;
import dev.inferlab.local.LocalPlatform;
import dev.inferlab.local.Ports;
import dev.inferlab.local.Settings;
import dev.inferlab.local.demo.RestClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** A whole Inferlab in a temporary folder, used as any client uses it. */
final class RunningLab implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final String AGENT = "monitored";

  private final Settings settings;
  private final LocalPlatform platform;
  private final RestClient client;

  private RunningLab(Settings settings) {
    this.settings = settings;
    this.platform = new LocalPlatform(settings);
    this.client = RestClient.of(settings.gatewayUrl());
  }

  static RunningLab start(Path home) throws IOException, InterruptedException {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("INFERLAB_ROOT", Repository.root().toString());
    environment.put("INFERLAB_HOME", home.toString());
    environment.put("INFERLAB_PORT", Integer.toString(Ports.free(1).base()));
    environment.put("INFERLAB_LOCAL_AGENTS", "1");
    environment.put("INFERLAB_AGENT_NAME", AGENT);
    RunningLab lab = new RunningLab(Settings.from(environment));
    try {
      lab.platform.start(OptionalLong.of(ProcessHandle.current().pid()));
      lab.platform.awaitReady(PATIENCE, status -> {});
      return lab;
    } catch (IOException | InterruptedException | RuntimeException e) {
      lab.close();
      throw e;
    }
  }

  Ports ports() {
    return settings.ports();
  }

  /** One that somebody has opened before. */
  String anyProject() throws IOException, InterruptedException {
    return client.get("/projects").path("items").path(0).path("id").asText();
  }

  /** Submits a profile of one point; gives the experiment's id. */
  String profile(String projectId, int seconds) throws IOException, InterruptedException {
    Map<String, ?> options =
        Map.of(
            "grid",
            Map.of("batches", List.of(1), "streams", List.of(1)),
            "durationSeconds",
            seconds);
    return client
        .post("/experiments", Map.of("projectId", projectId, "kind", "profile", "options", options))
        .path("id")
        .asText();
  }

  void awaitExperiment(String id, String state) throws IOException, InterruptedException {
    await("/experiments/" + id, experiment -> experiment.path("state").asText().equals(state));
  }

  void awaitTarget(String state) throws IOException, InterruptedException {
    await(
        "/targets?name=" + AGENT,
        page -> page.path("items").path(0).path("state").asText().equals(state));
  }

  /** SIGKILLs the processes that run models, as a crash in native code would end them. */
  void killExecutors() {
    agent().descendants().forEach(ProcessHandle::destroyForcibly);
  }

  void pauseAgent(boolean pause) throws IOException, InterruptedException {
    Tool.run(
        settings.home(), Map.of(), "kill", pause ? "-STOP" : "-CONT", Long.toString(agent().pid()));
  }

  private ProcessHandle agent() {
    return platform.status().orElseThrow().children().stream()
        .filter(child -> child.name().equals("agent"))
        .findFirst()
        .flatMap(child -> ProcessHandle.of(child.pid()))
        .orElseThrow();
  }

  @Override
  public void close() throws IOException {
    platform.stop();
  }

  private void await(String path, Predicate<JsonNode> wanted)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    JsonNode last = client.get(path);
    while (!wanted.test(last)) {
      if (System.nanoTime() > deadline || last.path("state").asText().equals("FAILED")) {
        throw new AssertionError(path + " did not become what was wanted: " + last);
      }
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      last = client.get(path);
    }
  }
}
