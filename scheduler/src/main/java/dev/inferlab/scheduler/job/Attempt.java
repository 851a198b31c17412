package dev.inferlab.scheduler.job;

import dev.inferlab.proto.job.v1.AttemptOutcome;
import java.time.Instant;
import java.util.UUID;

/**
 * One try of a job.
 *
 * @param number from 1; the fencing token that every update must repeat
 * @param startedAt null until the agent said that it runs
 * @param endedAt null while the attempt lives
 * @param outcome null while the attempt lives
 * @param fault null unless it ended without success
 */
public record Attempt(
    int number,
    UUID targetId,
    String device,
    Instant assignedAt,
    Instant startedAt,
    Instant endedAt,
    AttemptOutcome outcome,
    Fault fault) {

  static Attempt assigned(int number, UUID targetId, String device, Instant at) {
    return new Attempt(number, targetId, device, at, null, null, null, null);
  }

  Attempt started(Instant at) {
    return new Attempt(number, targetId, device, assignedAt, at, endedAt, outcome, fault);
  }

  Attempt ended(AttemptOutcome how, Fault why, Instant at) {
    return new Attempt(number, targetId, device, assignedAt, startedAt, at, how, why);
  }

  public boolean live() {
    return endedAt == null;
  }

  /** Whether it uses up one of the job's attempts. */
  boolean counted() {
    return outcome == AttemptOutcome.ATTEMPT_FAILED || outcome == AttemptOutcome.ATTEMPT_LOST;
  }
}
