package dev.inferlab.gateway.model;

import dev.inferlab.gateway.http.PathId;
import dev.inferlab.gateway.model.analysis.StoredAnalysis;
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
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** What can be asked about models. */
@ApplicationScoped
class ModelReads {
  private static final Map<String, SortKey> SORTS =
      Map.of(
          "createdAt", SortKey.time("e.createdAt"),
          "updatedAt", SortKey.time("e.updatedAt"),
          "name", SortKey.name("e.name"),
          "format", SortKey.text("e.format"),
          "sizeBytes", SortKey.number("e.sizeBytes"));
  private static final String DOWNLOAD =
      """
      select received_bytes, total_bytes, trouble,
             case when holder is null and trouble is not null
                  then cast(extract(epoch from next_at) * 1000 as bigint) end
      from acquisition where model_id = :id
      """;
  private static final String WAITING_FOR = "select waiting_for from job where id = :id";

  private final Database database;
  private final ModelViews views;

  ModelReads(Database database, ModelViews views) {
    this.database = database;
    this.views = views;
  }

  Uni<Page<ModelView>> list(ListRequest request) {
    Listing<Model> listing =
        new Listing<>(Model.class, "Model e")
            .and("e.state = :state", "state", request.choice("state", Model.STATES))
            .and("e.origin = :origin", "origin", request.choice("origin", Model.ORIGINS))
            .and("e.rootId = :root", "root", request.id("rootId"))
            .and("e.parentId = :parent", "parent", request.id("parentId"))
            .and("e.format = :format", "format", request.choice("format", Formats.names()))
            .and("e.task = :task", "task", request.choice("task", Tasks.NAMES))
            .and(
                "e.precision = :precision",
                "precision",
                request.choice("precision", Precision.NAMES))
            .and("e.name = :name", "name", request.text("name"))
            .and("e.owner = :owner", "owner", request.text("owner"));
    return database.inSession(session -> page(session, listing, request, "-createdAt"));
  }

  /** All of the family, the oldest first. */
  Uni<Page<ModelView>> versions(UUID id, ListRequest request) {
    return database.inSession(
        session ->
            find(session, id)
                .map(
                    model ->
                        new Listing<>(Model.class, "Model e")
                            .and("e.rootId = :root", "root", Optional.of(model.rootId)))
                .chain(listing -> page(session, listing, request, "createdAt")));
  }

  private Uni<Page<ModelView>> page(
      Mutiny.Session session, Listing<Model> listing, ListRequest request, String usualSort) {
    return listing
        .page(session, request, SORTS, usualSort, ModelReads::sortValues, row -> row.id)
        .map(page -> page.map(views::of));
  }

  private static Map<String, Object> sortValues(Model row) {
    return Map.of(
        "createdAt", row.createdAt,
        "updatedAt", row.updatedAt,
        "name", row.name,
        "format", row.format,
        "sizeBytes", row.sizeBytes);
  }

  Uni<ModelView> get(UUID id) {
    return database.inSession(session -> find(session, id).chain(model -> view(session, model)));
  }

  /** With all that is kept elsewhere. */
  Uni<ModelView> view(Mutiny.Session session, Model model) {
    return waitingFor(session, model)
        .chain(
            waiting ->
                session
                    .find(ModelLabels.class, model.id)
                    .chain(
                        labels ->
                            download(session, model)
                                .map(
                                    download ->
                                        views.of(
                                            model,
                                            waiting.orElse(null),
                                            labels,
                                            download.orElse(null)))));
  }

  private static Uni<Optional<DownloadView>> download(Mutiny.Session session, Model model) {
    return model.state.equals(Model.DOWNLOADING)
        ? session
            .createNativeQuery(DOWNLOAD, Object[].class)
            .setParameter("id", model.id)
            .getSingleResultOrNull()
            .map(row -> Optional.ofNullable(row).map(ModelReads::download))
        : Uni.createFrom().item(Optional.empty());
  }

  private static DownloadView download(Object[] row) {
    return new DownloadView(
        ((Number) row[0]).longValue(),
        row[1] == null ? null : ((Number) row[1]).longValue(),
        (String) row[2],
        row[3] == null ? null : Instant.ofEpochMilli(((Number) row[3]).longValue()));
  }

  Uni<Model> row(UUID id) {
    return database.inSession(session -> find(session, id));
  }

  Uni<StoredAnalysis> analysis(UUID id) {
    return database.inSession(
        session ->
            find(session, id)
                .invoke(Model::requireReady)
                .chain(model -> session.find(StoredAnalysis.class, id))
                .onItem()
                .ifNull()
                .failWith(ModelReads::notAnalysed));
  }

  static ProblemException notAnalysed() {
    return new ProblemException(
        ProblemCode.MODEL_ANALYSIS_NOT_FOUND, "Nothing was recorded about this model's graph.");
  }

  private static Uni<Model> find(Mutiny.Session session, UUID id) {
    return session
        .find(Model.class, id)
        .onItem()
        .ifNull()
        .failWith(() -> PathId.notFound(ProblemCode.MODEL_NOT_FOUND));
  }

  private static Uni<Optional<String>> waitingFor(Mutiny.Session session, Model model) {
    return model.state.equals(Model.IMPORTING)
        ? SingleColumn.text(session, WAITING_FOR, Map.of("id", model.jobId))
            .map(Optional::ofNullable)
        : Uni.createFrom().item(Optional.empty());
  }
}
