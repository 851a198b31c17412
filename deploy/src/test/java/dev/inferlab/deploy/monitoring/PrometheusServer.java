package dev.inferlab.deploy.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferlab.deploy.Repository;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** A real Prometheus with the configuration that we ship, except for ports and a faster cadence. */
final class PrometheusServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final InstantSource clock = InstantSource.system();
  private final URI api;
  private final Process process;

  private PrometheusServer(URI api, Process process) {
    this.api = api;
    this.process = process;
  }

  /**
   * @param ports by the default port that the configuration names
   */
  static PrometheusServer start(Path program, Path folder, Map<Integer, Integer> ports)
      throws IOException {
    String configuration =
        Repository.text(Repository.deploy().resolve("prometheus/prometheus-local.yml"))
            .replace("rules/inferlab.yml", Query.RULES.toString())
            .replace("_interval: 5s", "_interval: 1s");
    for (Map.Entry<Integer, Integer> port : ports.entrySet()) {
      configuration =
          configuration.replace(":" + port.getKey() + "\"", ":" + port.getValue() + "\"");
    }
    Path file = Files.writeString(folder.resolve("prometheus.yml"), configuration);
    int port = freePort();
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--config.file=" + file,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(new File(folder.toFile(), "prometheus.log"))
            .start();
    return new PrometheusServer(URI.create("http://127.0.0.1:" + port + "/"), process);
  }

  /**
   * How many series a panel would draw for the last minutes; -1 while the server does not answer.
   */
  int series(String expression) throws InterruptedException {
    long now = clock.instant().getEpochSecond();
    try {
      JsonNode answer =
          get(
              "api/v1/query_range?step=2&start=%d&end=%d&query=%s"
                  .formatted(
                      now - 600, now, URLEncoder.encode(expression, StandardCharsets.UTF_8)));
      return answer.path("status").asText().equals("success")
          ? answer.path("data").path("result").size()
          : -1;
    } catch (IOException e) {
      return -1;
    }
  }

  Set<String> metricNames() throws IOException, InterruptedException {
    Set<String> names = new TreeSet<>();
    get("api/v1/label/__name__/values").path("data").forEach(name -> names.add(name.asText()));
    return names;
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(api.resolve(path)).timeout(Duration.ofSeconds(5)).build();
    return JSON.readTree(http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body());
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    http.close();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
