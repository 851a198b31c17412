package dev.inferlab.gateway.experiment;

import dev.inferlab.gateway.artifact.ArtifactUses;
import dev.inferlab.gateway.http.PathId;
import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.UUID;

/** Removes an experiment that has ended, with its jobs, results and what only it kept alive. */
@ApplicationScoped
class DeleteExperiment {
  private final Database database;
  private final ArtifactUses artifacts;

  DeleteExperiment(Database database, ArtifactUses artifacts) {
    this.database = database;
    this.artifacts = artifacts;
  }

  Uni<Void> delete(UUID id) {
    return database.inTransaction(
        session ->
            session
                .find(Experiment.class, id, LockModeType.PESSIMISTIC_WRITE)
                .onItem()
                .ifNull()
                .failWith(() -> PathId.notFound(ProblemCode.EXPERIMENT_NOT_FOUND))
                .invoke(
                    experiment -> {
                      if (!experiment.state.isFinal()) {
                        throw new ProblemException(
                            ProblemCode.EXPERIMENT_LIVE,
                            "The experiment is %s.".formatted(experiment.state));
                      }
                    })
                .call(() -> artifacts.release(session, ArtifactUses.EXPERIMENT, id))
                .call(session::remove)
                .replaceWithVoid());
  }
}
