package dev.inferlab.local.service;

import dev.inferlab.local.Settings;
import dev.inferlab.local.postgres.PostgresServer;
import dev.inferlab.local.process.ChildSpec;
import dev.inferlab.local.process.HttpProbe;
import dev.inferlab.local.process.Probe;
import dev.inferlab.local.process.StopPlan;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Every process of one machine's Inferlab, with how it is started, told to be ready, and stopped.
 */
public final class PlatformChildren {
  private static final int GATEWAY_HEAP = 320;
  private static final int SCHEDULER_HEAP = 256;
  private static final int KAFKA_HEAP = 256;
  private static final int AGENT_HEAP = 128;
  private static final StopPlan STOP_SERVICE = StopPlan.terminate(Duration.ofSeconds(15));
  // It writes down what it loaded, which takes some seconds.
  private static final StopPlan STOP_RECORDED = StopPlan.terminate(Duration.ofSeconds(60));
  // Longer than the agent's own grace for jobs that share the machine, so that it can hand back
  // what does not end.
  private static final StopPlan STOP_AGENT = StopPlan.terminate(Duration.ofSeconds(40));

  private final Settings settings;
  private final PostgresServer postgres;
  private final Distribution distribution;
  private final HttpClient http;

  public PlatformChildren(Settings settings, PostgresServer postgres) {
    this.settings = settings;
    this.postgres = postgres;
    this.distribution = new Distribution(settings.root());
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
  }

  /** In the order of starting. */
  public List<ChildSpec> inOrder() throws IOException {
    List<ChildSpec> children =
        new ArrayList<>(List.of(postgres.spec(), kafka(), scheduler(), gateway()));
    for (int number = 1; number <= settings.agents(); number++) {
      children.add(agent(number));
    }
    return List.copyOf(children);
  }

  private ChildSpec kafka() throws IOException {
    List<String> command =
        startingFast(
                new JavaCommand("kafka", KAFKA_HEAP).firstCompilerOnly(), "kafka", ownClassPath())
            .flag("-Djava.util.logging.config.file=" + kafkaLogging())
            .main(
                System.getProperty("java.class.path"),
                "dev.inferlab.local.kafka.EmbeddedKafka",
                settings.kafkaData().toString(),
                Integer.toString(settings.ports().kafka()),
                Integer.toString(settings.ports().kafkaController()));
    return child(
        "kafka",
        "Kafka",
        command,
        Map.of(),
        Set.of(),
        new KafkaProbe(settings.ports().kafka()),
        STOP_SERVICE);
  }

  private JavaCommand startingFast(JavaCommand command, String name, List<Path> programs)
      throws IOException {
    return command.startingFast(
        distribution.startCaches(), name, programs, settings.recordsStart());
  }

  private static List<Path> ownClassPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .toList();
  }

  /** Whether ending these processes leaves records to make start caches of. */
  public static boolean isRecorded(List<ChildSpec> children) {
    return children.stream().anyMatch(child -> StartCache.isRecorded(child.command()));
  }

  /**
   * Makes start caches of what was recorded, when the processes have ended.
   *
   * @param wanted asked all the time; once it is not, they are left out
   */
  public static void prepareFasterStart(List<ChildSpec> children, BooleanSupplier wanted) {
    children.parallelStream()
        .map(ChildSpec::command)
        .forEach(command -> StartCache.create(command, wanted));
  }

  private Path kafkaLogging() throws IOException {
    Path file = settings.run().resolve("kafka-logging.properties");
    Files.write(
        file,
        List.of(
            "handlers=java.util.logging.ConsoleHandler",
            ".level=WARNING",
            "java.util.logging.ConsoleHandler.formatter=java.util.logging.SimpleFormatter",
            "java.util.logging.SimpleFormatter.format=%1$tFT%1$tT.%1$tL %4$s %3$s %5$s%6$s%n"));
    return file;
  }

  private ChildSpec scheduler() throws IOException {
    Map<String, String> environment = service(settings.ports().schedulerHttp());
    environment.put("QUARKUS_GRPC_SERVER_PORT", Integer.toString(settings.ports().schedulerGrpc()));
    environment.put("QUARKUS_GRPC_SERVER_HOST", "127.0.0.1");
    return child(
        "scheduler",
        "scheduler",
        startingFast(
                new JavaCommand("scheduler", SCHEDULER_HEAP),
                "scheduler",
                List.of(distribution.scheduler().getParent()))
            .jar(distribution.scheduler()),
        environment,
        Set.of("postgres"),
        ready(settings.ports().schedulerHttp()),
        STOP_SERVICE);
  }

  private ChildSpec gateway() throws IOException {
    Map<String, String> environment = service(settings.ports().gateway());
    // Not in /tmp, which is memory on some machines.
    environment.put("INFERLAB_STAGING_PATH", settings.home().resolve("staging").toString());
    // What tools/fetch brought is not fetched again; downloads that were broken off go on after a
    // restart.
    environment.put("INFERLAB_CATALOG_CACHE", settings.cache().toString());
    environment.put(
        "INFERLAB_CATALOG_PARTIAL_PATH", settings.home().resolve("downloads").toString());
    return child(
        "gateway",
        "API gateway",
        startingFast(
                new JavaCommand("gateway", GATEWAY_HEAP),
                "gateway",
                List.of(distribution.gateway().getParent()))
            .jar(distribution.gateway()),
        environment,
        Set.of("postgres"),
        ready(settings.ports().gateway()),
        STOP_SERVICE);
  }

  private ChildSpec agent(int number) throws IOException {
    String name = settings.agentName(number);
    int port = settings.ports().agentHttp(number);
    String shown = shownName(number);
    Map<String, String> environment = new HashMap<>();
    environment.put("INFERLAB_CACHE", settings.cache().toString());
    environment.put("INFERLAB_AGENT_NAME", shown);
    environment.put("INFERLAB_AGENT_SCHEDULER", "127.0.0.1:" + settings.ports().schedulerGrpc());
    environment.put("INFERLAB_AGENT_STATE_FOLDER", settings.agentState(number).toString());
    environment.put("INFERLAB_AGENT_HTTP_HOST", "127.0.0.1");
    environment.put("INFERLAB_AGENT_HTTP_PORT", Integer.toString(port));
    return child(
        name,
        number == 1 ? "agent" : "agent " + number,
        // As bin/inferlab-agent does: the processor is for what is measured.
        startingFast(
                new JavaCommand(name, AGENT_HEAP).firstCompilerOnly(),
                "agent",
                List.of(distribution.agentLibraries()))
            .main(distribution.agentLibraries() + "/*", "dev.inferlab.agent.AgentMain"),
        environment,
        Set.of(),
        new TargetOnline(http, URI.create(settings.gatewayUrl()), shown),
        STOP_AGENT);
  }

  private String shownName(int number) throws IOException {
    String base = settings.environment().get("INFERLAB_AGENT_NAME");
    String name = base == null || base.isBlank() ? InetAddress.getLocalHost().getHostName() : base;
    return number == 1 ? name : name + "-" + number;
  }

  private Map<String, String> service(int httpPort) throws IOException {
    Map<String, String> environment = new HashMap<>();
    environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    environment.put("QUARKUS_HTTP_PORT", Integer.toString(httpPort));
    environment.put("QUARKUS_DATASOURCE_JDBC_URL", postgres.jdbcUrl());
    environment.put("QUARKUS_DATASOURCE_REACTIVE_URL", postgres.reactiveUrl());
    environment.put("QUARKUS_DATASOURCE_USERNAME", PostgresServer.USER);
    environment.put("QUARKUS_DATASOURCE_PASSWORD", postgres.password());
    environment.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + settings.ports().kafka());
    environment.put("INFERLAB_ARTIFACTS_STORE", "folder");
    environment.put("INFERLAB_ARTIFACTS_FOLDER_PATH", settings.artifacts().toString());
    if (settings.environment().containsKey("QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT")) {
      environment.put("QUARKUS_OTEL_SDK_DISABLED", "false");
    }
    return environment;
  }

  private ChildSpec child(
      String name,
      String title,
      List<String> command,
      Map<String, String> environment,
      Set<String> after,
      Probe probe,
      StopPlan stop) {
    Map<String, String> whole = new HashMap<>(settings.environment());
    whole.putAll(environment);
    Path directory = settings.home();
    return new ChildSpec(
        name,
        title,
        command,
        whole,
        directory,
        after,
        ChildSpec.Preparation.NONE,
        probe,
        StartCache.isRecorded(command) ? STOP_RECORDED : stop);
  }

  private Probe ready(int port) {
    return new HttpProbe(http, URI.create("http://127.0.0.1:" + port + "/q/health/ready"));
  }
}
