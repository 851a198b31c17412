package dev.inferlab.platform.artifact;

import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import java.util.regex.Pattern;

/**
 * The name of some bytes: two artifacts with the same digest are the same.
 *
 * @param sha256 64 lower-case hexadecimal digits
 */
public record Digest(String sha256, long sizeBytes) {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /** Refuses what is not a digest: it becomes a part of file names and comes from outside. */
  public Digest {
    if (sha256 == null || !SHA256.matcher(sha256).matches()) {
      throw new ProblemException(
          ProblemCode.ARTIFACT_DIGEST_INVALID,
          "A SHA-256 is written as 64 lower-case hexadecimal digits.");
    }
    if (sizeBytes < 0) {
      throw new ProblemException(
          ProblemCode.ARTIFACT_DIGEST_INVALID, "An artifact's size is not negative.");
    }
  }

  public static Digest of(dev.inferlab.proto.job.v1.Digest digest) {
    return new Digest(digest.getSha256(), digest.getSizeBytes());
  }

  public dev.inferlab.proto.job.v1.Digest toProto() {
    return dev.inferlab.proto.job.v1.Digest.newBuilder()
        .setSha256(sha256)
        .setSizeBytes(sizeBytes)
        .build();
  }
}
