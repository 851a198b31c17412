package dev.inferlab.scheduler.job;

import com.google.protobuf.ByteString;
import dev.inferlab.proto.job.v1.AttemptOutcome;
import java.time.Instant;
import java.util.UUID;

/** What happened to a job; {@link JobRules#evolve} makes the next state of it. */
public sealed interface JobEvent {

  record Submitted(UUID jobId, Request request) implements JobEvent {}

  record Assigned(int attempt, UUID targetId, String device, Instant at) implements JobEvent {}

  record Started(Instant at) implements JobEvent {}

  record Succeeded(ByteString result, Instant at) implements JobEvent {}

  /** The live attempt is over without success; what becomes of the job is the next event. */
  record AttemptEnded(AttemptOutcome outcome, Fault fault, Instant at) implements JobEvent {}

  record Requeued(Instant readyAt, String waitingFor) implements JobEvent {}

  record Failed(Fault fault) implements JobEvent {}

  record CancelRequested(String reason) implements JobEvent {}

  record Cancelled(Fault fault) implements JobEvent {}

  record WaitExplained(String waitingFor) implements JobEvent {}
}
