package dev.inferlab.testkit.infra;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The certificates of a lab, as {@code deploy/tls/make-certificates} makes them, and what the
 * servers of the lab are told so that they use them. The servers are at 127.0.0.1.
 *
 * @param folder of the certificates
 */
public record Encryption(Path folder) {
  public static final String KAFKA_USER = "inferlab";
  public static final String KAFKA_PASSWORD = "kafka-secret";

  /** The public password of a store without secrets. */
  public static final String TRUST_STORE_PASSWORD = "changeit";

  private static final Path SCRIPT = Path.of("..", "deploy", "tls", "make-certificates");

  static Encryption in(Path folder) {
    return new Encryption(folder.resolve("tls"));
  }

  /** A new authority, and a certificate of its for 127.0.0.1. */
  public static Encryption make(Path folder) {
    Encryption made = in(folder);
    ProcessBuilder command =
        new ProcessBuilder(SCRIPT.toString(), made.folder.toString(), "127.0.0.1")
            .redirectErrorStream(true);
    // For the keytool.
    command
        .environment()
        .merge("PATH", System.getProperty("java.home") + "/bin:", (path, bin) -> bin + path);
    try {
      Process process = command.start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(SCRIPT + " failed:\n" + said);
      }
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Of the authority, as PEM. */
  public Path authority() {
    return folder.resolve("ca.pem");
  }

  /** The authority's certificate, as PKCS12. */
  public Path trustStore() {
    return folder.resolve("trust.p12");
  }

  Map<String, String> postgres() {
    return Map.of(
        "ssl", "on",
        "ssl_cert_file", certificate().toString(),
        "ssl_key_file", key().toString());
  }

  Map<String, String> kafka() {
    try {
      return Map.of(
          "listener.security.protocol.map",
          "CLIENTS:SASL_SSL,CONTROLLER:PLAINTEXT",
          "sasl.enabled.mechanisms",
          "PLAIN",
          "sasl.mechanism.inter.broker.protocol",
          "PLAIN",
          "listener.name.clients.plain.sasl.jaas.config",
          "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\" user_%s=\"%s\";"
              .formatted(KAFKA_USER, KAFKA_PASSWORD, KAFKA_USER, KAFKA_PASSWORD),
          "ssl.keystore.type",
          "PEM",
          "ssl.keystore.certificate.chain",
          Files.readString(certificate()),
          "ssl.keystore.key",
          Files.readString(key()),
          "ssl.truststore.type",
          "PEM",
          "ssl.truststore.certificates",
          Files.readString(authority()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> moto() {
    return List.of("--ssl", "--ssl-cert", certificate().toString(), "--ssl-key", key().toString());
  }

  private Path certificate() {
    return folder.resolve("scheduler.pem");
  }

  private Path key() {
    return folder.resolve("scheduler-key.pem");
  }
}
