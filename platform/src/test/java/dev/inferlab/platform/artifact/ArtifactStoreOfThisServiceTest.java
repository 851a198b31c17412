package dev.inferlab.platform.artifact;

import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactStoreOfThisServiceTest {
  @TempDir Path folder;

  @Test
  void whatAKilledWriterLeftIsRemovedWithoutHoldingUpTheStart() throws Exception {
    Path left = Files.createDirectory(folder.resolve("staging")).resolve("1.tmp");
    Files.createFile(left);
    ArtifactConfiguration configuration =
        new SmallRyeConfigBuilder()
            .withMapping(ArtifactConfiguration.class)
            .withDefaultValue("inferlab.artifacts.folder.path", folder.toString())
            .build()
            .getConfigMapping(ArtifactConfiguration.class);
    InstantSource inTwoDays = InstantSource.fixed(Instant.now().plusSeconds(2 * 24 * 3600));
    Vertx vertx = Vertx.vertx();
    try {
      new ArtifactStoreOfThisService()
          .store(configuration, new SimpleMeterRegistry(), inTwoDays, vertx);

      await().until(() -> Files.notExists(left));
    } finally {
      vertx.close();
    }
  }
}
