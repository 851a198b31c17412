package dev.inferlab.gateway.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.catalog.download.Acquisitions;
import dev.inferlab.gateway.catalog.download.AddressRule;
import dev.inferlab.gateway.catalog.zoo.WebAddress;
import dev.inferlab.gateway.catalog.zoo.ZooModel;
import dev.inferlab.gateway.http.PathId;
import dev.inferlab.gateway.idempotency.Answer;
import dev.inferlab.gateway.idempotency.Submits;
import dev.inferlab.gateway.json.CanonicalJson;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.json.JsonFields;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.gateway.paging.ListRequest;
import dev.inferlab.gateway.paging.Listing;
import dev.inferlab.gateway.paging.Page;
import dev.inferlab.gateway.paging.SortKey;
import dev.inferlab.gateway.staging.ReceivedFile;
import dev.inferlab.gateway.staging.Staging;
import dev.inferlab.gateway.staging.StagingArea;
import dev.inferlab.gateway.text.PlainText;
import dev.inferlab.gateway.upload.FinishedUploads;
import dev.inferlab.gateway.upload.Form;
import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.db.SingleColumn;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/** Registers catalogues, lists and removes them. */
@ApplicationScoped
class Sources {
  private static final Map<String, SortKey> SORTS =
      Map.of("createdAt", SortKey.time("e.createdAt"), "name", SortKey.name("e.name"));
  private static final String COUNTS =
      """
      select cast(source_id as text), count(*), count(*) filter (where importable)
      from catalog_entry group by source_id
      """;
  private static final String TAKEN = "select count(*) from catalog_source where name = :name";

  private final Database database;
  private final Submits submits;
  private final StagingArea area;
  private final FinishedUploads uploads;
  private final ReadCatalog read;
  private final CatalogRows rows;
  private final OperatorFolders folders;
  private final AddressRule rule;
  private final Acquisitions acquisitions;
  private final Json json;

  Sources(
      Database database,
      Submits submits,
      StagingArea area,
      FinishedUploads uploads,
      ReadCatalog read,
      CatalogRows rows,
      OperatorFolders folders,
      AddressRule rule,
      Acquisitions acquisitions,
      Json json) {
    this.database = database;
    this.submits = submits;
    this.area = area;
    this.uploads = uploads;
    this.read = read;
    this.rows = rows;
    this.folders = folders;
    this.rule = rule;
    this.acquisitions = acquisitions;
    this.json = json;
  }

  /** Blocking. */
  Answer form(String owner, Optional<String> key, Form form) throws IOException {
    Violations violations = new Violations();
    JsonFields options = JsonFields.of(form.options(), "options", violations);
    Optional<String> name = options.text("name", PlainText.LONGEST_NAME);
    options.refuseUnknown();
    refuse(violations);
    List<ZooModel> models = read.archives(form.files());
    CatalogSource source =
        rows.source(
            owner,
            CatalogSource.UPLOAD,
            name.orElseGet(() -> plain(form.files().getFirst().name())),
            null);
    String request =
        "POST " + CatalogResource.SOURCES + "\n" + source.name + "\n" + rows.digest(models);
    return once(owner, key, request, source, session -> rows.write(session, source, models));
  }

  /** Blocking. */
  Answer json(String owner, Optional<String> key, JsonNode body) throws IOException {
    Violations violations = new Violations();
    JsonFields fields = JsonFields.of(body, "", violations);
    Optional<String> name = fields.text("name", PlainText.LONGEST_NAME);
    Optional<String> folder = folders.choice(fields, "folder");
    Optional<String> url = fields.text("url", 2_000);
    List<UUID> ids = fields.ids("uploadIds", 10);
    fields.refuseUnknown();
    long given =
        Set.of("folder", "url", "uploadIds").stream().filter(field -> fields.has(field)).count();
    if (given != 1) {
      violations.add("", "needs exactly one of uploadIds, folder, url");
    }
    url.flatMap(WebAddress::fault).ifPresent(fault -> violations.add("url", fault));
    refuse(violations);
    url.ifPresent(address -> rule.requireAllowed(address, "url"));
    String request = "POST " + CatalogResource.SOURCES + "\n" + CanonicalJson.of(body);
    Optional<Answer> earlier = submits.earlier(owner, key, request).await().indefinitely();
    if (earlier.isPresent()) {
      return earlier.get();
    }
    if (url.isPresent()) {
      CatalogSource source =
          rows.source(owner, CatalogSource.URL, name.orElse(plain(url.get())), url.get());
      Answer answer =
          once(
              owner,
              key,
              request,
              source,
              session -> acquisitions.ofSource(session, source.id, url.get()));
      acquisitions.wake();
      return answer;
    }
    if (folder.isPresent()) {
      List<ZooModel> models = read.folder(folders.path(folder.get()).orElseThrow());
      CatalogSource source =
          rows.source(owner, CatalogSource.FOLDER, name.orElse(folder.get()), folder.get());
      return once(owner, key, request, source, session -> rows.write(session, source, models));
    }
    try (Staging staging = area.open()) {
      List<ReceivedFile> received = uploads.fetch(owner, ids, staging);
      List<ZooModel> models = read.archives(received);
      CatalogSource source =
          rows.source(
              owner,
              CatalogSource.UPLOAD,
              name.orElseGet(() -> plain(received.getFirst().name())),
              null);
      return once(
          owner,
          key,
          request,
          source,
          session -> uploads.use(session, ids).chain(() -> rows.write(session, source, models)));
    }
  }

  private static void refuse(Violations violations) {
    violations.throwIfAny(ProblemCode.REQUEST_INVALID, "The catalogue cannot be registered.");
  }

  /** The last part of a name, without what archives end with. */
  private static String plain(String name) {
    String path = name.replaceAll("[?#].*", "").replaceAll("/+$", "");
    return PlainText.nameOf(path.replaceFirst("(?i)\\.(zip|tar|tgz|tar\\.gz)$", ""), "catalogue");
  }

  private Answer once(
      String owner,
      Optional<String> key,
      String request,
      CatalogSource source,
      Function<Mutiny.Session, Uni<Void>> fill) {
    return submits
        .once(
            owner,
            key,
            request,
            session ->
                refuseTaken(session, source.name)
                    .chain(() -> session.persist(source))
                    .chain(() -> fill.apply(session))
                    .chain(session::flush)
                    .chain(() -> counts(session))
                    .map(
                        counts ->
                            new Answer(
                                source.state.equals(CatalogSource.READY) ? 201 : 202,
                                CatalogResource.SOURCES + "/" + source.id,
                                json.write(view(source, counts)))))
        .await()
        .indefinitely();
  }

  private static Uni<Void> refuseTaken(Mutiny.Session session, String name) {
    return SingleColumn.number(session, TAKEN, Map.of("name", name))
        .invoke(
            taken -> {
              if (taken > 0) {
                throw new ProblemException(
                    ProblemCode.CATALOG_SOURCE_EXISTS,
                    "Another catalogue is named '%s'.".formatted(name));
              }
            })
        .replaceWithVoid();
  }

  Uni<Page<SourceView>> list(ListRequest request) {
    Listing<CatalogSource> listing =
        new Listing<>(CatalogSource.class, "CatalogSource e")
            .and("e.name = :name", "name", request.text("name"))
            .and(
                "e.state = :state",
                "state",
                request.choice(
                    "state",
                    Set.of(CatalogSource.LOADING, CatalogSource.READY, CatalogSource.FAILED)));
    return database.inSession(
        session ->
            listing
                .page(
                    session,
                    request,
                    SORTS,
                    "createdAt",
                    row -> Map.of("createdAt", row.createdAt, "name", row.name),
                    row -> row.id)
                .chain(page -> counts(session).map(found -> page.map(row -> view(row, found)))));
  }

  Uni<SourceView> get(UUID id) {
    return database.inSession(
        session -> find(session, id).chain(row -> counts(session).map(found -> view(row, found))));
  }

  Uni<Void> delete(UUID id) {
    return database.inTransaction(
        session ->
            find(session, id)
                .chain(
                    source -> {
                      if (source.kind.equals(CatalogSource.BUILT_IN)) {
                        throw new ProblemException(
                            ProblemCode.CATALOG_SOURCE_BUILT_IN, "It comes with Inferlab.");
                      }
                      return session.remove(source);
                    }));
  }

  private static Uni<CatalogSource> find(Mutiny.Session session, UUID id) {
    return session
        .find(CatalogSource.class, id)
        .onItem()
        .ifNull()
        .failWith(() -> PathId.notFound(ProblemCode.CATALOG_SOURCE_NOT_FOUND));
  }

  private record Counts(long entries, long importable) {}

  private static SourceView view(CatalogSource row, Map<UUID, Counts> counts) {
    Counts found = counts.getOrDefault(row.id, new Counts(0, 0));
    return SourceView.of(row, found.entries(), found.importable());
  }

  private static Uni<Map<UUID, Counts>> counts(Mutiny.Session session) {
    return session
        .createNativeQuery(COUNTS, Object[].class)
        .getResultList()
        .map(
            all ->
                all.stream()
                    .collect(
                        Collectors.toMap(
                            row -> UUID.fromString((String) row[0]),
                            row ->
                                new Counts(
                                    ((Number) row[1]).longValue(),
                                    ((Number) row[2]).longValue()))));
  }
}
