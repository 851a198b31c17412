package dev.inferlab.gateway.artifact;

import dev.inferlab.gateway.staging.StagedFile;
import dev.inferlab.platform.artifact.ArtifactStore;
import dev.inferlab.platform.artifact.ArtifactWriter;
import dev.inferlab.platform.artifact.Digest;
import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.id.Ids;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Brings checked files into the artifact store. They are reserved first, so that the sweeper leaves
 * them alone; the transaction that refers to them takes the reservation over. If that never comes,
 * the reservation ages and the sweeper removes them.
 */
@ApplicationScoped
public class StoreFiles {
  private final ArtifactStore store;
  private final ArtifactUses uses;
  private final Database database;
  private final Ids ids;

  StoreFiles(ArtifactStore store, ArtifactUses uses, Database database, Ids ids) {
    this.store = store;
    this.uses = uses;
    this.database = database;
    this.ids = ids;
  }

  /** A promise to the files until {@link #take} or {@link #cancel}. */
  public record Reservation(UUID id, List<Digest> digests) {}

  /** Blocking: call from a worker thread. */
  public Reservation store(Collection<StagedFile> files) throws IOException {
    List<Digest> digests = files.stream().map(StagedFile::digest).distinct().toList();
    Reservation reservation = new Reservation(ids.next(), digests);
    database
        .inTransaction(
            session -> uses.add(session, ArtifactUses.STAGING, reservation.id(), digests))
        .await()
        .indefinitely();
    try {
      Set<Digest> missing = new HashSet<>(store.findMissing(digests));
      for (StagedFile file : files) {
        if (missing.remove(file.digest())) {
          write(file);
        }
      }
      return reservation;
    } catch (IOException | RuntimeException e) {
      cancel(reservation);
      throw e;
    }
  }

  private void write(StagedFile file) throws IOException {
    try (ArtifactWriter writer = store.begin()) {
      Files.copy(file.path(), writer);
      writer.commit();
    }
  }

  /** Makes an owner use the reserved files, in the session's transaction. */
  public Uni<Void> take(Mutiny.Session session, Reservation reservation, String kind, UUID owner) {
    return uses.add(session, kind, owner, reservation.digests())
        .chain(() -> uses.release(session, ArtifactUses.STAGING, reservation.id()));
  }

  /** Blocking. */
  public void cancel(Reservation reservation) {
    database
        .inTransaction(session -> uses.release(session, ArtifactUses.STAGING, reservation.id()))
        .await()
        .indefinitely();
  }
}
