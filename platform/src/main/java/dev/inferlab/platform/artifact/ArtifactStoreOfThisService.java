package dev.inferlab.platform.artifact;

import io.micrometer.core.instrument.MeterRegistry;
import io.minio.MinioClient;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.jboss.logging.Logger;

/** Chooses the store by configuration. */
@ApplicationScoped
class ArtifactStoreOfThisService {
  private static final Logger LOG = Logger.getLogger(ArtifactStoreOfThisService.class);
  private static final Duration PRUNE_EVERY = Duration.ofHours(1);

  @Produces
  @Singleton
  ArtifactStore store(
      ArtifactConfiguration configuration,
      MeterRegistry registry,
      InstantSource clock,
      Vertx vertx) {
    ArtifactStore store =
        switch (configuration.store()) {
          case FOLDER -> folder(configuration, clock, registry);
          case S3 -> s3(configuration, clock, registry);
        };
    vertx.setPeriodic(1, PRUNE_EVERY.toMillis(), timer -> prune(store, clock, vertx));
    return store;
  }

  private static void prune(ArtifactStore store, InstantSource clock, Vertx vertx) {
    vertx
        .executeBlocking(
            () -> {
              store.prune(clock.instant());
              return null;
            },
            false)
        .onFailure(
            failure ->
                LOG.warnf(failure, "Could not prune unfinished artifacts; next try in an hour"));
  }

  private static ArtifactStore folder(
      ArtifactConfiguration configuration, InstantSource clock, MeterRegistry registry) {
    Path folder =
        configuration
            .folder()
            .path()
            .orElseThrow(() -> missing("folder.path", "the folder where artifacts are kept"));
    return new FolderArtifactStore(folder, configuration.maxBytes(), clock, registry);
  }

  private static ArtifactStore s3(
      ArtifactConfiguration configuration, InstantSource clock, MeterRegistry registry) {
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
    return new S3ArtifactStore(
        client.build(), s3.bucket(), staging, configuration.maxBytes(), clock, registry);
  }

  private static IllegalStateException missing(String key, String what) {
    return new IllegalStateException("Set inferlab.artifacts.%s to %s".formatted(key, what));
  }
}
