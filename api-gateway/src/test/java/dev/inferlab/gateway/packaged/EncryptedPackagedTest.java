package dev.inferlab.gateway.packaged;

import static dev.inferlab.gateway.testing.Problems.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.inferlab.gateway.testing.FakeScheduler;
import dev.inferlab.gateway.testing.Lab;
import dev.inferlab.gateway.testing.TinyIr;
import dev.inferlab.proto.job.v1.JobSpec;
import dev.inferlab.proto.job.v1.JobState;
import dev.inferlab.testkit.infra.Encryption;
import dev.inferlab.testkit.infra.InfraProcess;
import dev.inferlab.testkit.infra.S3Server;
import dev.inferlab.testkit.infra.TestDatabase;
import io.restassured.response.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gateway as it is shipped reaches PostgreSQL, Kafka and S3 under TLS with the settings that
 * docs/operations.md gives, and none whose certificate is of another authority.
 */
class EncryptedPackagedTest {
  private static final String NOT_TRUSTED = "PKIX path validation failed";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static InfraProcess infra;
  private static S3Server s3;

  @BeforeAll
  static void start() {
    infra = InfraProcess.startEncrypted();
    s3 = S3Server.startOrSkip(infra.encryption());
  }

  @AfterAll
  static void stop() {
    if (s3 != null) {
      s3.close();
    }
    infra.close();
  }

  @Test
  void aModelGoesThroughEncryptedConnectionsOnly() throws Exception {
    try (Replica gateway = replica("tls", infra.encryption())) {
      gateway.start();
      gateway.awaitReady();
      FakeScheduler scheduler = FakeScheduler.of(kafkaClient());
      String model = upload(gateway).then().statusCode(202).extract().path("id");
      JobSpec job = scheduler.awaitJob(it -> it.getKind().equals("convert"));
      scheduler.say(
          scheduler.changed(
              job,
              JobState.SUCCEEDED,
              change ->
                  change.setResult(
                      Lab.converted(
                              job.getInputs(0).getDigest(),
                              job.getInputs(1).getDigest(),
                              1,
                              3,
                              8,
                              8)
                          .build()
                          .toByteString())));
      await()
          .atMost(PATIENCE)
          .until(() -> gateway.given().get("/models/" + model).path("state"), "READY"::equals);
      byte[] archive =
          gateway
              .given()
              .get("/models/" + model + "/archive")
              .then()
              .statusCode(200)
              .extract()
              .asByteArray();
      assertThat(namesIn(archive)).anyMatch(name -> name.endsWith(".xml"));
    }
  }

  /** Else everything above could be encrypted towards anybody. */
  @Test
  void aDatabaseOfAnotherAuthorityIsNotTrusted(@TempDir Path folder) throws Exception {
    try (Replica gateway = replica("no-database", Encryption.make(folder), "QUARKUS_DATASOURCE_")) {
      gateway.start();
      await().atMost(PATIENCE).until(gateway::log, log -> log.contains(NOT_TRUSTED));
    }
  }

  @Test
  void aKafkaAndAStoreOfAnotherAuthorityAreNotTrusted(@TempDir Path folder) throws Exception {
    try (Replica gateway =
        replica("no-kafka", Encryption.make(folder), "KAFKA_", "SSL_CERT_FILE")) {
      gateway.start();
      await().atMost(PATIENCE).until(gateway::log, log -> log.contains(NOT_TRUSTED));
      gateway.awaitListening();
      refused(upload(gateway), 503, "ARTIFACT_STORE_UNAVAILABLE");
    }
  }

  /** With another authority's certificates in the settings of these names. */
  private static Replica replica(String name, Encryption stranger, String... prefixes) {
    TestDatabase database = infra.newDatabase();
    Map<String, String> settings = new HashMap<>(settings(database, infra.encryption()));
    settings(database, stranger)
        .forEach(
            (key, value) -> {
              if (Stream.of(prefixes).anyMatch(key::startsWith)) {
                settings.put(key, value);
              }
            });
    return new Replica("gateway-" + name, infra.bootstrapServers(), database).with(settings);
  }

  private static Response upload(Replica gateway) {
    return gateway
        .given()
        .multiPart("file", "net.xml", TinyIr.xml(1, 3, 8, 8))
        .multiPart("file", "net.bin", TinyIr.BIN)
        .multiPart("options", "{\"name\": \"plus one\"}", "application/json")
        .post("/models");
  }

  private static Map<String, String> settings(TestDatabase database, Encryption encryption) {
    String authority = encryption.authority().toString();
    return Map.ofEntries(
        Map.entry("KAFKA_SECURITY_PROTOCOL", "SASL_SSL"),
        Map.entry("KAFKA_SASL_MECHANISM", "PLAIN"),
        Map.entry("KAFKA_SASL_JAAS_CONFIG", login()),
        Map.entry("KAFKA_SSL_TRUSTSTORE_LOCATION", encryption.trustStore().toString()),
        Map.entry("KAFKA_SSL_TRUSTSTORE_PASSWORD", Encryption.TRUST_STORE_PASSWORD),
        Map.entry("QUARKUS_DATASOURCE_REACTIVE_POSTGRESQL_SSL_MODE", "verify-full"),
        Map.entry("QUARKUS_DATASOURCE_REACTIVE_HOSTNAME_VERIFICATION_ALGORITHM", "HTTPS"),
        Map.entry("QUARKUS_DATASOURCE_REACTIVE_TRUST_CERTIFICATE_PEM", "true"),
        Map.entry("QUARKUS_DATASOURCE_REACTIVE_TRUST_CERTIFICATE_PEM_CERTS", authority),
        Map.entry(
            "QUARKUS_DATASOURCE_JDBC_URL",
            database.jdbcUrl() + "?sslmode=verify-full&sslrootcert=" + authority),
        Map.entry("INFERLAB_ARTIFACTS_STORE", "s3"),
        Map.entry("INFERLAB_ARTIFACTS_S3_ENDPOINT", s3.endpoint().toString()),
        Map.entry("INFERLAB_ARTIFACTS_S3_ACCESS_KEY", "test"),
        Map.entry("INFERLAB_ARTIFACTS_S3_SECRET_KEY", "test-secret"),
        Map.entry("SSL_CERT_FILE", authority));
  }

  private static Map<String, Object> kafkaClient() {
    return Map.of(
        "bootstrap.servers",
        infra.bootstrapServers(),
        "security.protocol",
        "SASL_SSL",
        "sasl.mechanism",
        "PLAIN",
        "sasl.jaas.config",
        login(),
        "ssl.truststore.location",
        infra.encryption().trustStore().toString(),
        "ssl.truststore.password",
        Encryption.TRUST_STORE_PASSWORD);
  }

  private static String login() {
    return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\";"
        .formatted(Encryption.KAFKA_USER, Encryption.KAFKA_PASSWORD);
  }

  private static List<String> namesIn(byte[] archive) throws IOException {
    List<String> names = new ArrayList<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        names.add(entry.getName());
      }
    }
    return names;
  }
}
