package dev.inferlab.endtoend.reliability;

import com.google.protobuf.ByteString;
import dev.inferlab.proto.job.v1.AttemptOutcome;
import dev.inferlab.proto.job.v1.ErrorClass;
import dev.inferlab.proto.job.v1.JobState;
import dev.inferlab.scheduler.job.Decision;
import dev.inferlab.scheduler.job.Demand;
import dev.inferlab.scheduler.job.Fault;
import dev.inferlab.scheduler.job.Job;
import dev.inferlab.scheduler.job.JobCommand;
import dev.inferlab.scheduler.job.JobRules;
import dev.inferlab.scheduler.job.Request;
import dev.inferlab.scheduler.job.RetryPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The life of one job as its row tells it, lived again by the scheduler's own rules: each step must
 * be one that {@code decide} allows in the state that {@code evolve} made of the steps before, and
 * the last state must be the stored one.
 *
 * @param attempts oldest first
 * @param cancelReason null if nobody cancelled it
 * @param fault null unless it failed or was cancelled
 * @param result null unless it succeeded
 */
record History(
    UUID id,
    JobState state,
    long version,
    int maxAttempts,
    List<Step> attempts,
    String cancelReason,
    Fault fault,
    ByteString result) {

  /**
   * One attempt.
   *
   * @param startedAt null if the agent never said that it runs
   * @param endedAt null while it lives; then outcome is null, too
   * @param fault null unless it ended without success
   */
  record Step(
      int number,
      UUID targetId,
      String device,
      Instant assignedAt,
      Instant startedAt,
      Instant endedAt,
      AttemptOutcome outcome,
      Fault fault) {}

  // The scheduler's settings; its pauses are 50 to 100 % of what they say, here always 50.
  private static final JobRules RULES =
      new JobRules(new RetryPolicy(Duration.ofSeconds(1), Duration.ofSeconds(60), () -> 0L));

  /** Why this cannot have happened; empty if it can. */
  Optional<String> contradiction() {
    try {
      Job lived = live();
      return same(lived) ? Optional.empty() : Optional.of("stored " + this + ", lived " + lived);
    } catch (IllegalStateException impossible) {
      return Optional.of(impossible.getMessage());
    }
  }

  private Job live() {
    Request request = new Request("", "", "", 0, maxAttempts, Demand.ANYWHERE, "");
    Job job = step(null, new JobCommand.Submit(id, request), Instant.EPOCH);
    for (Step attempt : attempts) {
      job =
          step(
              job,
              new JobCommand.Assign(attempt.targetId(), attempt.device()),
              attempt.assignedAt());
      if (job.fence() != attempt.number()) {
        throw new IllegalStateException(
            "attempt %d is number %d".formatted(job.fence(), attempt.number()));
      }
      if (attempt.startedAt() != null) {
        job =
            step(
                job,
                new JobCommand.Start(attempt.number(), attempt.targetId()),
                attempt.startedAt());
      }
      if (attempt.endedAt() != null) {
        if (attempt.outcome() == AttemptOutcome.ATTEMPT_CANCELLED) {
          job = step(job, new JobCommand.Cancel(cancelReason), attempt.endedAt());
        }
        job = step(job, end(attempt), attempt.endedAt());
      }
    }
    if (state == JobState.CANCELLED && !job.terminal()) {
      job = step(job, new JobCommand.Cancel(cancelReason), Instant.EPOCH);
    }
    return job;
  }

  private JobCommand end(Step attempt) {
    return switch (attempt.outcome()) {
      case ATTEMPT_SUCCEEDED ->
          new JobCommand.Succeed(attempt.number(), attempt.targetId(), result);
      case ATTEMPT_FAILED ->
          new JobCommand.Fail(attempt.number(), attempt.targetId(), attempt.fault());
      case ATTEMPT_LOST -> new JobCommand.LoseLease(attempt.number());
      case ATTEMPT_HANDED_BACK -> new JobCommand.HandBack(attempt.number(), attempt.targetId(), "");
      case ATTEMPT_CANCELLED -> new JobCommand.ConfirmStopped(attempt.number(), attempt.targetId());
      case ATTEMPT_OUTCOME_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalStateException("attempt " + attempt.number() + " has no known outcome");
    };
  }

  private static Job step(Job job, JobCommand command, Instant at) {
    Decision decision = RULES.decide(job, command, at);
    if (decision.verdict() != Decision.Verdict.ACCEPTED) {
      throw new IllegalStateException(
          "%s is %s for %s".formatted(command, decision.verdict(), job));
    }
    return JobRules.evolve(job, decision.events());
  }

  private boolean same(Job lived) {
    return lived.state() == state
        // Explanations why it waited count as changes and are not told by the row.
        && lived.version() <= version
        && lived.attempts().size() == attempts.size()
        && errorClass(lived.fault()) == errorClass(fault)
        && java.util.Objects.equals(lived.result(), result);
  }

  private static ErrorClass errorClass(Fault fault) {
    return fault == null ? ErrorClass.ERROR_CLASS_UNSPECIFIED : fault.errorClass();
  }
}
