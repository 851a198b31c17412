package dev.inferlab.deploy.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferlab.deploy.Repository;
import dev.inferlab.deploy.Tool;
import dev.inferlab.local.LocalPlatform;
import dev.inferlab.local.Ports;
import dev.inferlab.local.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** A whole Inferlab in a temporary folder, used as any client uses it. */
final class RunningLab implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final String AGENT = "monitored";

  private final Settings settings;
  private final LocalPlatform platform;
  private final HttpClient http = HttpClient.newHttpClient();

  private RunningLab(Settings settings) {
    this.settings = settings;
    this.platform = new LocalPlatform(settings);
  }

  /** Whether the programs that it starts are built; in {@code mvn verify} they are. */
  static boolean isBuilt() {
    Path root = Repository.root();
    return Files.exists(root.resolve("api-gateway/target/quarkus-app/quarkus-run.jar"))
        && Files.exists(root.resolve("scheduler/target/quarkus-app/quarkus-run.jar"))
        && Files.exists(root.resolve("worker-agent/target/agent/lib"));
  }

  static RunningLab start(Path home) throws IOException, InterruptedException {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("INFERLAB_ROOT", Repository.root().toString());
    environment.put("INFERLAB_HOME", home.toString());
    environment.put("INFERLAB_PORT", Integer.toString(freeBasePort()));
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
    return get("projects").path("items").path(0).path("id").asText();
  }

  /** Submits a profile of one point; gives the experiment's id. */
  String profile(String projectId, int seconds) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri("experiments"))
            .header("Content-Type", "application/json")
            .POST(
                BodyPublishers.ofString(
                    """
                    {"projectId": "%s", "kind": "profile", "options": {
                      "grid": {"batches": [1], "streams": [1]}, "durationSeconds": %d}}
                    """
                        .formatted(projectId, seconds)))
            .build();
    return send(request).path("id").asText();
  }

  void awaitExperiment(String id, String state) throws IOException, InterruptedException {
    await("experiments/" + id, experiment -> experiment.path("state").asText().equals(state));
  }

  void awaitTarget(String state) throws IOException, InterruptedException {
    await(
        "targets?name=" + AGENT,
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
    http.close();
  }

  private void await(String path, Predicate<JsonNode> wanted)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    JsonNode last = get(path);
    while (!wanted.test(last)) {
      if (System.nanoTime() > deadline || last.path("state").asText().equals("FAILED")) {
        throw new AssertionError(path + " did not become what was wanted: " + last);
      }
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      last = get(path);
    }
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri(path)).build());
  }

  private JsonNode send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() >= 300) {
      throw new AssertionError(
          request.uri() + ": " + new String(answer.body(), StandardCharsets.UTF_8));
    }
    return JSON.readTree(answer.body());
  }

  private URI uri(String path) {
    return URI.create(settings.gatewayUrl() + "/api/v1/" + path);
  }

  private static int freeBasePort() {
    for (int base = 31_000; base < 41_000; base += 40) {
      if (allFree(base)) {
        return base;
      }
    }
    throw new IllegalStateException("There are no free ports");
  }

  private static boolean allFree(int base) {
    for (int port = base; port < base + 10; port++) {
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        socket.setReuseAddress(false);
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }
}
