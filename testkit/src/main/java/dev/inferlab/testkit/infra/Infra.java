package dev.inferlab.testkit.infra;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.testcontainers.DockerClientFactory;

/**
 * The PostgreSQL and the Kafka that all tests of this JVM share. Started at the first call, stopped
 * with the JVM.
 *
 * <p>{@code -Dinfra=containers} takes Testcontainers, {@code embedded} takes child processes of
 * this JVM, {@code auto} (the default) takes containers where a Docker engine answers.
 */
public final class Infra {
  // Quarkus may load this class several times in one JVM: what is shared is kept as plain texts in
  // system properties.
  private static final String STARTED = "inferlab.testkit.infra.";

  private final String postgresAddress;
  private final String user;
  private final String password;
  private final String bootstrapServers;

  private Infra(Map<String, String> coordinates) {
    postgresAddress = coordinates.get("postgres");
    user = coordinates.get("user");
    password = coordinates.get("password");
    bootstrapServers = coordinates.get("kafka");
  }

  public static Infra shared() {
    synchronized (System.getProperties()) {
      if (System.getProperty(STARTED + "kafka") == null) {
        Map<String, String> coordinates = dockerWanted() ? Containers.start() : embedded();
        coordinates.forEach((name, value) -> System.setProperty(STARTED + name, value));
      }
      return new Infra(
          Map.of(
              "postgres", System.getProperty(STARTED + "postgres"),
              "user", System.getProperty(STARTED + "user"),
              "password", System.getProperty(STARTED + "password"),
              "kafka", System.getProperty(STARTED + "kafka")));
    }
  }

  /** {@code host:port} of PostgreSQL. */
  public String postgresAddress() {
    return postgresAddress;
  }

  public String user() {
    return user;
  }

  public String password() {
    return password;
  }

  /** What Kafka clients take as {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** A new, empty database that nobody else uses. */
  public TestDatabase newDatabase() {
    return TestDatabase.create(postgresAddress, user, password);
  }

  // Never closed: its process ends when this JVM does.
  private static Map<String, String> embedded() {
    InfraProcess process = InfraProcess.startBoth();
    return Map.of(
        "postgres",
        process.postgresAddress(),
        "user",
        InfraProcess.POSTGRES_USER,
        "password",
        InfraProcess.POSTGRES_PASSWORD,
        "kafka",
        process.bootstrapServers());
  }

  private static boolean dockerWanted() {
    String mode = System.getProperty("infra", System.getenv().getOrDefault("INFRA", "auto"));
    return switch (mode.toLowerCase(Locale.ROOT)) {
      case "containers" -> true;
      case "embedded" -> false;
      case "auto" -> dockerAnswers();
      default ->
          throw new IllegalArgumentException(
              "-Dinfra=" + mode + " is not known; use auto, embedded or containers");
    };
  }

  // Testcontainers' own search takes seconds where there is nothing to find.
  private static boolean dockerAnswers() {
    return (System.getenv("DOCKER_HOST") != null
            || Files.exists(Path.of("/var/run/docker.sock"))
            || System.getProperty("os.name").startsWith("Windows"))
        && DockerClientFactory.instance().isDockerAvailable();
  }
}
