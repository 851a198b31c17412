package dev.inferlab.gateway.artifact;

import dev.inferlab.platform.artifact.ArtifactStore;
import dev.inferlab.platform.artifact.Digest;
import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.db.SingleColumn;
import dev.inferlab.platform.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Removes artifacts that nobody uses any more, some time after their last use, and after the store
 * last told somebody that it has them: an agent that need not store its result uses it only once
 * its report is recorded.
 */
@ApplicationScoped
public class ArtifactSweeper {
  private static final Logger LOG = Logger.getLogger(ArtifactSweeper.class);

  /** A request that stores files takes minutes at most. */
  private static final Duration LONGEST_STAGING = Duration.ofHours(24);

  private static final String FORGOTTEN_STAGING =
      """
      with gone as (
        delete from artifact_use
        where owner_kind = 'STAGING' and since < now() - make_interval(secs => :seconds)
        returning sha256, size_bytes)
      insert into artifact_garbage (sha256, size_bytes)
      select distinct on (sha256) sha256, size_bytes from gone on conflict do nothing
      """;
  private static final String TAKE =
      """
      delete from artifact_garbage where sha256 = (
        select sha256 from artifact_garbage where since < now() - make_interval(secs => :seconds)
        order by since limit 1 for update skip locked)
      returning sha256, size_bytes
      """;
  private static final String LOCK =
      "select count(pg_advisory_xact_lock(hashtextextended('inferlab.artifact.' || :sha256, 0)))";
  private static final String USES = "select count(*) from artifact_use where sha256 = :sha256";
  private static final String PUT_BACK =
      """
      insert into artifact_garbage (sha256, size_bytes) values (:sha256, :size)
      on conflict do nothing
      """;

  private final ArtifactStore store;
  private final Database database;
  private final InstantSource clock;
  private final Vertx vertx;

  ArtifactSweeper(ArtifactStore store, Database database, InstantSource clock, Vertx vertx) {
    this.store = store;
    this.database = database;
    this.clock = clock;
    this.vertx = vertx;
  }

  /**
   * Removes all that are due. It ends early where the store fails to delete one: that goes to the
   * end of the queue, so that it does not keep the others for good.
   */
  public Uni<Void> sweep(Duration grace) {
    return forgetStaging().chain(() -> sweepRest(grace));
  }

  private Uni<Void> sweepRest(Duration grace) {
    return sweepOne(grace)
        .chain(more -> more ? sweepRest(grace) : Uni.createFrom().voidItem())
        .emitOn(Infrastructure.getDefaultExecutor());
  }

  private Uni<Void> forgetStaging() {
    return database.inTransaction(
        session ->
            session
                .createNativeQuery(FORGOTTEN_STAGING)
                .setParameter("seconds", LONGEST_STAGING.toSeconds())
                .executeUpdate()
                .replaceWithVoid());
  }

  /** Gives whether there may be more to do. */
  private Uni<Boolean> sweepOne(Duration grace) {
    return database.inTransaction(
        session ->
            session
                .createNativeQuery(TAKE, Object[].class)
                .setParameter("seconds", grace.toSeconds())
                .getSingleResultOrNull()
                .map(Optional::ofNullable)
                .chain(
                    row ->
                        row.isEmpty()
                            ? Uni.createFrom().item(false)
                            : remove(session, digest(row.get()), grace)));
  }

  private Uni<Boolean> remove(Mutiny.Session session, Digest digest, Duration grace) {
    return session
        .createNativeQuery(LOCK, Object.class)
        .setParameter("sha256", digest.sha256())
        .getSingleResult()
        .chain(() -> SingleColumn.number(session, USES, Map.of("sha256", digest.sha256())))
        .chain(uses -> uses > 0 ? Uni.createFrom().item(true) : delete(digest, grace))
        .chain(
            done -> done ? Uni.createFrom().item(true) : putBack(session, digest).replaceWith(true))
        .onFailure(ProblemException.class)
        .recoverWithUni(
            failure -> {
              LOG.warnf(failure, "Artifact %s cannot be removed now", digest.sha256());
              return putBack(session, digest).replaceWith(false);
            });
  }

  /** Gives whether it is gone. On a worker thread, and back on the session's event loop. */
  private Uni<Boolean> delete(Digest digest, Duration grace) {
    return Uni.createFrom()
        .completionStage(
            () ->
                vertx
                    .getOrCreateContext()
                    .executeBlocking(
                        () -> store.delete(digest, clock.instant().minus(grace)), false)
                    .toCompletionStage());
  }

  /** To be looked at again after another grace time. */
  private static Uni<Void> putBack(Mutiny.Session session, Digest digest) {
    return session
        .createNativeQuery(PUT_BACK)
        .setParameter("sha256", digest.sha256())
        .setParameter("size", digest.sizeBytes())
        .executeUpdate()
        .replaceWithVoid();
  }

  private static Digest digest(Object[] row) {
    return new Digest((String) row[0], ((Number) row[1]).longValue());
  }
}
