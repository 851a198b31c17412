package dev.inferlab.gateway.project;

import dev.inferlab.gateway.artifact.ArtifactUses;
import dev.inferlab.gateway.http.PathId;
import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Removes a project with its experiments; refused while one of them lives. */
@ApplicationScoped
class DeleteProject {
  private static final String EXPERIMENTS =
      """
      select cast(id as text), state in ('QUEUED', 'RUNNING') from experiment where project_id = :id
      """;

  private final Database database;
  private final ArtifactUses artifacts;

  DeleteProject(Database database, ArtifactUses artifacts) {
    this.database = database;
    this.artifacts = artifacts;
  }

  Uni<Void> delete(UUID id) {
    return database.inTransaction(
        session ->
            session
                // Submits lock the row for sharing: from here on no experiment is added.
                .find(Project.class, id, LockModeType.PESSIMISTIC_WRITE)
                .onItem()
                .ifNull()
                .failWith(() -> PathId.notFound(ProblemCode.PROJECT_NOT_FOUND))
                .call(() -> endedExperiments(session, id).chain(ended -> release(session, ended)))
                .call(session::remove)
                .replaceWithVoid());
  }

  private static Uni<List<UUID>> endedExperiments(Mutiny.Session session, UUID id) {
    return session
        .createNativeQuery(EXPERIMENTS, Object[].class)
        .setParameter("id", id)
        .getResultList()
        .map(
            rows -> {
              long live = rows.stream().filter(row -> (Boolean) row[1]).count();
              if (live > 0) {
                throw new ProblemException(
                    ProblemCode.PROJECT_IN_USE,
                    live == 1
                        ? "One of the project's experiments has not ended."
                        : "%d of the project's experiments have not ended.".formatted(live));
              }
              return rows.stream().map(row -> UUID.fromString((String) row[0])).toList();
            });
  }

  private Uni<Void> release(Mutiny.Session session, List<UUID> experiments) {
    return artifacts.release(session, ArtifactUses.EXPERIMENT, experiments);
  }
}
