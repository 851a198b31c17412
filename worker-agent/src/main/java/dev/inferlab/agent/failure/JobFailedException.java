package dev.inferlab.agent.failure;

import dev.inferlab.proto.job.v1.Problem;

/** A job cannot go on; the problem is what its user gets to read. */
public final class JobFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  public JobFailedException(Problem problem) {
    super(problem.getCode() + ": " + problem.getDetail());
    this.problem = problem;
  }

  public JobFailedException(Problem problem, Throwable cause) {
    super(problem.getCode() + ": " + problem.getDetail(), cause);
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }
}
