package dev.inferlab.gateway.model;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.inferlab.gateway.artifact.ArtifactUses;
import dev.inferlab.gateway.http.PathId;
import dev.inferlab.gateway.idempotency.Answer;
import dev.inferlab.gateway.idempotency.Submits;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.model.conversion.Conversion;
import dev.inferlab.gateway.model.conversion.ConversionRequest;
import dev.inferlab.gateway.model.conversion.Scan;
import dev.inferlab.platform.artifact.Digest;
import dev.inferlab.platform.id.Ids;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.platform.telemetry.TraceParent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Makes another version of a model's original files, or finds the one that was made with the same
 * options. The root is locked meanwhile, so that of several who ask at once one makes it.
 */
@ApplicationScoped
class ConvertModel {
  private static final String ROOT =
      "select cast(root_id as text), origin from model where id = :id";
  private static final String SAME =
      "from Model where rootId = :root and conversionKey = :key and state <> 'FAILED'";
  private static final TypeReference<List<Port>> PORTS = new TypeReference<>() {};
  private static final TypeReference<List<ModelFile>> FILES = new TypeReference<>() {};

  private final Submits submits;
  private final ConvertJobs jobs;
  private final ArtifactUses artifacts;
  private final ModelReads reads;
  private final Ids ids;
  private final InstantSource clock;
  private final Json json;

  ConvertModel(
      Submits submits,
      ConvertJobs jobs,
      ArtifactUses artifacts,
      ModelReads reads,
      Ids ids,
      InstantSource clock,
      Json json) {
    this.submits = submits;
    this.jobs = jobs;
    this.artifacts = artifacts;
    this.reads = reads;
    this.ids = ids;
    this.clock = clock;
    this.json = json;
  }

  /**
   * 202 with a new version, or 200 with the one that there is.
   *
   * @param request what tells this request from others
   */
  Uni<Answer> convert(
      String owner, Optional<String> key, String request, UUID modelId, ConversionRequest asked) {
    String traceParent = TraceParent.current();
    return submits.once(
        owner,
        key,
        request,
        session ->
            lockRoot(session, modelId)
                .chain(root -> convert(session, owner, root, asked, traceParent)));
  }

  private static Uni<Model> lockRoot(Mutiny.Session session, UUID modelId) {
    return session
        .createNativeQuery(ROOT, Object[].class)
        .setParameter("id", modelId)
        .getSingleResultOrNull()
        .onItem()
        .ifNull()
        .failWith(() -> PathId.notFound(ProblemCode.MODEL_NOT_FOUND))
        .invoke(
            row -> {
              if (row[1].equals(Model.CALIBRATION)) {
                throw new ProblemException(
                    ProblemCode.MODEL_WITHOUT_ORIGINALS,
                    "The model was made by a calibration, not from files.");
              }
            })
        .chain(
            row ->
                session.find(
                    Model.class, UUID.fromString((String) row[0]), LockModeType.PESSIMISTIC_WRITE))
        .onItem()
        .ifNull()
        .failWith(() -> PathId.notFound(ProblemCode.MODEL_NOT_FOUND));
  }

  private Uni<Answer> convert(
      Mutiny.Session session,
      String owner,
      Model root,
      ConversionRequest asked,
      String traceParent) {
    if (json.read(root.files, FILES).isEmpty()) {
      throw new ProblemException(
          ProblemCode.MODEL_NOT_READY,
          root.state.equals(Model.DOWNLOADING)
              ? "The model's files are still being downloaded."
              : "The model's files did not come; import it again.");
    }
    Scan scan = new Scan(json.read(root.scanInputs, PORTS), json.read(root.scanOutputs, PORTS));
    Conversion conversion = asked.check(scan);
    String document = json.write(conversion);
    return session
        .createSelectionQuery(SAME, Model.class)
        .setParameter("root", root.id)
        .setParameter("key", Submits.sha256(document))
        .getSingleResultOrNull()
        .chain(
            same ->
                same != null
                    ? answer(session, 200, same)
                    : begin(
                            session,
                            version(root, owner, conversion, document, scan),
                            conversion,
                            traceParent)
                        .chain(version -> answer(session, 202, version)));
  }

  private Uni<Model> begin(
      Mutiny.Session session, Model version, Conversion conversion, String traceParent) {
    List<Digest> originals =
        json.read(version.files, FILES).stream()
            .map(file -> new Digest(file.sha256(), file.sizeBytes()))
            .distinct()
            .toList();
    return session
        .persist(version)
        .chain(session::flush)
        .chain(() -> jobs.submit(session, version, conversion, traceParent))
        .chain(() -> artifacts.add(session, ArtifactUses.MODEL, version.id, originals))
        .chain(() -> copyLabels(session, version))
        .replaceWith(version);
  }

  private static Uni<Void> copyLabels(Mutiny.Session session, Model version) {
    return session
        .createNativeQuery(
            """
            insert into model_labels (model_id, document)
            select cast(:version as uuid), document from model_labels where model_id = :root
            """)
        .setParameter("version", version.id.toString())
        .setParameter("root", version.rootId)
        .executeUpdate()
        .replaceWithVoid();
  }

  private Uni<Answer> answer(Mutiny.Session session, int status, Model model) {
    return reads
        .view(session, model)
        .map(view -> new Answer(status, ModelResource.PATH + "/" + model.id, json.write(view)));
  }

  private Model version(
      Model root, String owner, Conversion conversion, String document, Scan scan) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Model version = new Model();
    version.id = ids.next();
    version.jobId = ids.next();
    version.rootId = root.id;
    version.parentId = root.id;
    version.origin = Model.CONVERSION;
    version.name = root.name;
    version.owner = owner;
    version.state = Model.IMPORTING;
    version.format = root.format;
    version.formatVersion = root.formatVersion;
    version.precision = conversion.precision();
    version.conversion = document;
    version.conversionKey = Submits.sha256(document);
    version.files = root.files;
    version.scanInputs = root.scanInputs;
    version.scanOutputs = root.scanOutputs;
    version.inputs = root.scanInputs;
    version.outputs = root.scanOutputs;
    version.notes = root.notes;
    version.sizeBytes = json.read(root.files, FILES).stream().mapToLong(ModelFile::sizeBytes).sum();
    version.createdAt = now;
    version.updatedAt = now;
    version.task = root.task;
    version.taskGiven = root.taskGiven;
    version.taskGuess = root.taskGuess;
    version.taskSettings = root.taskSettings;
    inherit(root, version, conversion, scan);
    return version;
  }

  /** The root's input spec, as far as neither version has it built in. A guess comes anew. */
  private void inherit(Model root, Model version, Conversion conversion, Scan scan) {
    if (!root.inputGiven) {
      return;
    }
    BuiltIn ofRoot =
        BuiltIn.of(
            Optional.ofNullable(root.conversion).map(text -> json.read(text, Conversion.class)));
    InputSpec given = json.read(root.inputSpec, InputSpec.class);
    List<Port> inputs = scan.inputsAfter(conversion);
    int channels =
        given.colour() == null
                && ImageInput.of(inputs, given.layout()) instanceof ImageInput.Fits fits
            ? fits.channels()
            : given.channels();
    InputSpec remainder =
        BuiltIn.of(Optional.of(conversion)).remainderOf(ofRoot.wholeOf(given, channels), channels);
    InputSpecFit.require(remainder, inputs, "inputSpec");
    version.inputGiven = true;
    version.inputSpec = json.write(remainder);
  }
}
