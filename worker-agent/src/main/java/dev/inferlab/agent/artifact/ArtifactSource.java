package dev.inferlab.agent.artifact;

import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.proto.job.v1.Digest;
import java.io.IOException;

/** Where the cache gets bytes that it does not have. */
interface ArtifactSource {
  /**
   * Passes the bytes from {@code offset} on to the sink, in order.
   *
   * @throws JobFailedException if the lab does not have them
   * @throws IOException if the way broke; what was passed on so far is good
   */
  void read(Digest digest, long offset, Sink sink)
      throws IOException, JobFailedException, InterruptedException;

  /** Takes a piece of an artifact. */
  interface Sink {
    void write(byte[] bytes) throws IOException;
  }
}
