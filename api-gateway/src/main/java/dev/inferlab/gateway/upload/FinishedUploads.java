package dev.inferlab.gateway.upload;

import dev.inferlab.gateway.artifact.ArtifactContent;
import dev.inferlab.gateway.artifact.ArtifactUses;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.staging.ReceivedFile;
import dev.inferlab.gateway.staging.Staging;
import dev.inferlab.platform.artifact.Digest;
import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.platform.problem.Violation;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.reactive.mutiny.Mutiny;

/** Uploads as models and datasets use them: whole, of the same user, once. */
@ApplicationScoped
public class FinishedUploads {
  private static final String PARTS =
      "select sha256, size_bytes from upload_part where upload_id = :id order by position";
  private static final String USE =
      """
      update upload set used = true
      where not used and id in
        (select cast(value as uuid) from jsonb_array_elements_text(cast(cast(:ids as text) as jsonb)))
      """;

  private final Database database;
  private final ArtifactContent artifacts;
  private final ArtifactUses uses;
  private final Json json;
  private final long largest;

  FinishedUploads(
      Database database,
      ArtifactContent artifacts,
      ArtifactUses uses,
      Json json,
      @ConfigProperty(name = "inferlab.upload.max-size") MemorySize largest) {
    this.largest = largest.asLongValue();
    this.database = database;
    this.artifacts = artifacts;
    this.uses = uses;
    this.json = json;
  }

  private record Part(Digest digest) {}

  /** Puts uploads together on this machine's disk. Blocking. */
  public List<ReceivedFile> fetch(String owner, List<UUID> ids, Staging staging)
      throws IOException {
    List<Upload> uploads = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      uploads.add(require(owner, ids.get(i), "uploadIds[%d]".formatted(i)));
    }
    requireRoom(uploads);
    List<ReceivedFile> files = new ArrayList<>();
    for (Upload upload : uploads) {
      Path file = staging.newFile();
      try (OutputStream out = Files.newOutputStream(file)) {
        for (Part part : parts(upload.id)) {
          try (InputStream bytes = artifacts.open(part.digest(), 0)) {
            bytes.transferTo(out);
          }
        }
      }
      files.add(new ReceivedFile(upload.fileName, file));
    }
    return files;
  }

  /** Before anything is copied: together they have one form's limit, not one each. */
  private void requireRoom(List<Upload> uploads) {
    long bytes = uploads.stream().mapToLong(upload -> upload.lengthBytes).sum();
    if (bytes > largest) {
      throw problem(
          ProblemCode.UPLOAD_TOO_LARGE,
          "uploadIds",
          "have %,d bytes together; at most %,d are taken".formatted(bytes, largest));
    }
  }

  /** Marks the uploads as used, in the transaction that uses them. */
  public Uni<Void> use(Mutiny.Session session, List<UUID> ids) {
    if (ids.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return session
        .createNativeQuery(USE)
        .setParameter("ids", json.write(ids))
        .executeUpdate()
        .invoke(
            used -> {
              if (used != ids.stream().distinct().count()) {
                throw new ProblemException(
                    ProblemCode.UPLOAD_ALREADY_USED, "An upload was used by another request.");
              }
            })
        .chain(() -> uses.release(session, ArtifactUses.UPLOAD, ids));
  }

  private Upload require(String owner, UUID id, String path) {
    Upload upload =
        database.inSession(session -> session.find(Upload.class, id)).await().indefinitely();
    if (upload == null || !upload.owner.equals(owner)) {
      throw problem(ProblemCode.REFERENCE_NOT_FOUND, path, "no upload has this id");
    }
    if (upload.used) {
      throw problem(ProblemCode.UPLOAD_ALREADY_USED, path, "was used before");
    }
    if (upload.receivedBytes < upload.lengthBytes) {
      throw problem(
          ProblemCode.UPLOAD_INCOMPLETE,
          path,
          "has %d of %d bytes".formatted(upload.receivedBytes, upload.lengthBytes));
    }
    return upload;
  }

  private static ProblemException problem(ProblemCode code, String path, String reason) {
    return new ProblemException(
        code, "An upload cannot be used.", List.of(new Violation(path, reason)));
  }

  private List<Part> parts(UUID id) {
    return database
        .inSession(
            session ->
                session
                    .createNativeQuery(PARTS, Object[].class)
                    .setParameter("id", id)
                    .getResultList())
        .map(
            rows ->
                rows.stream()
                    .map(
                        row -> new Part(new Digest((String) row[0], ((Number) row[1]).longValue())))
                    .toList())
        .await()
        .indefinitely();
  }
}
