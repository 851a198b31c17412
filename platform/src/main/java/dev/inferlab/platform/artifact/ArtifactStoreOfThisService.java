package dev.inferlab.platform.artifact;

import io.micrometer.core.instrument.MeterRegistry;
import io.minio.MinioClient;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.InstantSource;

/** Chooses the store by configuration. */
@ApplicationScoped
class ArtifactStoreOfThisService {
  @Produces
  @Singleton
  ArtifactStore store(
      ArtifactConfiguration configuration, MeterRegistry registry, InstantSource clock) {
    return switch (configuration.store()) {
      case FOLDER -> folder(configuration, registry, clock);
      case S3 -> s3(configuration, registry, clock);
    };
  }

  private static ArtifactStore folder(
      ArtifactConfiguration configuration, MeterRegistry registry, InstantSource clock) {
    Path folder =
        configuration
            .folder()
            .path()
            .orElseThrow(() -> missing("folder.path", "the folder where artifacts are kept"));
    FolderArtifactStore store = new FolderArtifactStore(folder, configuration.maxBytes(), registry);
    store.prune(clock.instant());
    return store;
  }

  private static ArtifactStore s3(
      ArtifactConfiguration configuration, MeterRegistry registry, InstantSource clock) {
    ArtifactConfiguration.S3 s3 = configuration.s3();
    MinioClient.Builder client =
        MinioClient.builder()
            .endpoint(
                s3.endpoint()
                    .orElseThrow(() -> missing("s3.endpoint", "the URL of the S3 store"))
                    .toString())
            .region(s3.region())
            .credentials(
                s3.accessKey().orElseThrow(() -> missing("s3.access-key", "the access key")),
                s3.secretKey().orElseThrow(() -> missing("s3.secret-key", "the secret key")));
    Path staging =
        s3.staging()
            .orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir"), "inferlab-staging"));
    S3ArtifactStore store =
        new S3ArtifactStore(
            client.build(), s3.bucket(), staging, configuration.maxBytes(), registry);
    store.prune(clock.instant());
    return store;
  }

  private static IllegalStateException missing(String key, String what) {
    return new IllegalStateException("Set inferlab.artifacts.%s to %s".formatted(key, what));
  }
}
