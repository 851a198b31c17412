package dev.inferlab.scheduler.recording;

import com.google.protobuf.Timestamp;
import dev.inferlab.platform.kafka.Topics;
import dev.inferlab.platform.outbox.Envelopes;
import dev.inferlab.platform.outbox.OutboxMessage;
import dev.inferlab.proto.job.v1.AttemptRecord;
import dev.inferlab.proto.job.v1.Envelope;
import dev.inferlab.proto.job.v1.Event;
import dev.inferlab.proto.job.v1.JobChanged;
import dev.inferlab.proto.job.v1.JobPartial;
import dev.inferlab.proto.job.v1.JobProgressed;
import dev.inferlab.proto.job.v1.JobState;
import dev.inferlab.proto.job.v1.Location;
import dev.inferlab.proto.job.v1.Problem;
import dev.inferlab.proto.job.v1.Violation;
import dev.inferlab.scheduler.job.Attempt;
import dev.inferlab.scheduler.job.Fault;
import dev.inferlab.scheduler.job.Job;
import dev.inferlab.scheduler.job.JobChange;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What happened to jobs, as events for whoever wants to know. */
@ApplicationScoped
public class JobNews {

  private final Envelopes envelopes;

  JobNews(Envelopes envelopes) {
    this.envelopes = envelopes;
  }

  /** One event a job, however much happened to it at once; none for what everybody expects. */
  public List<OutboxMessage> changed(Collection<JobChange> changes) {
    List<OutboxMessage> messages = new ArrayList<>();
    for (JobChange change : changes) {
      if (change.newsworthy()) {
        Job job = change.after();
        messages.add(message(job, Event.newBuilder().setJobChanged(changed(job))));
      }
    }
    return messages;
  }

  /**
   * Of jobs that nobody here knows: their submit was lost, or comes later and is then cancelled at
   * once, with a higher version. Without this answer they would be queued for ever for who asked.
   *
   * @param reasons by job id
   */
  public List<OutboxMessage> cancelledUnseen(Map<UUID, String> reasons) {
    List<OutboxMessage> messages = new ArrayList<>();
    reasons.forEach(
        (id, reason) ->
            messages.add(
                message(
                    id,
                    envelopes.next(),
                    Event.newBuilder()
                        .setJobChanged(
                            JobChanged.newBuilder()
                                .setJobId(id.toString())
                                .setVersion(1)
                                .setState(JobState.CANCELLED)
                                .setProblem(problem(Fault.cancelled(reason)))))));
    return messages;
  }

  OutboxMessage partial(Recording.Part part) {
    Job job = part.job();
    return message(
        job,
        Event.newBuilder()
            .setJobPartial(
                JobPartial.newBuilder()
                    .setJobId(job.id().toString())
                    .setExperimentId(job.request().experimentId())
                    .setAttempt(part.attempt())
                    .setPart(part.part())));
  }

  OutboxMessage progressed(Recording.Note note) {
    Job job = note.job();
    return message(
        job,
        Event.newBuilder()
            .setJobProgressed(
                JobProgressed.newBuilder()
                    .setJobId(job.id().toString())
                    .setExperimentId(job.request().experimentId())
                    .setAttempt(note.attempt())
                    .setSequence(note.sequence())
                    .setProgress(note.progress())));
  }

  private OutboxMessage message(Job job, Event.Builder event) {
    return message(job.id(), envelopes.next(job.request().traceParent()), event);
  }

  private static OutboxMessage message(UUID jobId, Envelope envelope, Event.Builder event) {
    return OutboxMessage.of(
        Topics.EVENTS, jobId.toString(), envelope, event.setEnvelope(envelope).build());
  }

  private static JobChanged changed(Job job) {
    JobChanged.Builder changed =
        JobChanged.newBuilder()
            .setJobId(job.id().toString())
            .setExperimentId(job.request().experimentId())
            .setKind(job.request().kind())
            .setVersion(job.version())
            .setState(job.state())
            .setAttempt(job.fence())
            .setWaitingFor(job.waitingFor());
    job.lastAttempt()
        .ifPresent(
            last -> changed.setTargetId(last.targetId().toString()).setDevice(last.device()));
    job.attempts().forEach(attempt -> changed.addAttempts(attempt(attempt)));
    if (job.fault() != null) {
      changed.setProblem(problem(job.fault()));
    }
    if (job.result() != null) {
      changed.setResult(job.result());
    }
    return changed.build();
  }

  private static AttemptRecord attempt(Attempt attempt) {
    AttemptRecord.Builder entry =
        AttemptRecord.newBuilder()
            .setNumber(attempt.number())
            .setTargetId(attempt.targetId().toString())
            .setDevice(attempt.device())
            .setAssignedAt(timestamp(attempt.assignedAt()));
    if (attempt.startedAt() != null) {
      entry.setStartedAt(timestamp(attempt.startedAt()));
    }
    if (attempt.endedAt() != null) {
      entry.setEndedAt(timestamp(attempt.endedAt())).setOutcome(attempt.outcome());
    }
    if (attempt.fault() != null) {
      entry.setProblem(problem(attempt.fault()));
    }
    return entry.build();
  }

  private static Problem problem(Fault fault) {
    return Problem.newBuilder()
        .setErrorClass(fault.errorClass())
        .setCode(fault.code())
        .setDetail(fault.detail())
        .setLocation(
            Location.newBuilder()
                .setFile(fault.file())
                .setLine(fault.line())
                .setLayer(fault.layer())
                .setLayerType(fault.layerType()))
        .addAllViolations(
            fault.violations().stream()
                .map(it -> Violation.newBuilder().setPath(it.path()).setReason(it.reason()).build())
                .toList())
        .build();
  }

  private static Timestamp timestamp(Instant at) {
    return Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()).build();
  }
}
