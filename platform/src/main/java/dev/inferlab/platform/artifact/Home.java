package dev.inferlab.platform.artifact;

import java.io.IOException;
import java.nio.file.Path;

/** Where staged files end up: the one thing in which stores differ when they write. */
interface Home {
  /** Makes it young too, as {@link ArtifactStore#findMissing} does. */
  boolean has(Digest digest);

  /**
   * Makes the file's bytes durable and visible under the digest, in one step. The file is closed,
   * and may be taken away.
   */
  void adopt(Path staged, Digest digest) throws IOException;
}
