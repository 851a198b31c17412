package dev.inferlab.gateway.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.proto.job.v1.JobState;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExperimentStateTest {
  @ParameterizedTest
  @CsvSource({
    "'', QUEUED",
    "QUEUED, QUEUED",
    "ASSIGNED, RUNNING",
    "RUNNING, RUNNING",
    "SUCCEEDED, SUCCEEDED",
    "FAILED, FAILED",
    "CANCELLED, CANCELLED",
    "UNRECOGNIZED, RUNNING",
    "QUEUED RUNNING, RUNNING",
    "QUEUED FAILED, RUNNING",
    "QUEUED SUCCEEDED, RUNNING",
    "SUCCEEDED FAILED, FAILED",
    "SUCCEEDED CANCELLED, CANCELLED",
    "FAILED CANCELLED, FAILED",
    "SUCCEEDED SUCCEEDED, SUCCEEDED"
  })
  void followsFromTheJobs(String jobs, ExperimentState state) {
    List<JobState> states =
        Arrays.stream(jobs.split(" ")).filter(s -> !s.isEmpty()).map(JobState::valueOf).toList();
    assertThat(ExperimentState.of(states)).isEqualTo(state);
    assertThat(ExperimentState.of(states.reversed())).isEqualTo(state);
  }
}
