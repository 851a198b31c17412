package dev.inferlab.gateway.upload;

import dev.inferlab.gateway.artifact.ArtifactUses;
import dev.inferlab.gateway.http.PathId;
import dev.inferlab.platform.artifact.ArtifactStore;
import dev.inferlab.platform.artifact.ArtifactWriter;
import dev.inferlab.platform.artifact.Digest;
import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.id.Ids;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Takes uploads part by part. Each part is an artifact of its own: any replica can go on where
 * another stopped, and what came before a connection broke is kept. Blocking.
 */
@ApplicationScoped
class Uploads {
  private static final String ADVANCE =
      """
      update upload set received_bytes = received_bytes + :size
      where id = :id and received_bytes = :offset
      """;
  private static final String ADD_PART =
      """
      insert into upload_part (upload_id, position, sha256, size_bytes)
      values (:id, :offset, :sha256, :size)
      """;

  private final Database database;
  private final ArtifactStore store;
  private final ArtifactUses uses;
  private final Ids ids;
  private final InstantSource clock;
  private final Duration lifetime;

  Uploads(
      Database database,
      ArtifactStore store,
      ArtifactUses uses,
      Ids ids,
      InstantSource clock,
      @ConfigProperty(name = "inferlab.upload.lifetime", defaultValue = "24h") Duration lifetime) {
    this.database = database;
    this.store = store;
    this.uses = uses;
    this.ids = ids;
    this.clock = clock;
    this.lifetime = lifetime;
  }

  Upload create(String owner, String fileName, long length) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Upload upload = new Upload();
    upload.id = ids.next();
    upload.owner = owner;
    upload.fileName = fileName;
    upload.lengthBytes = length;
    upload.createdAt = now;
    upload.expiresAt = now.plus(lifetime);
    database.inTransaction(session -> session.persist(upload)).await().indefinitely();
    return upload;
  }

  Upload get(String owner, UUID id) {
    Upload upload =
        database.inSession(session -> session.find(Upload.class, id)).await().indefinitely();
    if (upload == null || !upload.owner.equals(owner)) {
      throw PathId.notFound(ProblemCode.UPLOAD_NOT_FOUND);
    }
    return upload;
  }

  /** Stores what comes. Gives the new offset. */
  long append(Upload upload, long offset, InputStream bytes) {
    if (offset != upload.receivedBytes) {
      throw new ProblemException(
          ProblemCode.UPLOAD_OFFSET_MISMATCH,
          "The upload goes on at %d, not at %d.".formatted(upload.receivedBytes, offset));
    }
    long room = upload.lengthBytes - offset;
    try (ArtifactWriter writer = store.begin()) {
      boolean whole = copy(bytes, writer, room);
      long size = writer.size();
      if (size > 0) {
        keep(upload, offset, writer);
      }
      if (!whole) {
        throw new ProblemException(
            ProblemCode.UPLOAD_OFFSET_MISMATCH,
            "The connection broke; the upload goes on at %d.".formatted(offset + size));
      }
      return offset + size;
    }
  }

  /** False if the sender went away in the middle. */
  private static boolean copy(InputStream bytes, ArtifactWriter writer, long room) {
    byte[] buffer = new byte[1 << 16];
    while (true) {
      int count;
      try {
        count = bytes.read(buffer);
      } catch (IOException e) {
        return false;
      }
      if (count < 0) {
        return true;
      }
      if (count > room - writer.size()) {
        throw new ProblemException(
            ProblemCode.UPLOAD_TOO_LARGE, "More bytes came than Upload-Length announced.");
      }
      try {
        writer.write(buffer, 0, count);
      } catch (IOException e) {
        throw new ProblemException(
            ProblemCode.ARTIFACT_STORE_UNAVAILABLE, "The bytes could not be stored.", e);
      }
    }
  }

  private void keep(Upload upload, long offset, ArtifactWriter writer) {
    // The use first: were the bytes, which others may have stored once, there already and just
    // being
    // swept, they would be gone after the commit.
    Digest digest = writer.seal();
    database
        .inTransaction(
            session -> uses.add(session, ArtifactUses.UPLOAD, upload.id, List.of(digest)))
        .await()
        .indefinitely();
    writer.commit();
    database
        .inTransaction(session -> advance(session, upload.id, offset, digest))
        .await()
        .indefinitely();
  }

  private static Uni<Void> advance(Mutiny.Session session, UUID id, long offset, Digest digest) {
    return session
        .createNativeQuery(ADVANCE)
        .setParameter("size", digest.sizeBytes())
        .setParameter("id", id)
        .setParameter("offset", offset)
        .executeUpdate()
        .invoke(
            advanced -> {
              if (advanced == 0) {
                throw new ProblemException(
                    ProblemCode.UPLOAD_OFFSET_MISMATCH, "Another request went on with the upload.");
              }
            })
        .chain(
            () ->
                session
                    .createNativeQuery(ADD_PART)
                    .setParameter("id", id)
                    .setParameter("offset", offset)
                    .setParameter("sha256", digest.sha256())
                    .setParameter("size", digest.sizeBytes())
                    .executeUpdate())
        .replaceWithVoid();
  }

  Uni<Void> delete(UUID id) {
    return database.inTransaction(session -> delete(session, List.of(id)));
  }

  /** Removes uploads whose time is over. */
  Uni<Void> expire() {
    return database.inTransaction(
        session ->
            session
                .createSelectionQuery(
                    "select u.id from Upload u where u.expiresAt < :now", UUID.class)
                .setParameter("now", clock.instant())
                .setMaxResults(1_000)
                .getResultList()
                .chain(old -> delete(session, old)));
  }

  private Uni<Void> delete(Mutiny.Session session, List<UUID> uploads) {
    if (uploads.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return uses.release(session, ArtifactUses.UPLOAD, uploads)
        .chain(
            () ->
                session
                    .createMutationQuery("delete from Upload where id in (:ids)")
                    .setParameter("ids", uploads)
                    .executeUpdate())
        .replaceWithVoid();
  }
}
