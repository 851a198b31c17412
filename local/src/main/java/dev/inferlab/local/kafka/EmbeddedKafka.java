package dev.inferlab.local.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.metadata.storage.FormatterException;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A whole Kafka of one node (broker and controller) in this JVM, durable in a folder, reachable
 * from this machine only. Topics, messages and group offsets survive a stop and a kill.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final int NODE = 1;

  private final KafkaRaftServer server;
  private final int port;

  private EmbeddedKafka(KafkaRaftServer server, int port) {
    this.server = server;
    this.port = port;
  }

  /**
   * Returns when clients can connect.
   *
   * @param folder made and formatted if it is not there yet
   * @param port of the clients' listener; 0 takes a free one
   * @param controllerPort 0 takes a free one
   */
  public static EmbeddedKafka start(Path folder, int port, int controllerPort) {
    return start(folder, port, controllerPort, Map.of());
  }

  /**
   * As {@link #start(Path, int, int)}.
   *
   * @param settings that are added to ours or take their place; the clients' listener is named
   *     {@code CLIENTS}
   */
  public static EmbeddedKafka start(
      Path folder, int port, int controllerPort, Map<String, String> settings) {
    int clients = port == 0 ? freePort() : port;
    int controller = controllerPort == 0 ? freePort() : controllerPort;
    try {
      Path logs = Files.createDirectories(folder.resolve("log").toAbsolutePath());
      if (!Files.exists(logs.resolve(MetaPropertiesEnsemble.META_PROPERTIES_NAME))) {
        format(logs);
      }
      Properties configuration = configuration(logs, clients, controller);
      configuration.putAll(settings);
      KafkaConfig config = KafkaConfig.fromProps(configuration, false);
      KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
      server.startup();
      return new EmbeddedKafka(server, clients);
    } catch (IOException e) {
      throw new UncheckedIOException("Kafka cannot use its folder " + folder, e);
    }
  }

  /** What clients take as {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** Blocks until the broker has ended, however that came. */
  public void awaitEnd() {
    server.awaitShutdown();
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  /**
   * Serves until the process is told to stop.
   *
   * @param arguments folder, port, controller port
   */
  public static void main(String[] arguments) {
    EmbeddedKafka kafka =
        start(
            Path.of(arguments[0]), Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("kafka-stop").unstarted(kafka::close));
    kafka.awaitEnd();
  }

  private static void format(Path logs) throws IOException {
    Formatter formatter = new Formatter();
    formatter.setClusterId(Uuid.randomUuid().toString());
    formatter.setNodeId(NODE);
    formatter.setUnstableFeatureVersionsEnabled(false);
    formatter.setIgnoreFormatted(true);
    formatter.setControllerListenerName("CONTROLLER");
    formatter.setMetadataLogDirectory(logs.toString());
    formatter.addDirectory(logs.toString());
    formatter.setReleaseVersion(MetadataVersion.latestProduction());
    try {
      formatter.run();
    } catch (FormatterException e) {
      throw new IOException(e.getMessage(), e);
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("The folder cannot be formatted for Kafka", e);
    }
  }

  private static Properties configuration(Path logs, int port, int controllerPort) {
    Properties settings = new Properties();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(NODE));
    settings.put("controller.quorum.voters", NODE + "@127.0.0.1:" + controllerPort);
    settings.put(
        "listeners",
        "CLIENTS://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(port, controllerPort));
    settings.put("advertised.listeners", "CLIENTS://127.0.0.1:" + port);
    settings.put("listener.security.protocol.map", "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("inter.broker.listener.name", "CLIENTS");
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("log.dirs", logs.toString());
    // There is one node: every internal topic has one copy.
    settings.put("default.replication.factor", "1");
    settings.put("min.insync.replicas", "1");
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "1");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("transaction.state.log.num.partitions", "1");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    // A consumer group of one machine need not wait for members that may still come.
    settings.put("group.initial.rebalance.delay.ms", "0");
    // After a kill the controller must forget the old broker soon, or the new one waits 9 s to be
    // let in.
    settings.put("broker.session.timeout.ms", "2000");
    settings.put("broker.heartbeat.interval.ms", "500");
    // The services create their topics; a misspelt name must fail.
    settings.put("auto.create.topics.enable", "false");
    settings.put("num.partitions", "3");
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "4");
    settings.put("log.cleaner.dedupe.buffer.size", "2097152");
    return settings;
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("No free port", e);
    }
  }
}
