package dev.inferlab.gateway.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.artifact.StoreFiles;
import dev.inferlab.gateway.idempotency.Answer;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.gateway.model.conversion.Conversion;
import dev.inferlab.gateway.staging.StagedFile;
import dev.inferlab.modelir.inspect.Inspection;
import dev.inferlab.platform.id.Ids;
import dev.inferlab.platform.outbox.Outbox;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Models whose files are still on their way: a row in the state DOWNLOADING first; when the files
 * are there, the same way as an upload's.
 */
@ApplicationScoped
public class DownloadedModels {
  /** Of a request that cannot be read. */
  public static final String UNUSABLE = "The model's description cannot be used.";

  private static final String NOTHING = "[]";

  private final InspectModel inspect;
  private final StoreFiles store;
  private final ImportModel importModel;
  private final ModelViews views;
  private final Outbox outbox;
  private final Ids ids;
  private final InstantSource clock;
  private final Json json;

  DownloadedModels(
      InspectModel inspect,
      StoreFiles store,
      ImportModel importModel,
      ModelViews views,
      Outbox outbox,
      Ids ids,
      InstantSource clock,
      Json json) {
    this.inspect = inspect;
    this.store = store;
    this.importModel = importModel;
    this.views = views;
    this.outbox = outbox;
    this.ids = ids;
    this.clock = clock;
    this.json = json;
  }

  /**
   * What is known of a model before its files are there.
   *
   * @param name unless the options give one
   * @param format what is said of it, or empty; found out when the files are there
   * @param catalogEntry "catalogue/name"; null: of no catalogue
   * @param sizeBytes -1: not known before
   */
  public record Announced(String name, String format, String catalogEntry, long sizeBytes) {}

  /** A model that was begun, and what the request is answered. */
  public record Begun(UUID id, Answer answer) {}

  /**
   * Refuses what is wrong with an import's options before anything is fetched.
   *
   * @param violations what else is wrong with the request; refused together with it
   */
  public void check(JsonNode options, Violations violations) {
    ImportOptions read = ImportOptions.read(options, violations);
    violations.throwIfAny(ProblemCode.REQUEST_INVALID, UNUSABLE);
    read.requirePossible();
  }

  /**
   * In the session's transaction.
   *
   * @param options that were checked
   */
  public Uni<Begun> begin(
      Mutiny.Session session, String owner, JsonNode options, Announced announced) {
    ImportOptions read = ImportOptions.read(options, new Violations());
    Model model = new Model();
    model.id = ids.next();
    model.rootId = model.id;
    model.origin = Model.IMPORT;
    model.state = Model.DOWNLOADING;
    model.name = read.name().orElse(announced.name());
    model.owner = owner;
    model.format = announced.format();
    model.formatVersion = "";
    model.task = read.task().orElse(null);
    model.taskGiven = read.task().isPresent();
    model.inputSpec = read.inputSpec().map(json::write).orElse(null);
    model.inputGiven = read.inputSpec().isPresent();
    model.files = NOTHING;
    model.scanInputs = NOTHING;
    model.scanOutputs = NOTHING;
    model.inputs = NOTHING;
    model.outputs = NOTHING;
    model.notes = NOTHING;
    model.catalogEntry = announced.catalogEntry();
    model.sizeBytes = Math.max(0, announced.sizeBytes());
    model.createdAt = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    model.updatedAt = model.createdAt;
    DownloadView download =
        new DownloadView(0, announced.sizeBytes() < 0 ? null : announced.sizeBytes(), null, null);
    return session
        .persist(model)
        .chain(session::flush)
        .map(
            nothing ->
                new Begun(
                    model.id,
                    new Answer(
                        202,
                        ModelResource.PATH + "/" + model.id,
                        json.write(views.of(model, null, null, download)))));
  }

  /**
   * Inspects, stores and converts what came. Blocking.
   *
   * @param fence to be run in the transaction of the import
   */
  public void arrived(
      UUID id,
      JsonNode options,
      String traceParent,
      List<StagedFile> files,
      Function<Mutiny.Session, Uni<Void>> fence)
      throws IOException {
    ImportOptions read = ImportOptions.read(options, new Violations());
    Inspection.Accepted inspection = inspect.inspect(files, read);
    Optional<Conversion> conversion = read.checked(ImportModel.Checked.scan(inspection));
    StoreFiles.Reservation stored = store.store(files);
    try {
      outbox
          .inTransaction(
              session ->
                  fence
                      .apply(session)
                      .chain(() -> session.find(Model.class, id))
                      .chain(
                          model ->
                              importModel.fill(
                                  session,
                                  model,
                                  new ImportModel.Checked(
                                      model.owner,
                                      read,
                                      files,
                                      inspection,
                                      ImportModel.Checked.scan(inspection),
                                      conversion,
                                      stored,
                                      traceParent))))
          .await()
          .indefinitely();
    } catch (RuntimeException e) {
      store.cancel(stored);
      throw e;
    }
  }

  /** In the session's transaction. */
  public Uni<Void> failed(Mutiny.Session session, UUID id, ProblemException problem) {
    return session
        .find(Model.class, id)
        .invoke(
            model -> {
              model.state = Model.FAILED;
              model.problem = json.write(view(problem));
              model.updatedAt = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            })
        .replaceWithVoid();
  }

  /** As problems of jobs are shown. */
  private static Map<String, Object> view(ProblemException problem) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("code", problem.code().name());
    view.put("errorClass", problem.code().status() < 500 ? "INVALID_INPUT" : "TRANSIENT");
    view.put("detail", problem.detail());
    if (!problem.violations().isEmpty()) {
      view.put("violations", problem.violations());
    }
    problem
        .location()
        .filter(location -> location.file() != null)
        .ifPresent(location -> view.put("location", Map.of("file", location.file())));
    return view;
  }
}
