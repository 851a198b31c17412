package dev.inferlab.gateway.catalog;

import dev.inferlab.gateway.catalog.zoo.ZooModel;
import dev.inferlab.gateway.idempotency.Submits;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.platform.id.Ids;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Writes what was read from a catalogue. Reading it again keeps the ids of entries that stay. */
@ApplicationScoped
class CatalogRows {
  private static final String REMOVE =
      """
      delete from catalog_entry where source_id = :source and path not in
        (select r.path from jsonb_to_recordset(cast(cast(:rows as text) as jsonb)) as r (path text))
      """;
  private static final String WRITE =
      """
      insert into catalog_entry (id, source_id, path, name, task, task_type, framework, precisions, size_bytes,
                                 importable, words, document, created_at)
      select r.id, :source, r.path, r.name, r.task, r."taskType", r.framework, r.precisions, r."sizeBytes",
             r.importable, r.words, r.document, :now
      from jsonb_to_recordset(cast(cast(:rows as text) as jsonb)) as r
        (id uuid, path text, name text, task text, "taskType" text, framework text, precisions text, "sizeBytes" bigint,
         importable boolean, words text, document text)
      on conflict (source_id, path) do update set
        name = excluded.name, task = excluded.task, task_type = excluded.task_type, framework = excluded.framework,
        precisions = excluded.precisions, size_bytes = excluded.size_bytes, importable = excluded.importable,
        words = excluded.words, document = excluded.document
      """;

  private final Json json;
  private final Ids ids;
  private final InstantSource clock;

  CatalogRows(Json json, Ids ids, InstantSource clock) {
    this.json = json;
    this.ids = ids;
    this.clock = clock;
  }

  /** One row, under the names that the statements expect. */
  record Row(
      UUID id,
      String path,
      String name,
      String task,
      String taskType,
      String framework,
      String precisions,
      long sizeBytes,
      boolean importable,
      String words,
      String document) {}

  /** What has the same digest reads the same. */
  String digest(List<ZooModel> models) {
    return Submits.sha256(json.write(models));
  }

  CatalogSource source(String owner, String kind, String name, String location) {
    CatalogSource source = new CatalogSource();
    source.id = ids.next();
    source.owner = owner;
    source.kind = kind;
    source.name = name;
    source.location = location;
    source.state = CatalogSource.LOADING;
    source.createdAt = now();
    source.updatedAt = source.createdAt;
    return source;
  }

  /** Makes the source READY with these entries and no others. */
  Uni<Void> write(Mutiny.Session session, CatalogSource source, List<ZooModel> models) {
    source.state = CatalogSource.READY;
    source.problem = null;
    source.digest = digest(models);
    source.updatedAt = now();
    String rows = json.write(models.stream().map(this::row).toList());
    return session
        .flush()
        .chain(
            () ->
                session
                    .createNativeQuery(REMOVE)
                    .setParameter("source", source.id)
                    .setParameter("rows", rows)
                    .executeUpdate())
        .chain(
            () ->
                session
                    .createNativeQuery(WRITE)
                    .setParameter("source", source.id)
                    .setParameter("rows", rows)
                    .setParameter("now", source.updatedAt)
                    .executeUpdate())
        .replaceWithVoid();
  }

  private Row row(ZooModel model) {
    return new Row(
        ids.next(),
        model.path(),
        model.name(),
        model.task() == null ? "" : model.task(),
        model.taskType(),
        model.framework(),
        " " + String.join(" ", model.precisions()) + " ",
        model.sizeBytes(),
        model.importable(),
        (model.name() + " " + model.description()).toLowerCase(Locale.ROOT),
        json.write(model));
  }

  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
