package dev.inferlab.platform.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.testkit.infra.S3Server;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.messages.Item;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class S3ArtifactStoreTest extends ArtifactStoreContract {
  private static S3Server server;

  @BeforeAll
  static void startServer() {
    server = S3Server.startOrSkip();
  }

  @AfterAll
  static void stopServer() {
    if (server != null) {
      server.close();
    }
  }

  @Override
  ArtifactStore open(Path folder, MeterRegistry metrics) {
    return new S3ArtifactStore(
        client(server.endpoint()),
        bucket(folder),
        folder.resolve("staging"),
        LIMIT,
        clock,
        metrics);
  }

  /** One a test, so that tests do not see each other's artifacts; folder names differ by test. */
  private static String bucket(Path folder) {
    return folder.getFileName().toString().replaceAll("[^a-z0-9]", "");
  }

  @Test
  void nothingIsLeftOfWhatIsDeletedAlsoAfterADeleteThatEndedHalfWay() throws Exception {
    Digest digest = put(bytes(21, 10));
    clock.advance(Duration.ofMinutes(2));
    assertThat(store.has(digest)).isTrue();
    assertThat(keys()).hasSize(2);

    try (MinioClient client = client(server.endpoint())) {
      client.removeObject(
          RemoveObjectArgs.builder()
              .bucket(bucket(folder))
              .object("sha256/" + digest.sha256().substring(0, 2) + "/" + digest.sha256())
              .build());
    }
    assertThat(keys()).hasSize(1);
    assertThat(store.delete(digest, Instant.MAX)).isTrue();

    assertThat(keys()).isEmpty();
  }

  /** As Google's does for what is not there; Amazon's and the one of these tests answer 204. */
  @Test
  void aStoreThatHasNothingToDeleteMaySaySo() throws Exception {
    HttpServer forgetful = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    forgetful.createContext(
        "/",
        exchange -> {
          boolean head = exchange.getRequestMethod().equals("HEAD");
          byte[] error = "<Error><Code>NoSuchKey</Code></Error>".getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/xml");
          exchange.sendResponseHeaders(404, head ? -1 : error.length);
          if (!head) {
            exchange.getResponseBody().write(error);
          }
          exchange.close();
        });
    forgetful.start();
    try {
      URI endpoint = URI.create("http://127.0.0.1:" + forgetful.getAddress().getPort());
      ArtifactStore empty =
          new S3ArtifactStore(
              client(endpoint),
              "bucket",
              folder.resolve("empty"),
              LIMIT,
              clock,
              new SimpleMeterRegistry());
      assertThat(empty.delete(digestOf(bytes(1, 1)), Instant.MAX)).isTrue();
    } finally {
      forgetful.stop(0);
    }
  }

  private List<String> keys() throws Exception {
    List<String> keys = new ArrayList<>();
    try (MinioClient client = client(server.endpoint())) {
      for (Result<Item> item :
          client.listObjects(
              ListObjectsArgs.builder().bucket(bucket(folder)).recursive(true).build())) {
        keys.add(item.get().objectName());
      }
    }
    return keys;
  }

  @Test
  void saysThatItIsAway() {
    ArtifactStore away =
        new S3ArtifactStore(
            client(URI.create("http://127.0.0.1:9")),
            "bucket",
            folder.resolve("away"),
            LIMIT,
            clock,
            new SimpleMeterRegistry());

    fails(ProblemCode.ARTIFACT_STORE_UNAVAILABLE, () -> away.has(digestOf(bytes(1, 1))));
  }

  private static MinioClient client(URI endpoint) {
    return MinioClient.builder()
        .endpoint(endpoint.toString())
        .region("us-east-1")
        .credentials("test", "test-secret")
        .build();
  }
}
