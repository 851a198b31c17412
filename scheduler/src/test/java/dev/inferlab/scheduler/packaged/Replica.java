package dev.inferlab.scheduler.packaged;

import dev.inferlab.scheduler.lab.AgentPort;
import dev.inferlab.testkit.infra.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;

/** A scheduler as it is shipped, in a process of its own. */
final class Replica implements AutoCloseable {

  private static final Path APPLICATION = Path.of("target/quarkus-app/quarkus-run.jar");

  final int agentPort = AgentPort.free();
  private final int httpPort = AgentPort.free();
  private final Process process;

  Replica(String name, String kafka, TestDatabase database) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-jar",
            APPLICATION.toString());
    builder
        .environment()
        .putAll(
            Map.ofEntries(
                Map.entry("QUARKUS_HTTP_PORT", Integer.toString(httpPort)),
                Map.entry("QUARKUS_GRPC_SERVER_PORT", Integer.toString(agentPort)),
                Map.entry("QUARKUS_DATASOURCE_REACTIVE_URL", database.reactiveUrl()),
                Map.entry("QUARKUS_DATASOURCE_JDBC_URL", database.jdbcUrl()),
                Map.entry("QUARKUS_DATASOURCE_USERNAME", database.user()),
                Map.entry("QUARKUS_DATASOURCE_PASSWORD", database.password()),
                Map.entry("KAFKA_BOOTSTRAP_SERVERS", kafka),
                Map.entry("INFERLAB_ARTIFACTS_FOLDER_PATH", "target/artifacts"),
                Map.entry("INFERLAB_SCHEDULER_HEARTBEAT_INTERVAL", "1s"),
                Map.entry("INFERLAB_SCHEDULER_LEASE_TIME", "4s")));
    builder.redirectErrorStream(true);
    builder.redirectOutput(new File("target/" + name + ".log"));
    process = builder.start();
  }

  Replica ready() {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/q/health/ready".formatted(httpPort)))
            .build();
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .ignoreExceptions()
        .until(() -> client.send(request, BodyHandlers.discarding()).statusCode() == 200);
    // Ready must mean that agents can come, too.
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), agentPort)) {
      return this;
    } catch (IOException e) {
      throw new AssertionError("it says that it is ready, but serves no agents", e);
    }
  }

  /** As by {@code kill}; returns when it has ended. */
  void stop() throws InterruptedException {
    process.destroy();
    process.waitFor();
  }

  /** As by {@code kill -9}. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
