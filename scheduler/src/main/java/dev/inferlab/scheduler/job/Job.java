package dev.inferlab.scheduler.job;

import com.google.protobuf.ByteString;
import dev.inferlab.proto.job.v1.JobState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A job's whole state.
 *
 * @param version counts the changes
 * @param attempts oldest first; only the last one can be live
 * @param readyAt while QUEUED: not before this time; null: at once
 * @param cancelReason null unless a user asked to cancel it
 * @param waitingFor while QUEUED: what for, told to people; empty if not known yet
 * @param fault why it is FAILED or CANCELLED, else null
 * @param result what the agent made, when SUCCEEDED, else null
 */
public record Job(
    UUID id,
    Request request,
    JobState state,
    long version,
    List<Attempt> attempts,
    Instant readyAt,
    String cancelReason,
    String waitingFor,
    Fault fault,
    ByteString result) {

  public Job {
    attempts = List.copyOf(attempts);
  }

  static Job queued(UUID id, Request request) {
    return new Job(id, request, JobState.QUEUED, 1, List.of(), null, null, "", null, null);
  }

  public boolean terminal() {
    return switch (state) {
      case SUCCEEDED, FAILED, CANCELLED -> true;
      default -> false;
    };
  }

  public Optional<Attempt> lastAttempt() {
    return attempts.isEmpty() ? Optional.empty() : Optional.of(attempts.getLast());
  }

  public Optional<Attempt> liveAttempt() {
    return lastAttempt().filter(Attempt::live);
  }

  /** The number of the last attempt; 0 before the first. */
  public int fence() {
    return attempts.isEmpty() ? 0 : attempts.getLast().number();
  }

  public boolean cancelRequested() {
    return cancelReason != null;
  }

  /** Whether this attempt is the one whose word counts. */
  public boolean isLive(int attempt, UUID targetId) {
    return liveAttempt()
        .filter(live -> live.number() == attempt && live.targetId().equals(targetId))
        .isPresent();
  }

  Job withState(JobState next) {
    return new Job(id, request, next, version + 1, attempts, null, cancelReason, "", fault, result);
  }

  Job withAttempt(Attempt attempt) {
    List<Attempt> next = new ArrayList<>(attempts);
    next.add(attempt);
    return withAttempts(next);
  }

  Job withLastAttempt(Attempt attempt) {
    List<Attempt> next = new ArrayList<>(attempts);
    next.set(next.size() - 1, attempt);
    return withAttempts(next);
  }

  private Job withAttempts(List<Attempt> next) {
    return new Job(
        id, request, state, version, next, readyAt, cancelReason, waitingFor, fault, result);
  }

  Job withEnd(Fault why, ByteString made) {
    return new Job(
        id, request, state, version, attempts, readyAt, cancelReason, waitingFor, why, made);
  }

  Job withWait(Instant notBefore, String what) {
    return new Job(
        id, request, state, version, attempts, notBefore, cancelReason, what, fault, result);
  }

  Job withCancelReason(String reason) {
    return new Job(
        id, request, state, version, attempts, readyAt, reason, waitingFor, fault, result);
  }

  Job nextVersion() {
    return new Job(
        id,
        request,
        state,
        version + 1,
        attempts,
        readyAt,
        cancelReason,
        waitingFor,
        fault,
        result);
  }
}
