package dev.inferlab.gateway.model;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.inferlab.gateway.artifact.ArtifactUses;
import dev.inferlab.gateway.http.PathId;
import dev.inferlab.gateway.idempotency.Answer;
import dev.inferlab.gateway.idempotency.Submits;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.model.conversion.Conversion;
import dev.inferlab.gateway.model.conversion.ConversionRequest;
import dev.inferlab.gateway.model.conversion.InputChange;
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
    Conversion conversion = asked.check(scan.filledAs(layoutGivenFor(root)));
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
                            version(
                                root,
                                owner,
                                conversion,
                                document,
                                inherited(root, conversion, asked, scan)),
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
      Model root,
      String owner,
      Conversion conversion,
      String document,
      Optional<InputSpec> inherited) {
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
    version.cameWith =
        json.write(new CameWith(root.taskGiven ? root.task : null, inherited.orElse(null)));
    version.inputGiven = inherited.isPresent();
    version.inputSpec = inherited.map(json::write).orElse(null);
    return version;
  }

  private Optional<Conversion> conversionOf(Model root) {
    return Optional.ofNullable(root.conversion).map(text -> json.read(text, Conversion.class));
  }

  private static List<String> cutInputs(Optional<Conversion> conversion) {
    return conversion.map(Conversion::cutInputs).orElse(List.of());
  }

  /** Null: nobody says how images fill the input that the files have. */
  private String layoutGivenFor(Model root) {
    return root.inputGiven && cutInputs(conversionOf(root)).isEmpty()
        ? json.read(root.inputSpec, InputSpec.class).layout()
        : null;
  }

  /**
   * The root's input spec where it is of the same input, as far as neither version has it built in.
   * A guess comes anew.
   */
  private Optional<InputSpec> inherited(
      Model root, Conversion conversion, ConversionRequest asked, Scan scan) {
    Optional<Conversion> ofRoot = conversionOf(root);
    if (!root.inputGiven || !conversion.cutInputs().equals(cutInputs(ofRoot))) {
      return Optional.empty();
    }
    InputSpec given = json.read(root.inputSpec, InputSpec.class);
    BuiltIn inRoot = BuiltIn.of(ofRoot, ofRoot.map(scan::inputsAfter).orElse(scan.inputs()), given);
    // Once more: specs that were stored by an earlier version may lack what is left to do.
    InputSpec original = inRoot.ofOriginal(inRoot.completed(given));
    List<Port> inputs = scan.inputsAfter(conversion);
    BuiltIn builtIn = BuiltIn.of(Optional.of(conversion), inputs, original);
    InputSpec left =
        builtIn
            .ofVersion(original)
            .orElseThrow(() -> refusal(asked, scan, builtIn.change().orElseThrow(), original));
    InputSpec spec = inLayoutOf(conversion, inputs, left);
    InputSpecFit.require(spec, inputs, "inputSpec");
    return Optional.of(spec);
  }

  private static ProblemException refusal(
      ConversionRequest asked, Scan scan, InputChange change, InputSpec original) {
    return asked.unsuitable(
        scan,
        change,
        change.normalisation().mean().isEmpty() ? "scale" : "mean",
        "the model's inputSpec has %s and %s; what is built in must be that or, for values of 0 to 1, that divided by 255, and a mean alone that divided by the scale. If the inputSpec is wrong, change it first",
        original.mean().isEmpty() ? "no mean" : "the mean " + original.mean(),
        original.scale().isEmpty() ? "no scale" : "the scale " + original.scale());
  }

  /** The layout that is said at a conversion is the newer word, if images can fill the input so. */
  private static InputSpec inLayoutOf(Conversion conversion, List<Port> inputs, InputSpec spec) {
    boolean told = conversion.inputs().stream().anyMatch(change -> change.layout() != null);
    return told
            && spec.layout() != null
            && ImageInput.of(inputs, null) instanceof ImageInput.Fits fits
        ? spec.withLayout(fits.layout())
        : spec;
  }
}
