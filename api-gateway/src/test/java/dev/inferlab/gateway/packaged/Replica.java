package dev.inferlab.gateway.packaged;

import static org.awaitility.Awaitility.await;

import dev.inferlab.gateway.testing.Lab;
import dev.inferlab.gateway.testing.SseClient;
import dev.inferlab.testkit.infra.TestDatabase;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionFactory;

/** A gateway as it is shipped, in a process of its own that does not outlive this one. */
final class Replica implements AutoCloseable {
  private static final Path APPLICATION = Path.of("target/quarkus-app/quarkus-run.jar");
  private static final Pattern ADDRESS =
      Pattern.compile("Listening on: (http://127\\.0\\.0\\.1:\\d+)");

  private final String name;
  private final ProcessBuilder builder;
  private int starts;
  private volatile Process process;
  private volatile Path log;
  private volatile String url;

  Replica(String name, String kafka, TestDatabase database) {
    this.name = name;
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
                // Any that is free then; the log tells which.
                Map.entry("QUARKUS_HTTP_PORT", "0"),
                Map.entry("QUARKUS_DATASOURCE_REACTIVE_URL", database.reactiveUrl()),
                Map.entry("QUARKUS_DATASOURCE_JDBC_URL", database.jdbcUrl()),
                Map.entry("QUARKUS_DATASOURCE_USERNAME", database.user()),
                Map.entry("QUARKUS_DATASOURCE_PASSWORD", database.password()),
                Map.entry("KAFKA_BOOTSTRAP_SERVERS", kafka),
                Map.entry("INFERLAB_ARTIFACTS_FOLDER_PATH", "target/packaged/artifacts"),
                Map.entry("INFERLAB_STAGING_PATH", "target/packaged/" + name),
                Map.entry("INFERLAB_EXPERIMENTS_EXTENSION_KINDS", "noop")));
    builder.redirectErrorStream(true);
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::close));
  }

  /** With these settings too, from its next start. */
  Replica with(Map<String, String> environment) {
    builder.environment().putAll(environment);
    return this;
  }

  /** Again, if it was killed, and then at another address. */
  void start() throws IOException {
    starts++;
    log = Path.of("target/packaged-%s-%d.log".formatted(name, starts));
    builder.redirectOutput(log.toFile());
    process = builder.start();
  }

  void awaitListening() {
    url = patiently().until(this::address, Optional::isPresent).orElseThrow();
  }

  void awaitReady() {
    awaitListening();
    patiently()
        .ignoreExceptions()
        .until(() -> RestAssured.given().get(url + "/q/health/ready").statusCode() == 200);
  }

  private ConditionFactory patiently() {
    return await()
        .atMost(Duration.ofMinutes(2))
        .failFast("The gateway has ended, see " + log, () -> !process.isAlive());
  }

  private Optional<String> address() throws IOException {
    return ADDRESS
        .matcher(Files.readString(log))
        .results()
        .findFirst()
        .map(found -> found.group(1));
  }

  String log() throws IOException {
    return Files.readString(log);
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
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    if (process != null) {
      kill();
    }
  }
}
