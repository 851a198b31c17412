package dev.inferlab.platform.artifact;

import dev.inferlab.platform.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;

/**
 * Bytes by their digest. What is in the store never changes and is whole: it appears at once, after
 * its digest was checked.
 *
 * <p>Every method blocks: call from a worker or virtual thread. What goes wrong is a {@link
 * ProblemException} with one of the {@code ARTIFACT_} codes.
 */
public interface ArtifactStore {
  /**
   * Those of the digests that the store does not have. The others are as young as if they had been
   * stored just now: who is told that they are there need not store them, and has as much time to
   * say what for.
   */
  Set<Digest> findMissing(Collection<Digest> digests);

  default boolean has(Digest digest) {
    return findMissing(Set.of(digest)).isEmpty();
  }

  /**
   * The bytes from an offset on; to be closed. Empty if the offset is the size.
   *
   * @throws ProblemException ARTIFACT_NOT_FOUND, ARTIFACT_OFFSET_INVALID
   */
  InputStream open(Digest digest, long offset);

  /**
   * Begins an artifact whose digest is not known yet, of at most {@code maxBytes} (and the store's
   * own limit).
   */
  ArtifactWriter begin(long maxBytes);

  /** The same with the store's own limit. */
  ArtifactWriter begin();

  /** Stores a whole stream. Does not close it. */
  default Digest put(InputStream bytes) throws IOException {
    try (ArtifactWriter writer = begin()) {
      bytes.transferTo(writer);
      return writer.commit();
    }
  }

  /**
   * Begins or goes on with a write whose digest is known. What the store has already is as young
   * then as what {@link #findMissing} finds, with every kind of write. A write that goes on
   * elsewhere at this moment is superseded: its next call fails, so a sender that reconnects need
   * not wait for its old connection to die.
   *
   * @throws ProblemException ARTIFACT_TOO_LARGE by the store's limit; ARTIFACT_WRITE_SUPERSEDED if
   *     another process holds it
   */
  ResumableWrite resume(Digest expected);

  /**
   * Removes it unless it was stored, or found to be there, since that moment. Gives whether it is
   * gone. Readers that have it open read on.
   */
  boolean delete(Digest digest, Instant untouchedSince);

  /**
   * Removes leftovers of writers that were killed long ago. Several processes may do it at once.
   */
  void prune(Instant now);
}
