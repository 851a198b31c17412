package dev.inferlab.platform.artifact;

import java.nio.ByteBuffer;

/** One sender's way to store an artifact whose digest it knows, across broken connections. */
public interface ResumableWrite extends AutoCloseable {
  /**
   * Where to go on: bytes that are kept from earlier. The whole size if the store has the artifact.
   */
  long committedBytes();

  /**
   * Adds bytes; they are kept also if {@link #finish} never comes.
   *
   * @param offset must be {@link #committedBytes()}, else ARTIFACT_OFFSET_INVALID
   */
  void append(long offset, ByteBuffer data);

  /**
   * Checks the digest, then makes the artifact durable and visible. If the bytes are not what their
   * name says they are thrown away and this fails with ARTIFACT_DIGEST_MISMATCH; if some are
   * missing, with ARTIFACT_OFFSET_INVALID.
   */
  void finish();

  /** Lets go. What was appended is kept for the next {@link ArtifactStore#resume}. */
  @Override
  void close();
}
