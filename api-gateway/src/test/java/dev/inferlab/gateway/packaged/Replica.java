package dev.inferlab.gateway.packaged;

import static org.awaitility.Awaitility.await;

import dev.inferlab.gateway.testing.Lab;
import dev.inferlab.gateway.testing.SseClient;
import dev.inferlab.testkit.infra.TestDatabase;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A gateway as it is shipped, in a process of its own. */
final class Replica implements AutoCloseable {
  private static final Path APPLICATION = Path.of("target/quarkus-app/quarkus-run.jar");

  private final String url;
  private final ProcessBuilder builder;
  private Process process;

  Replica(String name, String kafka, TestDatabase database) throws IOException {
    int port = freePort();
    url = "http://127.0.0.1:" + port;
    builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-jar",
            APPLICATION.toString());
    builder
        .environment()
        .putAll(
            Map.ofEntries(
                Map.entry("QUARKUS_HTTP_HOST", "127.0.0.1"),
                Map.entry("QUARKUS_HTTP_PORT", Integer.toString(port)),
                Map.entry("QUARKUS_DATASOURCE_REACTIVE_URL", database.reactiveUrl()),
                Map.entry("QUARKUS_DATASOURCE_JDBC_URL", database.jdbcUrl()),
                Map.entry("QUARKUS_DATASOURCE_USERNAME", database.user()),
                Map.entry("QUARKUS_DATASOURCE_PASSWORD", database.password()),
                Map.entry("KAFKA_BOOTSTRAP_SERVERS", kafka),
                Map.entry("INFERLAB_ARTIFACTS_FOLDER_PATH", "target/packaged/artifacts"),
                Map.entry("INFERLAB_STAGING_PATH", "target/packaged/" + name),
                Map.entry("INFERLAB_EXPERIMENTS_EXTENSION_KINDS", "noop")));
    builder.redirectErrorStream(true);
    builder.redirectOutput(
        ProcessBuilder.Redirect.appendTo(new File("target/packaged-" + name + ".log")));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** At the same address as before, if it was killed. */
  void start() throws IOException {
    process = builder.start();
  }

  void awaitReady() {
    await()
        .atMost(Duration.ofMinutes(2))
        .ignoreExceptions()
        .until(() -> RestAssured.given().get(url + "/q/health/ready").statusCode() == 200);
  }

  RequestSpecification given() {
    return RestAssured.given().baseUri(url).basePath(Lab.API);
  }

  RequestSpecification json(Map<String, ?> body) {
    return given().contentType(ContentType.JSON).body(body);
  }

  SseClient events(String query, String lastEventId) throws IOException {
    return SseClient.open(URI.create(url + Lab.API + "/events"), query, lastEventId);
  }

  /** As by {@code kill -9}; returns when it has ended. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    if (process != null) {
      kill();
    }
  }
}
