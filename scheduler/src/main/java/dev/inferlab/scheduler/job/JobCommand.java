package dev.inferlab.scheduler.job;

import com.google.protobuf.ByteString;
import java.util.UUID;

/** What somebody wants of a job. */
public sealed interface JobCommand {

  /** By a user's service. */
  record Submit(UUID jobId, Request request) implements JobCommand {}

  /** By a user. */
  record Cancel(String reason) implements JobCommand {}

  /** By the admission: it cannot be run as it was asked for. */
  record Reject(Fault fault) implements JobCommand {}

  /** By the placement. */
  record Assign(UUID targetId, String device) implements JobCommand {}

  /** By the placement: why the job is still queued. */
  record ExplainWait(String waitingFor) implements JobCommand {}

  /** By the sweeper: the lease of this attempt ran out. */
  record LoseLease(int attempt) implements JobCommand {}

  /** By an agent, about an attempt that it claims to hold. */
  sealed interface Report extends JobCommand {
    int attempt();

    UUID targetId();
  }

  record Start(int attempt, UUID targetId) implements Report {}

  /** Something of a running attempt that changes no state: progress, or a part of the result. */
  record Note(int attempt, UUID targetId) implements Report {}

  record Succeed(int attempt, UUID targetId, ByteString result) implements Report {}

  record Fail(int attempt, UUID targetId, Fault fault) implements Report {}

  /** Unstarted, or at the agent's own stop. */
  record HandBack(int attempt, UUID targetId, String reason) implements Report {}

  /** After a cancel: nothing of the attempt is left. */
  record ConfirmStopped(int attempt, UUID targetId) implements Report {}
}
