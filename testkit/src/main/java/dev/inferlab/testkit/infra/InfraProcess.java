package dev.inferlab.testkit.infra;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A child process with an embedded PostgreSQL, Kafka or both. Tests that kill and restart Kafka
 * start one of their own with {@link #startKafka()}; all others share {@link Infra#shared()}.
 */
public final class InfraProcess implements AutoCloseable {
  static final String POSTGRES_USER = "postgres";
  static final String POSTGRES_PASSWORD = "postgres";

  private final Path folder;
  private final List<String> parts;
  private final int kafkaPort;
  private final int controllerPort;
  private Process process;
  private Map<String, String> said = Map.of();

  private InfraProcess(Path folder, List<String> parts) {
    this.folder = folder;
    this.parts = parts;
    try {
      try (ServerSocket first = anyPort();
          ServerSocket second = anyPort()) {
        kafkaPort = first.getLocalPort();
        controllerPort = second.getLocalPort();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // The process ends by itself when this JVM does; its folder is for us to remove.
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::close));
  }

  static InfraProcess startBoth() {
    return new InfraProcess(newFolder(), List.of("postgres", "kafka")).start();
  }

  /** A Kafka of one's own. */
  public static InfraProcess startKafka() {
    return new InfraProcess(newFolder(), List.of("kafka")).start();
  }

  /** Both, under TLS, and Kafka with a password; see {@link #encryption()}. */
  public static InfraProcess startEncrypted() {
    Path folder = newFolder();
    Encryption.make(folder);
    return new InfraProcess(folder, List.of("postgres", "kafka", "encrypted")).start();
  }

  /** Where its certificates lie, if it was started with {@link #startEncrypted()}. */
  public Encryption encryption() {
    return Encryption.in(folder);
  }

  private static Path newFolder() {
    try {
      return Files.createTempDirectory("inferlab-infra-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts again after {@link #kill()}, with the same data at the same address. */
  public synchronized InfraProcess start() {
    if (process != null && process.isAlive()) {
      return this;
    }
    Path log = folder.resolve("infra.log");
    try {
      process =
          new ProcessBuilder(command())
              .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      said = readUntilReady(process, log);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As {@code kill -9} does; returns when the process is gone. */
  public synchronized void kill() {
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public String bootstrapServers() {
    return said.get("kafka");
  }

  /** A new, empty database of this PostgreSQL. */
  public TestDatabase newDatabase() {
    return TestDatabase.create(postgresAddress(), POSTGRES_USER, POSTGRES_PASSWORD);
  }

  String postgresAddress() {
    return said.get("postgres");
  }

  @Override
  public synchronized void close() {
    try {
      if (process.isAlive()) {
        process.getOutputStream().close();
        process.waitFor();
      }
      Folders.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<String> command() {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-cp",
                System.getProperty("java.class.path"),
                InfraMain.class.getName(),
                folder.toString(),
                Integer.toString(kafkaPort),
                Integer.toString(controllerPort)));
    command.addAll(parts);
    return command;
  }

  private static Map<String, String> readUntilReady(Process process, Path log) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    Map<String, String> said = new HashMap<>();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.equals("ready")) {
        return said;
      }
      int equals = line.indexOf('=');
      said.put(line.substring(0, equals), line.substring(equals + 1));
    }
    throw new IOException(
        "The embedded PostgreSQL or Kafka did not start:\n" + Files.readString(log));
  }

  private static ServerSocket anyPort() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }
}
