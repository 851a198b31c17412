package dev.inferlab.gateway.catalog;

import dev.inferlab.gateway.catalog.zoo.ZooModel;
import dev.inferlab.gateway.catalog.zoo.ZooWords;
import dev.inferlab.gateway.http.PathId;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.json.Uuids;
import dev.inferlab.gateway.model.Tasks;
import dev.inferlab.gateway.paging.ListRequest;
import dev.inferlab.gateway.paging.Listing;
import dev.inferlab.gateway.paging.Page;
import dev.inferlab.gateway.paging.SortKey;
import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.problem.ProblemCode;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/** What can be asked about the models of all catalogues. */
@ApplicationScoped
class Entries {
  private static final Map<String, SortKey> SORTS =
      Map.of(
          "name", SortKey.name("e.name"),
          "task", SortKey.text("e.task"),
          "framework", SortKey.text("e.framework"),
          "sizeBytes", SortKey.number("e.sizeBytes"));
  private static final String BY_NAME =
      """
      select e from CatalogEntry e, CatalogSource s where s.id = e.sourceId
        and (e.name = :reference or concat(s.name, '/', e.name) = :reference)
      order by case when s.kind = 'BUILT_IN' then 0 else 1 end, e.importable desc, s.createdAt, e.path
      """;

  private final Database database;
  private final Json json;

  Entries(Database database, Json json) {
    this.database = database;
    this.json = json;
  }

  Uni<Page<EntryView>> list(ListRequest request) {
    Listing<CatalogEntry> listing =
        new Listing<>(CatalogEntry.class, "CatalogEntry e")
            .and("e.task = :task", "task", request.choice("task", Tasks.NAMES))
            .and(
                "e.taskType = :taskType",
                "taskType",
                request.choice("taskType", ZooWords.TASK_TYPES))
            .and(
                "e.framework = :framework",
                "framework",
                request.choice("framework", ZooWords.FRAMEWORKS))
            .and(
                "e.precisions like :precision",
                "precision",
                request.choice("precision", ZooWords.PRECISIONS).map(p -> "% " + p + " %"))
            .and("e.name = :name", "name", request.text("name"))
            .and("e.words like :q escape '!'", "q", request.text("q").map(Entries::like))
            .and("e.sizeBytes >= :min", "min", request.count("minSizeBytes"))
            .and("e.sizeBytes <= :max", "max", request.count("maxSizeBytes"))
            .and("e.sourceId = :source", "source", request.id("sourceId"))
            .and(
                "e.importable = :importable",
                "importable",
                request.choice("importable", Set.of("true", "false")).map(Boolean::valueOf));
    return database.inSession(
        session ->
            listing
                .page(session, request, SORTS, "name", Entries::sortValues, row -> row.id)
                .chain(page -> sources(session).map(names -> page.map(row -> view(row, names)))));
  }

  private static Map<String, Object> sortValues(CatalogEntry row) {
    return Map.of(
        "name", row.name,
        "task", row.task,
        "framework", row.framework,
        "sizeBytes", row.sizeBytes);
  }

  private static String like(String text) {
    return "%" + text.toLowerCase(Locale.ROOT).replaceAll("[!%_]", "!$0") + "%";
  }

  Uni<EntryView> get(UUID id) {
    return database.inSession(
        session ->
            session
                .find(CatalogEntry.class, id)
                .onItem()
                .ifNull()
                .failWith(() -> PathId.notFound(ProblemCode.CATALOG_ENTRY_NOT_FOUND))
                .chain(row -> sources(session).map(names -> view(row, names))));
  }

  /** An entry with the name of its source. */
  record Found(CatalogEntry row, String source, ZooModel model) {}

  /** By id, by "catalogue/name", or by name alone: then ours come first. */
  Uni<Optional<Found>> find(String reference) {
    Optional<UUID> id = Uuids.parse(reference);
    return database.inSession(
        session ->
            (id.isPresent()
                    ? session.find(CatalogEntry.class, id.get())
                    : session
                        .createSelectionQuery(BY_NAME, CatalogEntry.class)
                        .setParameter("reference", reference)
                        .setMaxResults(1)
                        .getSingleResultOrNull())
                .chain(
                    row ->
                        row == null
                            ? Uni.createFrom().item(Optional.empty())
                            : sources(session)
                                .map(
                                    names ->
                                        Optional.of(
                                            new Found(
                                                row,
                                                names.getOrDefault(row.sourceId, ""),
                                                model(row))))));
  }

  private EntryView view(CatalogEntry row, Map<UUID, String> sources) {
    return EntryView.of(row, sources.get(row.sourceId), model(row));
  }

  private ZooModel model(CatalogEntry row) {
    return json.read(row.document, ZooModel.class);
  }

  private static Uni<Map<UUID, String>> sources(Mutiny.Session session) {
    return session
        .createSelectionQuery("from CatalogSource", CatalogSource.class)
        .getResultList()
        .map(
            (List<CatalogSource> rows) ->
                rows.stream().collect(Collectors.toMap(row -> row.id, row -> row.name)));
  }
}
