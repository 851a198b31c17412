package dev.inferlab.platform.artifact;

import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jboss.logging.Logger;

/** What a file system's refusal means to a user. */
final class StorageTrouble {
  private static final Logger LOG = Logger.getLogger(StorageTrouble.class);
  // Below this a file system counts as full whatever it says.
  private static final long FULL_BELOW_BYTES = 64 * 1024;

  private StorageTrouble() {}

  static ProblemException of(IOException cause, Path where) {
    if (isFull(cause, where)) {
      return new ProblemException(
          ProblemCode.ARTIFACT_STORE_FULL, "There is no space left for the bytes.", cause);
    }
    return unavailable(cause);
  }

  static ProblemException unavailable(Exception cause) {
    return new ProblemException(
        ProblemCode.ARTIFACT_STORE_UNAVAILABLE, "The store could not be used just now.", cause);
  }

  static ProblemException tooLarge(long limit) {
    return new ProblemException(
        ProblemCode.ARTIFACT_TOO_LARGE, "At most %,d bytes are taken.".formatted(limit));
  }

  static ProblemException notFound(Digest digest) {
    return new ProblemException(
        ProblemCode.ARTIFACT_NOT_FOUND,
        "Nothing is stored as %s with %d bytes.".formatted(digest.sha256(), digest.sizeBytes()));
  }

  static void requireWithin(Digest digest, long offset) {
    if (offset < 0 || offset > digest.sizeBytes()) {
      throw new ProblemException(
          ProblemCode.ARTIFACT_OFFSET_INVALID,
          "The artifact has %d bytes; %d lies outside.".formatted(digest.sizeBytes(), offset));
    }
  }

  static void closeQuietly(FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        LOG.debugf(e, "A staged file could not be closed");
      }
    }
  }

  // Java has no type for it; the texts are those of Linux, macOS and Windows.
  private static boolean isFull(IOException cause, Path where) {
    String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    if (text.contains("no space left")
        || text.contains("quota exceeded")
        || text.contains("not enough space")) {
      return true;
    }
    try {
      Path existing = Files.exists(where) ? where : where.toAbsolutePath().getParent();
      return Files.getFileStore(existing).getUsableSpace() < FULL_BELOW_BYTES;
    } catch (IOException e) {
      return false;
    }
  }
}
