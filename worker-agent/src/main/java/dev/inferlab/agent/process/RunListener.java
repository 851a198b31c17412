package dev.inferlab.agent.process;

import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.proto.executor.v1.Part;
import dev.inferlab.proto.job.v1.Progress;

/** Hears what a running attempt says: one call after the other, in order. */
public interface RunListener {
  void progress(Progress progress);

  /**
   * Returns once the part's files are stored and it is on its way; until then the executor waits.
   * May take long: it is called on a thread of its own, which is interrupted when the attempt ends.
   */
  void part(Part part) throws JobFailedException, InterruptedException;
}
