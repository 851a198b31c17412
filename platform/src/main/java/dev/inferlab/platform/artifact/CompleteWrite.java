package dev.inferlab.platform.artifact;

import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import java.nio.ByteBuffer;

/** A write of what the store has already: nothing is left to send. */
record CompleteWrite(Digest digest) implements ResumableWrite {
  @Override
  public long committedBytes() {
    return digest.sizeBytes();
  }

  @Override
  public void append(long offset, ByteBuffer data) {
    if (data.hasRemaining()) {
      throw new ProblemException(
          ProblemCode.ARTIFACT_OFFSET_INVALID,
          "The artifact is complete: nothing is left to send.");
    }
  }

  @Override
  public void finish() {
    // It is there.
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
