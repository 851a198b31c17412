package dev.inferlab.scheduler.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.inferlab.proto.job.v1.AttemptOutcome;
import dev.inferlab.proto.job.v1.ErrorClass;
import dev.inferlab.proto.job.v1.JobState;
import dev.inferlab.scheduler.job.Decision.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JobRulesTest {

  private static final UUID JOB = new UUID(0, 1);
  private static final UUID HERE = new UUID(0, 2);
  private static final UUID ELSEWHERE = new UUID(0, 3);
  private static final ByteString RESULT = ByteString.copyFromUtf8("42");

  private final JobRules rules =
      new JobRules(new RetryPolicy(Duration.ofSeconds(1), Duration.ofSeconds(60), new Random(1)));
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private Job job;

  @Test
  void goesFromQueuedToSucceeded() {
    submit(3);
    assertThat(tell(new JobCommand.Assign(HERE, "CPU"))).isEqualTo(Verdict.ACCEPTED);
    assertThat(job.state()).isEqualTo(JobState.ASSIGNED);
    tell(new JobCommand.Start(1, HERE));
    assertThat(job.state()).isEqualTo(JobState.RUNNING);
    tell(new JobCommand.Succeed(1, HERE, RESULT));
    assertThat(job.state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(job.result()).isEqualTo(RESULT);
    assertThat(job.attempts())
        .singleElement()
        .satisfies(
            attempt -> {
              assertThat(attempt.outcome()).isEqualTo(AttemptOutcome.ATTEMPT_SUCCEEDED);
              assertThat(attempt.live()).isFalse();
            });
  }

  @Test
  void aReportThatIsSentAgainChangesNothing() {
    submit(3);
    tell(new JobCommand.Assign(HERE, "CPU"));
    tell(new JobCommand.Start(1, HERE));
    assertThat(tell(new JobCommand.Start(1, HERE))).isEqualTo(Verdict.REPEATED);
    tell(new JobCommand.Succeed(1, HERE, RESULT));
    Job ended = job;
    assertThat(tell(new JobCommand.Start(1, HERE))).isEqualTo(Verdict.REPEATED);
    assertThat(tell(new JobCommand.Succeed(1, HERE, RESULT))).isEqualTo(Verdict.REPEATED);
    assertThat(job).isEqualTo(ended);
  }

  @Test
  void theWordOfAnOldAttemptOrOfAnotherTargetDoesNotCount() {
    submit(3);
    tell(new JobCommand.Assign(HERE, "CPU"));
    assertThat(tell(new JobCommand.Succeed(1, ELSEWHERE, RESULT))).isEqualTo(Verdict.STALE);
    tell(new JobCommand.LoseLease(1));
    assertThat(tell(new JobCommand.Succeed(1, HERE, RESULT))).isEqualTo(Verdict.STALE);
    assertThat(job.state()).isEqualTo(JobState.QUEUED);
    now = job.readyAt();
    tell(new JobCommand.Assign(ELSEWHERE, "CPU"));
    assertThat(job.fence()).isEqualTo(2);
    assertThat(tell(new JobCommand.Note(1, HERE))).isEqualTo(Verdict.STALE);
    assertThat(tell(new JobCommand.LoseLease(1))).isEqualTo(Verdict.STALE);
  }

  @Test
  void aLostJobIsTriedAgainUntilItsAttemptsAreUsedUpAndKeepsEveryReason() {
    submit(2);
    tell(new JobCommand.Assign(HERE, "CPU"));
    tell(new JobCommand.LoseLease(1));
    assertThat(job.state()).isEqualTo(JobState.QUEUED);
    assertThat(tell(new JobCommand.Assign(HERE, "CPU")))
        .as("before the back-off is over")
        .isEqualTo(Verdict.STALE);
    now = job.readyAt();
    tell(new JobCommand.Assign(ELSEWHERE, "CPU"));
    tell(new JobCommand.Start(2, ELSEWHERE));
    tell(new JobCommand.Fail(2, ELSEWHERE, fault(ErrorClass.CRASHED)));
    assertThat(job.state()).isEqualTo(JobState.FAILED);
    assertThat(job.fault().errorClass()).isEqualTo(ErrorClass.CRASHED);
    assertThat(job.attempts())
        .extracting(attempt -> attempt.fault().code())
        .containsExactly("LEASE_EXPIRED", "TEST");
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorClass.class,
      names = {"INVALID_INPUT", "UNSUPPORTED", "ABORTED"})
  void whatCannotGetBetterIsNotTriedAgain(ErrorClass errorClass) {
    submit(5);
    tell(new JobCommand.Assign(HERE, "CPU"));
    tell(new JobCommand.Fail(1, HERE, fault(errorClass)));
    assertThat(job.state()).isEqualTo(JobState.FAILED);
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorClass.class,
      names = {"RESOURCE", "TRANSIENT", "CRASHED", "TIMEOUT", "ERROR_CLASS_UNSPECIFIED"})
  void whatMayGetBetterIsTriedAgainLater(ErrorClass errorClass) {
    submit(5);
    tell(new JobCommand.Assign(HERE, "CPU"));
    tell(new JobCommand.Fail(1, HERE, fault(errorClass)));
    assertThat(job.state()).isEqualTo(JobState.QUEUED);
    assertThat(job.readyAt()).isAfter(now);
    assertThat(job.waitingFor()).contains("next attempt");
  }

  @Test
  void aJobThatIsHandedBackLosesNoAttempt() {
    submit(1);
    for (int i = 1; i < RetryPolicy.MOST_HAND_BACKS; i++) {
      tell(new JobCommand.Assign(HERE, "CPU"));
      tell(new JobCommand.HandBack(i, HERE, "no free slot"));
      assertThat(job.state()).isEqualTo(JobState.QUEUED);
      now = job.readyAt();
    }
    tell(new JobCommand.Assign(HERE, "CPU"));
    tell(new JobCommand.HandBack(RetryPolicy.MOST_HAND_BACKS, HERE, "no free slot"));
    assertThat(job.state()).isEqualTo(JobState.FAILED);
    assertThat(job.fault().code()).isEqualTo("JOB_ATTEMPTS_EXHAUSTED");
  }

  @Test
  void aQueuedJobIsCancelledAtOnce() {
    submit(3);
    tell(new JobCommand.Cancel("changed my mind"));
    assertThat(job.state()).isEqualTo(JobState.CANCELLED);
    assertThat(job.fault().detail()).contains("changed my mind");
    assertThat(tell(new JobCommand.Cancel("again"))).isEqualTo(Verdict.REPEATED);
  }

  @Test
  void aRunningJobIsCancelledWhenItsAgentHasStoppedIt() {
    runningAndCancelled();
    assertThat(job.state()).isEqualTo(JobState.RUNNING);
    tell(new JobCommand.ConfirmStopped(1, HERE));
    assertThat(job.state()).isEqualTo(JobState.CANCELLED);
    assertThat(job.attempts().getFirst().outcome()).isEqualTo(AttemptOutcome.ATTEMPT_CANCELLED);
  }

  @Test
  void aRunningJobIsCancelledWhenItsLeaseEnds() {
    runningAndCancelled();
    tell(new JobCommand.LoseLease(1));
    assertThat(job.state()).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void aCancelledJobIsNotTriedAgainWhenItFailsMeanwhile() {
    runningAndCancelled();
    tell(new JobCommand.Fail(1, HERE, fault(ErrorClass.TRANSIENT)));
    assertThat(job.state()).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void aResultThatCameBeforeTheStopIsKept() {
    runningAndCancelled();
    tell(new JobCommand.Succeed(1, HERE, RESULT));
    assertThat(job.state()).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void aSubmitThatComesTwiceIsOneJob() {
    submit(3);
    assertThat(tell(new JobCommand.Submit(JOB, request(3)))).isEqualTo(Verdict.REPEATED);
  }

  @Test
  void theReasonOfAWaitIsToldOnce() {
    submit(3);
    assertThat(tell(new JobCommand.ExplainWait("a target"))).isEqualTo(Verdict.ACCEPTED);
    assertThat(tell(new JobCommand.ExplainWait("a target"))).isEqualTo(Verdict.REPEATED);
    tell(new JobCommand.Assign(HERE, "CPU"));
    assertThat(job.waitingFor()).isEmpty();
  }

  private void runningAndCancelled() {
    submit(3);
    tell(new JobCommand.Assign(HERE, "CPU"));
    tell(new JobCommand.Start(1, HERE));
    tell(new JobCommand.Cancel("enough"));
  }

  private void submit(int maxAttempts) {
    tell(new JobCommand.Submit(JOB, request(maxAttempts)));
  }

  private Verdict tell(JobCommand command) {
    Decision decision = rules.decide(job, command, now);
    job = JobRules.evolve(job, decision.events());
    return decision.verdict();
  }

  private static Request request(int maxAttempts) {
    return new Request("", "noop", "ann", 0, maxAttempts, Demand.ANYWHERE, "");
  }

  private static Fault fault(ErrorClass errorClass) {
    return Fault.of(errorClass, "TEST", "as the test wants it");
  }
}
