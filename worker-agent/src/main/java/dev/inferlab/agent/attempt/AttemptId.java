package dev.inferlab.agent.attempt;

import dev.inferlab.proto.agent.v1.LiveJob;

/** One try of a job; {@code number} is the fencing token that every update repeats. */
public record AttemptId(String jobId, int number) {
  public static AttemptId of(LiveJob live) {
    return new AttemptId(live.getJobId(), live.getAttempt());
  }

  public LiveJob toLive() {
    return LiveJob.newBuilder().setJobId(jobId).setAttempt(number).build();
  }
}
