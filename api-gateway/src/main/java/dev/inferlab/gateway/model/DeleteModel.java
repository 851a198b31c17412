package dev.inferlab.gateway.model;

import dev.inferlab.gateway.artifact.ArtifactUses;
import dev.inferlab.gateway.experiment.CancelExperiment;
import dev.inferlab.gateway.http.PathId;
import dev.inferlab.platform.outbox.Outbox;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Removes a model that nothing uses; one that is still imported is cancelled. */
@ApplicationScoped
class DeleteModel {
  private static final String USES =
      """
      select (select count(*) from project where model_id = :id)
           + (select count(*) from model where parent_id = :id)
      """;

  private final Outbox outbox;
  private final ArtifactUses artifacts;
  private final CancelExperiment cancel;

  DeleteModel(Outbox outbox, ArtifactUses artifacts, CancelExperiment cancel) {
    this.outbox = outbox;
    this.artifacts = artifacts;
    this.cancel = cancel;
  }

  Uni<Void> delete(UUID id) {
    return outbox.inTransaction(
        session ->
            session
                .find(Model.class, id, LockModeType.PESSIMISTIC_WRITE)
                .onItem()
                .ifNull()
                .failWith(() -> PathId.notFound(ProblemCode.MODEL_NOT_FOUND))
                .call(() -> checkUnused(session, id))
                .call(model -> stop(session, model))
                .call(() -> artifacts.release(session, ArtifactUses.MODEL, id))
                .call(session::remove)
                .replaceWithVoid());
  }

  private static Uni<Long> checkUnused(Mutiny.Session session, UUID id) {
    return session
        .createNativeQuery(USES, Long.class)
        .setParameter("id", id)
        .getSingleResult()
        .invoke(
            uses -> {
              if (uses > 0) {
                throw new ProblemException(
                    ProblemCode.MODEL_IN_USE, "%d projects or models use it.".formatted(uses));
              }
            });
  }

  private Uni<Void> stop(Mutiny.Session session, Model model) {
    return model.state.equals(Model.IMPORTING)
        ? outbox.append(session, cancel.message(model.jobId, "the model was deleted"))
        : Uni.createFrom().voidItem();
  }
}
