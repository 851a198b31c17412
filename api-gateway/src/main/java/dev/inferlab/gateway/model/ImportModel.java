package dev.inferlab.gateway.model;

import dev.inferlab.gateway.artifact.ArtifactUses;
import dev.inferlab.gateway.artifact.StoreFiles;
import dev.inferlab.gateway.idempotency.Answer;
import dev.inferlab.gateway.idempotency.Submits;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.model.conversion.Conversion;
import dev.inferlab.gateway.model.conversion.Scan;
import dev.inferlab.gateway.staging.StagedFile;
import dev.inferlab.modelir.analysis.ScanGuess;
import dev.inferlab.modelir.inspect.FileRole;
import dev.inferlab.modelir.inspect.Inspection;
import dev.inferlab.platform.id.Ids;
import dev.inferlab.platform.telemetry.TraceParent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.hibernate.reactive.mutiny.Mutiny;

/** Makes a model of inspected and stored files, and sends the job that converts it to IR. */
@ApplicationScoped
class ImportModel {
  private final StoreFiles files;
  private final ConvertJobs jobs;
  private final ModelViews views;
  private final Ids ids;
  private final InstantSource clock;
  private final Json json;

  ImportModel(
      StoreFiles files,
      ConvertJobs jobs,
      ModelViews views,
      Ids ids,
      InstantSource clock,
      Json json) {
    this.files = files;
    this.jobs = jobs;
    this.views = views;
    this.ids = ids;
    this.clock = clock;
    this.json = json;
  }

  /**
   * Everything that is known before the transaction.
   *
   * @param conversion empty: the model stays a scan
   */
  record Checked(
      String owner,
      ImportOptions options,
      List<StagedFile> files,
      Inspection.Accepted inspection,
      Scan scan,
      Optional<Conversion> conversion,
      StoreFiles.Reservation stored,
      String traceParent) {
    static Scan scan(Inspection.Accepted inspection) {
      return new Scan(
          inspection.inputs().stream().map(Port::of).toList(),
          inspection.outputs().stream().map(Port::of).toList());
    }

    /** As the conversion makes them; empty: not known. */
    List<Port> inputs() {
      return conversion.map(scan::inputsAfter).orElse(scan.inputs());
    }

    static Checked of(
        String owner,
        ImportOptions options,
        List<StagedFile> files,
        Inspection.Accepted inspection,
        Optional<Conversion> conversion,
        StoreFiles.Reservation stored) {
      return new Checked(
          owner,
          options,
          files,
          inspection,
          scan(inspection),
          conversion,
          stored,
          TraceParent.current());
    }
  }

  Uni<Answer> store(Mutiny.Session session, Checked checked) {
    Model model = new Model();
    model.id = ids.next();
    model.rootId = model.id;
    model.origin = Model.IMPORT;
    model.owner = checked.owner();
    model.createdAt = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    describe(model, checked);
    return session
        .persist(model)
        .chain(() -> take(session, model, checked))
        .map(
            labels ->
                new Answer(
                    checked.conversion().isPresent() ? 202 : 201,
                    ModelResource.PATH + "/" + model.id,
                    json.write(views.of(model, null, labels.orElse(null)))));
  }

  /** Goes on with a model whose files have just come. */
  Uni<Void> fill(Mutiny.Session session, Model model, Checked checked) {
    describe(model, checked);
    return take(session, model, checked).replaceWithVoid();
  }

  private Uni<Optional<ModelLabels>> take(Mutiny.Session session, Model model, Checked checked) {
    Optional<ModelLabels> labels =
        checked.options().labels().map(given -> ModelLabels.of(model.id, json.write(given)));
    return (labels.isPresent() ? session.persist(labels.get()) : nothing())
        .chain(session::flush)
        .chain(
            () ->
                checked.conversion().isPresent()
                    ? jobs.submit(session, model, checked.conversion().get(), checked.traceParent())
                    : nothing())
        .chain(() -> files.take(session, checked.stored(), ArtifactUses.MODEL, model.id))
        .map(nothing -> labels);
  }

  private static Uni<Void> nothing() {
    return Uni.createFrom().voidItem();
  }

  private void describe(Model model, Checked checked) {
    Inspection.Accepted inspection = checked.inspection();
    checked.options().name().ifPresent(name -> model.name = name);
    model.format = Formats.name(inspection.format());
    model.formatVersion = inspection.formatVersion();
    model.files = json.write(checked.files().stream().map(f -> file(f, inspection)).toList());
    model.scanInputs = json.write(checked.scan().inputs());
    model.scanOutputs = json.write(checked.scan().outputs());
    model.inputs = model.scanInputs;
    model.outputs = model.scanOutputs;
    ScanGuess guess = ScanGuess.of(inspection);
    model.notes = json.write(notes(inspection, guess, checked.conversion().isPresent()));
    model.sizeBytes = checked.files().stream().mapToLong(f -> f.digest().sizeBytes()).sum();
    model.updatedAt = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    convert(model, checked.conversion());
    understand(model, checked, guess.task().flatMap(Guess.Task::of));
  }

  /** What a scan does not know, a conversion finds out. */
  private static List<String> notes(
      Inspection.Accepted inspection, ScanGuess guess, boolean converted) {
    return converted
        ? inspection.notes()
        : Stream.concat(inspection.notes().stream(), guess.unknown().stream()).toList();
  }

  private void convert(Model model, Optional<Conversion> conversion) {
    model.state = conversion.isPresent() ? Model.IMPORTING : Model.SCANNED;
    conversion.ifPresent(
        asked -> {
          model.jobId = ids.next();
          model.precision = asked.precision();
          model.conversion = json.write(asked);
          model.conversionKey = Submits.sha256(model.conversion);
        });
  }

  /** The user's word where there is one, else what the scan lets guess. */
  private void understand(Model model, Checked checked, Optional<Guess.Task> taskGuess) {
    Optional<String> task = checked.options().task();
    model.taskGiven = task.isPresent();
    model.taskGuess = taskGuess.map(json::write).orElse(null);
    model.task = task.or(() -> taskGuess.map(Guess.Task::task)).orElse(null);
    model.taskSettings = checked.options().taskSettings().map(json::write).orElse(null);
    List<Port> inputs = checked.inputs();
    Optional<InputSpec> spec =
        checked
            .options()
            .inputSpec()
            .map(given -> BuiltIn.of(checked.conversion(), inputs, given).completed(given));
    Optional<Guess.Image> imageGuess = Guess.Image.of(inputs);
    model.cameWith = json.write(new CameWith(task.orElse(null), spec.orElse(null)));
    model.inputGiven = spec.isPresent();
    model.inputGuess = imageGuess.map(json::write).orElse(null);
    model.inputSpec =
        spec.or(() -> imageGuess.map(Guess.Image::spec)).map(json::write).orElse(null);
  }

  private static ModelFile file(StagedFile file, Inspection.Accepted inspection) {
    FileRole role =
        inspection.files().entrySet().stream()
            .filter(entry -> entry.getValue().contains(file.name()))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse(FileRole.UNUSED);
    return new ModelFile(
        file.name(), file.digest().sha256(), file.digest().sizeBytes(), role.name());
  }
}
