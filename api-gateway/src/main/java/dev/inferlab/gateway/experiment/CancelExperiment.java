package dev.inferlab.gateway.experiment;

import dev.inferlab.gateway.http.PathId;
import dev.inferlab.platform.kafka.Topics;
import dev.inferlab.platform.outbox.Envelopes;
import dev.inferlab.platform.outbox.Outbox;
import dev.inferlab.platform.outbox.OutboxMessage;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.proto.job.v1.CancelJob;
import dev.inferlab.proto.job.v1.Envelope;
import dev.inferlab.proto.job.v1.JobCommand;
import dev.inferlab.proto.job.v1.JobState;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Asks the scheduler to stop what an experiment still has. The state changes when the scheduler
 * says so: until then the jobs may still end otherwise.
 */
@ApplicationScoped
public class CancelExperiment {
  private final Outbox outbox;
  private final Envelopes envelopes;
  private final InstantSource clock;

  CancelExperiment(Outbox outbox, Envelopes envelopes, InstantSource clock) {
    this.outbox = outbox;
    this.envelopes = envelopes;
    this.clock = clock;
  }

  /** Does nothing when it has ended or was cancelled before. */
  Uni<ExperimentView> cancel(UUID id) {
    return outbox.inTransaction(
        session ->
            session
                .find(Experiment.class, id, LockModeType.PESSIMISTIC_WRITE)
                .onItem()
                .ifNull()
                .failWith(() -> PathId.notFound(ProblemCode.EXPERIMENT_NOT_FOUND))
                .chain(
                    experiment ->
                        jobs(session, id)
                            .chain(
                                jobs ->
                                    request(session, experiment, jobs)
                                        .replaceWith(ExperimentView.of(experiment, jobs)))));
  }

  private Uni<Void> request(Mutiny.Session session, Experiment experiment, List<Job> jobs) {
    if (experiment.state.isFinal() || experiment.cancelRequested) {
      return Uni.createFrom().voidItem();
    }
    experiment.cancelRequested = true;
    experiment.updatedAt = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    List<OutboxMessage> messages =
        jobs.stream()
            .filter(job -> !ExperimentState.isFinal(JobState.valueOf(job.state)))
            .map(job -> message(job.id, "cancelled by a user"))
            .toList();
    return outbox.append(session, messages);
  }

  /** The message that cancels a job, also one that serves no experiment. */
  public OutboxMessage message(UUID jobId, String reason) {
    Envelope envelope = envelopes.next();
    return OutboxMessage.of(
        Topics.JOBS,
        jobId.toString(),
        envelope,
        JobCommand.newBuilder()
            .setEnvelope(envelope)
            .setCancel(CancelJob.newBuilder().setJobId(jobId.toString()).setReason(reason))
            .build());
  }

  static Uni<List<Job>> jobs(Mutiny.Session session, UUID experimentId) {
    return session
        .createSelectionQuery("from Job where experimentId = :id order by createdAt, id", Job.class)
        .setParameter("id", experimentId)
        .getResultList();
  }
}
