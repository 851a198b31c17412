package dev.inferlab.platform.artifact;

import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.testkit.infra.S3Server;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.minio.MinioClient;
import java.net.URI;
import java.nio.file.Path;
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
    // A bucket a test, so that tests do not see each other's artifacts; folder names differ by
    // test.
    String bucket = folder.getFileName().toString().replaceAll("[^a-z0-9]", "");
    return new S3ArtifactStore(
        client(server.endpoint()), bucket, folder.resolve("staging"), LIMIT, clock, metrics);
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
