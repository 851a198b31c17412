package dev.inferlab.gateway.model;

import dev.inferlab.gateway.http.PathId;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.json.JsonFields;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.gateway.paging.ListRequest;
import dev.inferlab.gateway.paging.Listing;
import dev.inferlab.gateway.paging.Page;
import dev.inferlab.gateway.paging.SortKey;
import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.problem.ProblemCode;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** What can be asked about models, and the little that can be changed. */
@ApplicationScoped
class ModelReads {
  private static final Map<String, SortKey> SORTS =
      Map.of(
          "createdAt", SortKey.time("e.createdAt"),
          "updatedAt", SortKey.time("e.updatedAt"),
          "name", SortKey.text("e.name"),
          "format", SortKey.text("e.format"),
          "sizeBytes", SortKey.number("e.sizeBytes"));
  private static final String WAITING_FOR = "select waiting_for from job where id = :id";

  private final Database database;
  private final InstantSource clock;
  private final Json json;

  ModelReads(Database database, InstantSource clock, Json json) {
    this.database = database;
    this.clock = clock;
    this.json = json;
  }

  Uni<Page<ModelView>> list(ListRequest request) {
    Listing<Model> listing =
        new Listing<>(Model.class, "Model e")
            .and(
                "e.state = :state",
                "state",
                request.choice("state", Set.of(Model.IMPORTING, Model.READY, Model.FAILED)))
            .and("e.format = :format", "format", request.choice("format", Formats.names()))
            .and("e.task = :task", "task", request.choice("task", ImportOptions.TASKS))
            .and("e.precision = :precision", "precision", request.text("precision"))
            .and("e.name = :name", "name", request.text("name"))
            .and("e.owner = :owner", "owner", request.text("owner"));
    return database.inSession(
        session ->
            listing
                .page(session, request, SORTS, "-createdAt", ModelReads::sortValues, row -> row.id)
                .map(page -> page.map(row -> ModelView.of(row, null))));
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
    return database.inSession(
        session ->
            find(session, id)
                .chain(
                    model ->
                        waitingFor(session, model).map(waiting -> ModelView.of(model, waiting))));
  }

  Uni<Model> row(UUID id) {
    return database.inSession(session -> find(session, id));
  }

  Uni<ModelView> patch(UUID id, JsonFields fields) {
    Optional<String> name = fields.text("name", ImportOptions.LONGEST_NAME);
    Optional<String> task = fields.choice("task", ImportOptions.TASKS);
    Optional<InputSpec> inputSpec = fields.object("inputSpec").map(InputSpec::read);
    fields.refuseUnknown();
    Violations violations = fields.violations();
    if (violations.isEmpty() && name.isEmpty() && task.isEmpty() && inputSpec.isEmpty()) {
      violations.add("", "needs at least one of name, task, inputSpec");
    }
    violations.throwIfAny(ProblemCode.REQUEST_INVALID, "The change cannot be read.");
    return database.inTransaction(
        session ->
            find(session, id)
                .map(
                    model -> {
                      name.ifPresent(value -> model.name = value);
                      task.ifPresent(value -> model.task = value);
                      inputSpec.ifPresent(value -> model.inputSpec = json.write(value));
                      model.updatedAt = clock.instant().truncatedTo(ChronoUnit.MILLIS);
                      return ModelView.of(model, null);
                    }));
  }

  private static Uni<Model> find(Mutiny.Session session, UUID id) {
    return session
        .find(Model.class, id)
        .onItem()
        .ifNull()
        .failWith(() -> PathId.notFound(ProblemCode.MODEL_NOT_FOUND));
  }

  private static Uni<String> waitingFor(Mutiny.Session session, Model model) {
    return model.state.equals(Model.IMPORTING)
        ? session
            .createNativeQuery(WAITING_FOR, String.class)
            .setParameter("id", model.jobId)
            .getSingleResultOrNull()
        : Uni.createFrom().nullItem();
  }
}
