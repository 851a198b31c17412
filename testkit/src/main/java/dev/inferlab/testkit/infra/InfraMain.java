package dev.inferlab.testkit.infra;

import dev.inferlab.local.kafka.EmbeddedKafka;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The child process with the embedded PostgreSQL or Kafka or both. Says on its standard output
 * where they are, and ends when its standard input does, that is when the JVM that started it is
 * gone, however that went.
 */
final class InfraMain {
  private InfraMain() {}

  /**
   * @param arguments a folder, Kafka's port (0: any), Kafka's controller port (0: any), then
   *     "postgres", "kafka" or both, and "encrypted" where {@link Encryption} is in the folder
   */
  public static void main(String[] arguments) throws Exception {
    // Libraries print to System.out at times; only our lines may reach the parent.
    PrintStream parent = System.out;
    System.setOut(System.err);
    Path folder = Path.of(arguments[0]);
    List<String> wanted = List.of(arguments).subList(3, arguments.length);
    Optional<Encryption> encryption =
        wanted.contains("encrypted") ? Optional.of(Encryption.in(folder)) : Optional.empty();
    CompletableFuture<EmbeddedPostgres> postgres =
        wanted.contains("postgres")
            ? CompletableFuture.supplyAsync(() -> startPostgres(folder, encryption))
            : CompletableFuture.completedFuture(null);
    if (wanted.contains("kafka")) {
      EmbeddedKafka kafka =
          EmbeddedKafka.start(
              folder.resolve("kafka"),
              Integer.parseInt(arguments[1]),
              Integer.parseInt(arguments[2]),
              encryption.map(Encryption::kafka).orElse(Map.of()));
      parent.println("kafka=" + kafka.bootstrapServers());
    }
    if (postgres.get() != null) {
      parent.println("postgres=127.0.0.1:" + postgres.get().getPort());
    }
    parent.println("ready");
    parent.flush();
    while (System.in.read() >= 0) {
      // The parent never writes; the read ends with it.
    }
    if (postgres.get() != null) {
      postgres.get().close();
    }
    // The parent is gone and the data is thrown away: no need for an orderly stop of Kafka.
    Runtime.getRuntime().halt(0);
  }

  private static EmbeddedPostgres startPostgres(Path folder, Optional<Encryption> encryption) {
    try {
      EmbeddedPostgres.Builder server =
          EmbeddedPostgres.builder()
              .setOverrideWorkingDirectory(folder.resolve("postgres").toFile())
              .setPGStartupWait(Duration.ofSeconds(60))
              .setServerConfig("max_connections", "200")
              .setServerConfig("shared_buffers", "64MB")
              .setServerConfig("timezone", "UTC");
      encryption.map(Encryption::postgres).orElse(Map.of()).forEach(server::setServerConfig);
      return server.start();
    } catch (IOException e) {
      throw new UncheckedIOException("PostgreSQL did not start", e);
    }
  }
}
