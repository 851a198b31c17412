package dev.inferlab.gateway.dataset;

import dev.inferlab.gateway.artifact.ArtifactUses;
import dev.inferlab.gateway.http.InUse;
import dev.inferlab.gateway.http.PathId;
import dev.inferlab.gateway.paging.ListRequest;
import dev.inferlab.gateway.paging.Listing;
import dev.inferlab.gateway.paging.Page;
import dev.inferlab.gateway.paging.SortKey;
import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.db.SingleColumn;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** What can be asked about datasets, and their end. */
@ApplicationScoped
class DatasetReads {
  private static final Map<String, SortKey> SORTS =
      Map.of(
          "createdAt", SortKey.time("e.createdAt"),
          "name", SortKey.name("e.name"),
          "imageCount", SortKey.number("e.imageCount"),
          "sizeBytes", SortKey.number("e.zipBytes"));

  private static final String USES =
      "select 'project ' || id from project where dataset_id = :id order by id limit " + InUse.MOST;

  private final Database database;
  private final ArtifactUses artifacts;

  DatasetReads(Database database, ArtifactUses artifacts) {
    this.database = database;
    this.artifacts = artifacts;
  }

  Uni<Page<DatasetView>> list(ListRequest request) {
    Listing<Dataset> listing =
        new Listing<>(Dataset.class, "Dataset e")
            .and("e.name = :name", "name", request.text("name"))
            .and("e.owner = :owner", "owner", request.text("owner"));
    return database.inSession(
        session ->
            listing
                .page(
                    session, request, SORTS, "-createdAt", DatasetReads::sortValues, row -> row.id)
                .map(page -> page.map(DatasetView::of)));
  }

  private static Map<String, Object> sortValues(Dataset row) {
    return Map.of(
        "createdAt", row.createdAt,
        "name", row.name,
        "imageCount", row.imageCount,
        "sizeBytes", row.zipBytes);
  }

  Uni<Dataset> get(UUID id) {
    return database.inSession(session -> find(session, id));
  }

  /** In the order of the upload; the cursor is a position. */
  Uni<Page<ImageView>> images(UUID id, ListRequest request) {
    int limit = request.limit();
    int after = request.offset();
    request.check();
    return database.inSession(
        session ->
            find(session, id)
                .chain(
                    dataset ->
                        session
                            .createSelectionQuery(
                                "from DatasetImage where datasetId = :id and position >= :from order by position",
                                DatasetImage.class)
                            .setParameter("id", id)
                            .setParameter("from", after)
                            .setMaxResults(limit)
                            .getResultList()
                            .map(
                                rows ->
                                    new Page<>(
                                        rows.stream().map(ImageView::of).toList(),
                                        after + rows.size() < dataset.imageCount
                                            ? Integer.toString(after + rows.size())
                                            : null))));
  }

  Uni<DatasetImage> image(UUID id, String name) {
    return database.inSession(
        session ->
            find(session, id)
                .chain(
                    dataset ->
                        session
                            .createSelectionQuery(
                                "from DatasetImage where datasetId = :id and name = :name",
                                DatasetImage.class)
                            .setParameter("id", id)
                            .setParameter("name", name)
                            .getSingleResultOrNull())
                .onItem()
                .ifNull()
                .failWith(
                    () ->
                        new ProblemException(
                            ProblemCode.DATASET_IMAGE_NOT_FOUND,
                            "No image of the dataset has this name.")));
  }

  Uni<Void> delete(UUID id) {
    return database.inTransaction(
        session ->
            session
                .find(Dataset.class, id, LockModeType.PESSIMISTIC_WRITE)
                .onItem()
                .ifNull()
                .failWith(() -> PathId.notFound(ProblemCode.DATASET_NOT_FOUND))
                .call(() -> checkUnused(session, id))
                .call(() -> artifacts.release(session, ArtifactUses.DATASET, id))
                .call(session::remove)
                .replaceWithVoid());
  }

  private static Uni<List<String>> checkUnused(Mutiny.Session session, UUID id) {
    return SingleColumn.texts(session, USES, Map.of("id", id))
        .invoke(uses -> InUse.refuse(ProblemCode.DATASET_IN_USE, uses));
  }

  private static Uni<Dataset> find(Mutiny.Session session, UUID id) {
    return session
        .find(Dataset.class, id)
        .onItem()
        .ifNull()
        .failWith(() -> PathId.notFound(ProblemCode.DATASET_NOT_FOUND));
  }
}
