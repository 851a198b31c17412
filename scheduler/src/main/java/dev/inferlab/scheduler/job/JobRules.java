package dev.inferlab.scheduler.job;

import static dev.inferlab.proto.job.v1.AttemptOutcome.ATTEMPT_CANCELLED;
import static dev.inferlab.proto.job.v1.AttemptOutcome.ATTEMPT_FAILED;
import static dev.inferlab.proto.job.v1.AttemptOutcome.ATTEMPT_HANDED_BACK;
import static dev.inferlab.proto.job.v1.AttemptOutcome.ATTEMPT_LOST;
import static dev.inferlab.proto.job.v1.AttemptOutcome.ATTEMPT_SUCCEEDED;

import dev.inferlab.proto.job.v1.AttemptOutcome;
import dev.inferlab.proto.job.v1.ErrorClass;
import dev.inferlab.proto.job.v1.JobState;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** The life of a job: {@code decide} a command against a state, {@code evolve} by its events. */
public final class JobRules {

  private final RetryPolicy retry;

  public JobRules(RetryPolicy retry) {
    this.retry = retry;
  }

  /**
   * What a command does to a job.
   *
   * @param job null if the job is not known yet
   * @param now by the database's clock, which alone decides leases
   */
  public Decision decide(Job job, JobCommand command, Instant now) {
    if (command instanceof JobCommand.Submit(var id, var request)) {
      return job == null
          ? Decision.accepted(new JobEvent.Submitted(id, request))
          : Decision.repeated();
    }
    if (job == null) {
      return Decision.stale();
    }
    return switch (command) {
      case JobCommand.Submit _ -> throw new AssertionError("decided above");
      case JobCommand.Cancel cancel -> decideCancel(job, cancel);
      case JobCommand.Reject reject ->
          job.state() == JobState.QUEUED
              ? Decision.accepted(new JobEvent.Failed(reject.fault()))
              : Decision.repeated();
      case JobCommand.Assign assign -> decideAssign(job, assign, now);
      case JobCommand.ExplainWait wait -> decideWait(job, wait);
      case JobCommand.LoseLease lost -> decideLoss(job, lost, now);
      case JobCommand.Report report -> decideReport(job, report, now);
    };
  }

  /** The state after all events of a decision. */
  public static Job evolve(Job job, List<JobEvent> events) {
    Job next = job;
    for (JobEvent event : events) {
      next = evolve(next, event);
    }
    return next;
  }

  /** The state after one event; {@code job} is null before its submission. */
  public static Job evolve(Job job, JobEvent event) {
    return switch (event) {
      case JobEvent.Submitted(var id, var request) -> Job.queued(id, request);
      case JobEvent.Assigned(int number, var targetId, var device, var at) ->
          job.withState(JobState.ASSIGNED)
              .withAttempt(Attempt.assigned(number, targetId, device, at));
      case JobEvent.Started(var at) ->
          job.withState(JobState.RUNNING).withLastAttempt(job.attempts().getLast().started(at));
      case JobEvent.Succeeded(var result, var at) ->
          job.withState(JobState.SUCCEEDED)
              .withLastAttempt(job.attempts().getLast().ended(ATTEMPT_SUCCEEDED, null, at))
              .withEnd(null, result);
      case JobEvent.AttemptEnded(var outcome, var fault, var at) ->
          job.withLastAttempt(job.attempts().getLast().ended(outcome, fault, at)).nextVersion();
      case JobEvent.Requeued(var readyAt, var waitingFor) ->
          job.withState(JobState.QUEUED).withWait(readyAt, waitingFor);
      case JobEvent.Failed(var fault) -> job.withState(JobState.FAILED).withEnd(fault, null);
      case JobEvent.CancelRequested(var reason) -> job.withCancelReason(reason).nextVersion();
      case JobEvent.Cancelled(var fault) -> job.withState(JobState.CANCELLED).withEnd(fault, null);
      case JobEvent.WaitExplained(var waitingFor) ->
          job.withWait(job.readyAt(), waitingFor).nextVersion();
    };
  }

  private static Decision decideCancel(Job job, JobCommand.Cancel cancel) {
    if (job.terminal() || job.cancelRequested()) {
      return Decision.repeated();
    }
    if (job.state() == JobState.QUEUED) {
      return Decision.accepted(
          new JobEvent.CancelRequested(cancel.reason()),
          new JobEvent.Cancelled(Fault.cancelled(cancel.reason())));
    }
    return Decision.accepted(new JobEvent.CancelRequested(cancel.reason()));
  }

  private static Decision decideAssign(Job job, JobCommand.Assign assign, Instant now) {
    boolean due = job.readyAt() == null || !job.readyAt().isAfter(now);
    if (job.state() != JobState.QUEUED || !due) {
      return Decision.stale();
    }
    return Decision.accepted(
        new JobEvent.Assigned(job.fence() + 1, assign.targetId(), assign.device(), now));
  }

  private static Decision decideWait(Job job, JobCommand.ExplainWait wait) {
    if (job.state() != JobState.QUEUED || job.waitingFor().equals(wait.waitingFor())) {
      return Decision.repeated();
    }
    return Decision.accepted(new JobEvent.WaitExplained(wait.waitingFor()));
  }

  private Decision decideLoss(Job job, JobCommand.LoseLease lost, Instant now) {
    boolean live = job.liveAttempt().filter(it -> it.number() == lost.attempt()).isPresent();
    return live ? afterEnd(job, ATTEMPT_LOST, Fault.leaseLost(), now) : Decision.stale();
  }

  private Decision decideReport(Job job, JobCommand.Report report, Instant now) {
    if (!job.isLive(report.attempt(), report.targetId())) {
      return endedByItsOwnWord(job, report) ? Decision.repeated() : Decision.stale();
    }
    return switch (report) {
      case JobCommand.Start _ ->
          job.state() == JobState.ASSIGNED
              ? Decision.accepted(new JobEvent.Started(now))
              : Decision.repeated();
      case JobCommand.Note _ -> Decision.accepted();
      case JobCommand.Succeed succeed ->
          Decision.accepted(new JobEvent.Succeeded(succeed.result(), now));
      case JobCommand.Fail fail ->
          afterEnd(
              job, job.cancelRequested() ? ATTEMPT_CANCELLED : ATTEMPT_FAILED, fail.fault(), now);
      case JobCommand.HandBack back ->
          afterEnd(job, ATTEMPT_HANDED_BACK, Fault.handedBack(back.reason()), now);
      case JobCommand.ConfirmStopped _ ->
          job.cancelRequested()
              ? afterEnd(job, ATTEMPT_CANCELLED, Fault.cancelled(job.cancelReason()), now)
              : afterEnd(job, ATTEMPT_HANDED_BACK, Fault.handedBack("stopped unasked"), now);
    };
  }

  /** Agents send a report again until it is acknowledged, so also after it took effect. */
  private static boolean endedByItsOwnWord(Job job, JobCommand.Report report) {
    return job.attempts().stream()
        .anyMatch(
            it ->
                it.number() == report.attempt()
                    && it.targetId().equals(report.targetId())
                    && !it.live()
                    && it.outcome() != ATTEMPT_LOST);
  }

  /** What becomes of a job whose live attempt ends without success. */
  private Decision afterEnd(Job job, AttemptOutcome outcome, Fault fault, Instant now) {
    JobEvent ended = new JobEvent.AttemptEnded(outcome, fault, now);
    if (job.cancelRequested()) {
      return Decision.accepted(ended, new JobEvent.Cancelled(Fault.cancelled(job.cancelReason())));
    }
    return Decision.accepted(ended, afterEnd(evolve(job, ended), fault, now));
  }

  private JobEvent afterEnd(Job job, Fault fault, Instant now) {
    if (job.attempts().getLast().outcome() == ATTEMPT_HANDED_BACK) {
      return afterHandBack(job, now);
    }
    int counted = (int) job.attempts().stream().filter(Attempt::counted).count();
    if (counted >= job.request().maxAttempts() || !RetryPolicy.retryable(fault.errorClass())) {
      return new JobEvent.Failed(fault);
    }
    boolean lost = job.attempts().getLast().outcome() == ATTEMPT_LOST;
    return requeue(
        now, lost ? retry.afterLoss(counted) : retry.afterFailure(fault.errorClass(), counted));
  }

  private JobEvent afterHandBack(Job job, Instant now) {
    List<Attempt> attempts = job.attempts();
    long all = attempts.stream().filter(it -> it.outcome() == ATTEMPT_HANDED_BACK).count();
    if (all >= RetryPolicy.MOST_HAND_BACKS) {
      return new JobEvent.Failed(
          Fault.of(
              ErrorClass.RESOURCE,
              "JOB_ATTEMPTS_EXHAUSTED",
              "Agents gave the job back %d times without running it. Look into their logs why."
                  .formatted(all)));
    }
    int inARow = 0;
    while (inARow < attempts.size()
        && attempts.get(attempts.size() - 1 - inARow).outcome() == ATTEMPT_HANDED_BACK) {
      inARow++;
    }
    return requeue(now, retry.afterHandBack(inARow));
  }

  private static JobEvent requeue(Instant now, Duration pause) {
    Instant readyAt = now.plus(pause).truncatedTo(ChronoUnit.MILLIS);
    return new JobEvent.Requeued(readyAt, "the next attempt, not before " + readyAt);
  }
}
