package dev.inferlab.local;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/**
 * What one machine's Inferlab is made of: where the built programs lie, where its state goes, which
 * ports it takes.
 *
 * @param root the checkout with the built modules
 * @param home the state folder; everything that must survive a restart is in it
 * @param cache what can be brought again: PostgreSQL's programs, the OpenVINO runtime, models
 * @param agents how many agents run here; more than one is for tests and benchmarks
 * @param environment of the child processes, before what each one needs is added
 */
public record Settings(
    Path root, Path home, Path cache, Ports ports, int agents, Map<String, String> environment) {

  private static final int MOST_AGENTS = 16;

  public Settings {
    root = root.toAbsolutePath().normalize();
    home = home.toAbsolutePath().normalize();
    cache = cache.toAbsolutePath().normalize();
    environment = Map.copyOf(environment);
    if (agents < 1 || agents > MOST_AGENTS) {
      throw new SettingsException(
          "INFERLAB_LOCAL_AGENTS=" + agents + " is not usable.", "Choose from 1 to 16.");
    }
  }

  /**
   * Reads {@code INFERLAB_ROOT}, {@code INFERLAB_HOME}, {@code INFERLAB_CACHE}, {@code
   * INFERLAB_PORT}.
   */
  public static Settings from(Map<String, String> environment) {
    Path root = Path.of(environment.getOrDefault("INFERLAB_ROOT", "."));
    return new Settings(
        root,
        path(environment, "INFERLAB_HOME", root.resolve(".inferlab")),
        path(
            environment,
            "INFERLAB_CACHE",
            Path.of(System.getProperty("user.home"), ".cache", "inferlab")),
        new Ports(number(environment, "INFERLAB_PORT", Ports.DEFAULT_BASE)),
        number(environment, "INFERLAB_LOCAL_AGENTS", 1),
        environment);
  }

  private static Path path(Map<String, String> environment, String name, Path otherwise) {
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      return otherwise;
    }
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw new SettingsException(
          name + " has characters that no path has in this locale.",
          "Use plain letters, or a UTF-8 locale: LC_ALL=C.UTF-8 ./inferlab up");
    }
  }

  private static int number(Map<String, String> environment, String name, int otherwise) {
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      return otherwise;
    }
    try {
      return Integer.parseInt(value.strip());
    } catch (NumberFormatException e) {
      throw new SettingsException(
          name + "=" + value + " is not a number.", "Set it to a number, or unset it.");
    }
  }

  public Path logs() {
    return home.resolve("logs");
  }

  public Path run() {
    return home.resolve("run");
  }

  public Path postgresData() {
    return home.resolve("postgres");
  }

  public Path kafkaData() {
    return home.resolve("kafka");
  }

  public Path artifacts() {
    return home.resolve("artifacts");
  }

  /**
   * @param number from 1
   */
  public Path agentState(int number) {
    return home.resolve(agentName(number));
  }

  /** The supervisor's name for an agent: "agent", "agent-2", … */
  public String agentName(int number) {
    return number == 1 ? "agent" : "agent-" + number;
  }

  /** Whether this run, if it is a build's first, prepares faster starts of the later ones. */
  public boolean recordsStart() {
    return "1".equals(environment.get("INFERLAB_FASTER_START"));
  }

  public String gatewayUrl() {
    return "http://127.0.0.1:" + ports.gateway();
  }
}
