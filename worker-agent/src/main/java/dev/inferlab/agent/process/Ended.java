package dev.inferlab.agent.process;

import dev.inferlab.proto.executor.v1.Finished;
import dev.inferlab.proto.job.v1.Problem;

/** How an attempt ended in its executor. */
public sealed interface Ended {
  /** With a result. */
  record Well(Finished finished) implements Ended {}

  /** The job failed; the executor is as good as before. */
  record Failed(Problem problem) implements Ended {}

  /**
   * The executor died or had to be killed.
   *
   * @param reason for the metric: few and fixed words
   */
  record Died(Problem problem, String reason) implements Ended {}
}
