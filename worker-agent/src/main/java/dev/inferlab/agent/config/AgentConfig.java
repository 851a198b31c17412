package dev.inferlab.agent.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The agent's settings, checked. */
public record AgentConfig(
    String scheduler,
    String name,
    Path stateFolder,
    Map<String, String> labels,
    int slots,
    String httpHost,
    int httpPort,
    long cacheLimitBytes,
    TlsConfig tls,
    ExecutorConfig executor,
    Duration stopGrace,
    String logLevel) {

  private static final Pattern ENDPOINT =
      Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^:/\\s]+):\\d{1,5}");
  private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,62}");

  /**
   * Reads the settings.
   *
   * @throws InvalidConfigException with the setting's name and what it takes
   */
  public static AgentConfig of(List<String> arguments, Map<String, String> environment) {
    Settings settings = new Settings(arguments, environment);
    if (!ENDPOINT.matcher(settings.text(Option.SCHEDULER)).matches()) {
      throw settings.wrong(Option.SCHEDULER, "host:port");
    }
    int slots = settings.integer(Option.SLOTS, 0, 1024);
    int executors = settings.integer(Option.EXECUTORS, 0, 1024);
    return new AgentConfig(
        settings.text(Option.SCHEDULER),
        name(settings),
        stateFolder(settings, environment),
        labels(settings),
        slots,
        settings.text(Option.HTTP_HOST),
        settings.integer(Option.HTTP_PORT, 0, 65535),
        settings.bytes(Option.CACHE_LIMIT),
        tls(settings),
        new ExecutorConfig(
            executors == 0 ? Math.max(1, slots) : executors,
            settings.bytes(Option.EXECUTOR_HEAP),
            settings.bytes(Option.EXECUTOR_MEMORY_LIMIT),
            settings.bytes(Option.EXECUTOR_OUTPUT_LIMIT),
            settings.bytes(Option.EXECUTOR_LEAK_LIMIT),
            settings.duration(Option.EXECUTOR_START_TIMEOUT),
            settings.duration(Option.EXECUTOR_HANG_TIMEOUT),
            settings.text(Option.EXTRA_CLASSPATH)),
        settings.duration(Option.STOP_GRACE),
        settings.oneOf(Option.LOG_LEVEL, List.of("ERROR", "WARN", "INFO", "DEBUG")));
  }

  /** What {@code --help} prints. */
  public static String help() {
    StringBuilder text = new StringBuilder(2048);
    text.append("Usage: inferlab-agent [--option=value ...]\n\n");
    text.append(
        "Serves this machine to a lab: takes jobs from the scheduler, runs them on its devices.\n");
    text.append("Every option can be given by the environment variable beside it.\n\n");
    for (Option option : Option.values()) {
      text.append("  %-26s %s%n".formatted(option.flag(), option.variable()));
      text.append("        %s%n".formatted(option.help()));
      if (!option.defaultText().isEmpty()) {
        text.append("        default: %s%n".formatted(option.defaultText()));
      }
    }
    text.append("\nTraces are sent if OTEL_EXPORTER_OTLP_ENDPOINT is set (OTLP over HTTP).\n");
    text.append("Exit codes: 0 stopped, 1 failed, 2 wrong usage, 3 refused by the scheduler.\n");
    return text.toString();
  }

  private static String name(Settings settings) {
    String name = settings.text(Option.NAME);
    if (!name.isEmpty()) {
      return name;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "agent";
    }
  }

  private static Path stateFolder(Settings settings, Map<String, String> environment) {
    String folder = settings.text(Option.STATE_FOLDER);
    Path path =
        folder.isEmpty()
            ? Path.of(environment.getOrDefault("INFERLAB_HOME", ".inferlab"), "agent")
            : Path.of(folder);
    return path.toAbsolutePath().normalize();
  }

  private static Map<String, String> labels(Settings settings) {
    Map<String, String> labels = new LinkedHashMap<>();
    String text = settings.text(Option.LABELS);
    if (text.isEmpty()) {
      return labels;
    }
    for (String pair : text.split(",", -1)) {
      String[] parts = pair.strip().split("=", 2);
      if (parts.length != 2 || !LABEL.matcher(parts[0]).matches() || parts[1].length() > 63) {
        throw settings.wrong(Option.LABELS, "key=value,key=value (63 characters each at most)");
      }
      labels.put(parts[0], parts[1]);
    }
    return labels;
  }

  private static TlsConfig tls(Settings settings) {
    Optional<Path> ca = file(settings, Option.TLS_CA);
    Optional<Path> certificate = file(settings, Option.TLS_CERT);
    Optional<Path> key = file(settings, Option.TLS_KEY);
    if (certificate.isPresent() != key.isPresent()) {
      throw new InvalidConfigException(
          "--tls-cert and --tls-key belong together; give both or neither.");
    }
    boolean given = ca.isPresent() || certificate.isPresent();
    boolean enabled =
        switch (settings.oneOf(Option.TLS, List.of("auto", "on", "off"))) {
          case "on" -> true;
          case "off" -> false;
          default -> given;
        };
    return new TlsConfig(enabled, ca, certificate, key);
  }

  private static Optional<Path> file(Settings settings, Option option) {
    if (settings.text(option).isEmpty()) {
      return Optional.empty();
    }
    Path path = Path.of(settings.text(option));
    if (!Files.isReadable(path)) {
      throw settings.wrong(option, "a file that can be read");
    }
    return Optional.of(path);
  }
}
