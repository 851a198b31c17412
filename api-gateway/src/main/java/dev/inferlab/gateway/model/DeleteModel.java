package dev.inferlab.gateway.model;

import dev.inferlab.gateway.artifact.ArtifactUses;
import dev.inferlab.gateway.experiment.CancelExperiment;
import dev.inferlab.gateway.http.InUse;
import dev.inferlab.gateway.http.PathId;
import dev.inferlab.platform.db.SingleColumn;
import dev.inferlab.platform.outbox.Outbox;
import dev.inferlab.platform.problem.ProblemCode;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Removes a model that nothing uses; one that is still imported is cancelled. */
@ApplicationScoped
class DeleteModel {
  private static final String USES =
      """
      (select 'project ' || id from project where model_id = :id order by id limit %1$d)
      union all
      (select lower(origin) || ' ' || id || case state when 'IMPORTING' then ', which is under way' else '' end
       from model where id <> :id and (parent_id = :id or root_id = :id) order by id limit %1$d)
      """
          .formatted(InUse.MOST);

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

  private static Uni<List<String>> checkUnused(Mutiny.Session session, UUID id) {
    return SingleColumn.texts(session, USES, Map.of("id", id))
        .invoke(uses -> InUse.refuse(ProblemCode.MODEL_IN_USE, uses));
  }

  private Uni<Void> stop(Mutiny.Session session, Model model) {
    return model.state.equals(Model.IMPORTING)
        ? outbox.append(session, cancel.message(model.jobId, "the model was deleted"))
        : Uni.createFrom().voidItem();
  }
}
