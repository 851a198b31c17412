package dev.inferlab.gateway.model;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.http.PathId;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.json.JsonFields;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.gateway.model.conversion.Conversion;
import dev.inferlab.gateway.model.conversion.Scan;
import dev.inferlab.gateway.text.PlainText;
import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Changes what users may say about a model. Null takes their word back: then counts what the model
 * came with, or else the guess.
 */
@ApplicationScoped
class PatchModel {
  private static final String NAME = "name";
  private static final String TASK = "task";
  private static final String TASK_SETTINGS = "taskSettings";
  private static final String INPUT_SPEC = "inputSpec";
  private static final String LABELS = "labels";
  private static final TypeReference<List<Port>> PORTS = new TypeReference<>() {};

  private final Database database;
  private final ModelReads reads;
  private final InstantSource clock;
  private final Json json;

  PatchModel(Database database, ModelReads reads, InstantSource clock, Json json) {
    this.database = database;
    this.reads = reads;
    this.clock = clock;
    this.json = json;
  }

  /** A value to set, a value to take back, or neither. */
  private record Change<T>(Optional<T> value, boolean clears) {
    static <T> Change<T> of(JsonFields fields, String field, Optional<T> value) {
      return new Change<>(value, fields.clears(field));
    }

    boolean any() {
      return clears || value.isPresent();
    }
  }

  private record Changes(
      Optional<String> name,
      Change<String> task,
      Change<JsonNode> taskSettings,
      Change<InputSpec> inputSpec,
      Change<Labels> labels) {
    static Changes read(JsonFields fields) {
      Changes changes =
          new Changes(
              fields.text(NAME, PlainText.LONGEST_NAME),
              Change.of(fields, TASK, fields.choice(TASK, Tasks.NAMES)),
              Change.of(fields, TASK_SETTINGS, TaskSettings.read(fields, TASK_SETTINGS)),
              Change.of(fields, INPUT_SPEC, fields.object(INPUT_SPEC).map(InputSpec::read)),
              Change.of(fields, LABELS, fields.object(LABELS).map(Labels::read)));
      fields.refuseUnknown();
      if (fields.clears(NAME)) {
        fields.violation(NAME, "must have 1 to %d characters".formatted(PlainText.LONGEST_NAME));
      }
      Violations violations = fields.violations();
      if (violations.isEmpty() && !changes.any()) {
        violations.add(
            "",
            "needs at least one of "
                + String.join(", ", List.of(NAME, TASK, TASK_SETTINGS, INPUT_SPEC, LABELS)));
      }
      violations.throwIfAny(ProblemCode.REQUEST_INVALID, "The change cannot be read.");
      return changes;
    }

    private boolean any() {
      return name.isPresent()
          || task.any()
          || taskSettings.any()
          || inputSpec.any()
          || labels.any();
    }
  }

  Uni<ModelView> patch(UUID id, JsonFields fields) {
    Changes changes = Changes.read(fields);
    return database.inTransaction(
        session ->
            session
                .find(Model.class, id, LockModeType.PESSIMISTIC_WRITE)
                .onItem()
                .ifNull()
                .failWith(() -> PathId.notFound(ProblemCode.MODEL_NOT_FOUND))
                .invoke(PatchModel::refuseDownloading)
                .invoke(model -> apply(model, changes))
                .call(() -> apply(session, id, changes.labels()))
                .chain(model -> reads.view(session, model)));
  }

  /** What the import was asked with holds when the files have come: a change would be lost. */
  private static void refuseDownloading(Model model) {
    if (model.state.equals(Model.DOWNLOADING)) {
      throw new ProblemException(
          ProblemCode.MODEL_NOT_READY,
          "The model's files are still being downloaded; change it when they are there.");
    }
  }

  private void apply(Model model, Changes changes) {
    changes
        .inputSpec()
        .value()
        .ifPresent(
            spec -> {
              InputSpecFit.require(spec, inputs(model), INPUT_SPEC);
              builtIn(model, spec).requireNothingTwice(spec, INPUT_SPEC);
            });
    changes.name().ifPresent(name -> model.name = name);
    if (changes.task().any()) {
      Optional<String> task =
          changes.task().value().or(() -> Optional.ofNullable(cameWith(model).task()));
      model.taskGiven = task.isPresent();
      model.task = task.orElseGet(() -> guessedTask(model));
    }
    if (changes.taskSettings().any()) {
      model.taskSettings = changes.taskSettings().value().map(json::write).orElse(null);
    }
    if (changes.inputSpec().any()) {
      Optional<InputSpec> spec =
          changes
              .inputSpec()
              .value()
              .map(given -> builtIn(model, given).completed(given))
              .or(() -> Optional.ofNullable(cameWith(model).inputSpec()));
      model.inputGiven = spec.isPresent();
      model.inputSpec = spec.map(json::write).orElseGet(() -> guessedSpec(model));
    }
    model.updatedAt = clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /** While its conversion is under way, a model still has the inputs of its files. */
  private List<Port> inputs(Model model) {
    return model.state.equals(Model.IMPORTING) && model.conversion != null
        ? new Scan(json.read(model.scanInputs, PORTS), json.read(model.scanOutputs, PORTS))
            .inputsAfter(json.read(model.conversion, Conversion.class))
        : json.read(model.inputs, PORTS);
  }

  private BuiltIn builtIn(Model model, InputSpec spec) {
    Optional<Conversion> conversion =
        Optional.ofNullable(model.conversion).map(text -> json.read(text, Conversion.class));
    return BuiltIn.of(conversion, inputs(model), spec);
  }

  private CameWith cameWith(Model model) {
    return model.cameWith == null ? CameWith.NOTHING : json.read(model.cameWith, CameWith.class);
  }

  private String guessedTask(Model model) {
    return model.taskGuess == null ? null : json.read(model.taskGuess, Guess.Task.class).task();
  }

  private String guessedSpec(Model model) {
    return model.inputGuess == null
        ? null
        : json.write(json.read(model.inputGuess, Guess.Image.class).spec());
  }

  private Uni<Void> apply(Mutiny.Session session, UUID id, Change<Labels> change) {
    if (!change.any()) {
      return Uni.createFrom().voidItem();
    }
    return session
        .find(ModelLabels.class, id)
        .chain(
            labels -> {
              if (change.value().isEmpty()) {
                return labels == null ? Uni.createFrom().voidItem() : session.remove(labels);
              }
              if (labels != null) {
                labels.document = json.write(change.value().get());
                return Uni.createFrom().voidItem();
              }
              return session.persist(ModelLabels.of(id, json.write(change.value().get())));
            })
        .call(session::flush)
        .replaceWithVoid();
  }
}
