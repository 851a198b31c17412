package dev.inferlab.gateway.experiment;

import dev.inferlab.proto.job.v1.JobState;
import java.util.Collection;

/** What users see of an experiment; a pure function of the states of its jobs. */
public enum ExperimentState {
  QUEUED,
  RUNNING,
  SUCCEEDED,
  FAILED,
  CANCELLED;

  public boolean isFinal() {
    return this == SUCCEEDED || this == FAILED || this == CANCELLED;
  }

  /**
   * While one job lives the experiment lives. Then one failed job makes it failed, else one
   * cancelled job makes it cancelled.
   */
  public static ExperimentState of(Collection<JobState> jobs) {
    if (jobs.isEmpty()) {
      return QUEUED;
    }
    if (jobs.stream().allMatch(ExperimentState::isQueued)) {
      return QUEUED;
    }
    if (!jobs.stream().allMatch(ExperimentState::isFinal)) {
      return RUNNING;
    }
    if (jobs.contains(JobState.FAILED)) {
      return FAILED;
    }
    return jobs.contains(JobState.CANCELLED) ? CANCELLED : SUCCEEDED;
  }

  /**
   * A state that is not known here is that of a newer scheduler: its job is not finished for us.
   */
  public static boolean isFinal(JobState state) {
    return state == JobState.SUCCEEDED || state == JobState.FAILED || state == JobState.CANCELLED;
  }

  private static boolean isQueued(JobState state) {
    return state == JobState.QUEUED || state == JobState.JOB_STATE_UNSPECIFIED;
  }
}
