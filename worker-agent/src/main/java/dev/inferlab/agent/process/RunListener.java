package dev.inferlab.agent.process;

import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.proto.executor.v1.Part;
import dev.inferlab.proto.job.v1.Progress;

/**
 * Hears what a running attempt says, in order, on the thread that called {@link
 * ExecutorProcess#run}.
 */
public interface RunListener {
  void progress(Progress progress);

  /** Returns once the part is on its way. */
  void part(Part part) throws JobFailedException, InterruptedException;
}
