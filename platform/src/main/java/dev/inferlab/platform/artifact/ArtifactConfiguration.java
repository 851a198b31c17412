package dev.inferlab.platform.artifact;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** Where artifacts are kept: {@code inferlab.artifacts.*}. */
@ConfigMapping(prefix = "inferlab.artifacts")
public interface ArtifactConfiguration {
  /** The kinds of stores. */
  enum Kind {
    FOLDER,
    S3
  }

  @WithDefault("folder")
  Kind store();

  /** Of one artifact. */
  @WithDefault("34359738368")
  long maxBytes();

  Folder folder();

  S3 s3();

  /** For {@link Kind#FOLDER}. */
  interface Folder {
    /** Must be given; made if it is not there. Replicas share it, or use S3. */
    Optional<Path> path();
  }

  /** For {@link Kind#S3}: Amazon's or any store that speaks its language. */
  interface S3 {
    Optional<URI> endpoint();

    @WithDefault("inferlab-artifacts")
    String bucket();

    @WithDefault("us-east-1")
    String region();

    Optional<String> accessKey();

    Optional<String> secretKey();

    /**
     * Where bytes wait for the check of their digest; needs space for the largest artifacts in
     * transit.
     */
    Optional<Path> staging();
  }
}
