package dev.inferlab.gateway.model;

import com.google.protobuf.Duration;
import dev.inferlab.gateway.artifact.ArtifactUses;
import dev.inferlab.gateway.artifact.StoreFiles;
import dev.inferlab.gateway.idempotency.Answer;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.staging.StagedFile;
import dev.inferlab.modelir.inspect.FileRole;
import dev.inferlab.modelir.inspect.Inspection;
import dev.inferlab.modelir.inspect.ModelFormat;
import dev.inferlab.platform.id.Ids;
import dev.inferlab.platform.kafka.Topics;
import dev.inferlab.platform.outbox.Envelopes;
import dev.inferlab.platform.outbox.Outbox;
import dev.inferlab.platform.outbox.OutboxMessage;
import dev.inferlab.platform.telemetry.TraceParent;
import dev.inferlab.proto.job.v1.ConvertOptions;
import dev.inferlab.proto.job.v1.Digest;
import dev.inferlab.proto.job.v1.Envelope;
import dev.inferlab.proto.job.v1.FileRef;
import dev.inferlab.proto.job.v1.JobCommand;
import dev.inferlab.proto.job.v1.JobSpec;
import dev.inferlab.proto.job.v1.SubmitJob;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.reactive.mutiny.Mutiny;

/** Makes a model of inspected and stored files, and sends the job that converts it to IR. */
@ApplicationScoped
class ImportModel {
  static final String KIND = "convert";
  private static final String JOB =
      """
      insert into job (id, model_id, kind, created_at) values (:id, :model, 'convert', :now)
      """;

  private final StoreFiles files;
  private final Outbox outbox;
  private final Envelopes envelopes;
  private final Ids ids;
  private final InstantSource clock;
  private final Json json;
  private final java.time.Duration timeLimit;

  ImportModel(
      StoreFiles files,
      Outbox outbox,
      Envelopes envelopes,
      Ids ids,
      InstantSource clock,
      Json json,
      @ConfigProperty(name = "inferlab.models.convert-time-limit", defaultValue = "15m")
          java.time.Duration timeLimit) {
    this.files = files;
    this.outbox = outbox;
    this.envelopes = envelopes;
    this.ids = ids;
    this.clock = clock;
    this.json = json;
    this.timeLimit = timeLimit;
  }

  /** Everything that is known before the transaction. */
  record Checked(
      String owner,
      ImportOptions options,
      List<StagedFile> files,
      Inspection.Accepted inspection,
      StoreFiles.Reservation stored,
      String traceParent) {
    static Checked of(
        String owner,
        ImportOptions options,
        List<StagedFile> files,
        Inspection.Accepted inspection,
        StoreFiles.Reservation stored) {
      return new Checked(owner, options, files, inspection, stored, TraceParent.current());
    }
  }

  Uni<Answer> store(Mutiny.Session session, Checked checked) {
    Model model = model(checked);
    return session
        .persist(model)
        .chain(session::flush)
        .chain(
            () ->
                session
                    .createNativeQuery(JOB)
                    .setParameter("id", model.jobId)
                    .setParameter("model", model.id)
                    .setParameter("now", model.createdAt)
                    .executeUpdate())
        .chain(() -> files.take(session, checked.stored(), ArtifactUses.MODEL, model.id))
        .chain(() -> outbox.append(session, message(model.jobId, checked)))
        .map(
            nothing ->
                new Answer(
                    202,
                    ModelResource.PATH + "/" + model.id,
                    json.write(ModelView.of(model, null))));
  }

  private Model model(Checked checked) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Inspection.Accepted inspection = checked.inspection();
    Model model = new Model();
    model.id = ids.next();
    model.jobId = ids.next();
    model.name = checked.options().name();
    model.owner = checked.owner();
    model.state = Model.IMPORTING;
    model.format = Formats.name(inspection.format()).orElseThrow();
    model.formatVersion = inspection.formatVersion();
    model.precision = checked.options().precision();
    model.task = checked.options().task().orElse(null);
    model.inputSpec = checked.options().inputSpec().map(json::write).orElse(null);
    model.files = json.write(checked.files().stream().map(f -> file(f, inspection)).toList());
    model.inputs = json.write(inspection.inputs().stream().map(Port::of).toList());
    model.outputs = json.write(inspection.outputs().stream().map(Port::of).toList());
    model.notes = json.write(inspection.notes());
    model.sizeBytes = checked.files().stream().mapToLong(f -> f.digest().sizeBytes()).sum();
    model.createdAt = now;
    model.updatedAt = now;
    return model;
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

  private OutboxMessage message(UUID jobId, Checked checked) {
    Inspection.Accepted inspection = checked.inspection();
    ConvertOptions options =
        ConvertOptions.newBuilder()
            .setFormat(Formats.name(inspection.format()).orElseThrow())
            .setMainPath(mainPath(inspection))
            .setCompressToFp16(checked.options().precision().equals("FP16"))
            .build();
    JobSpec.Builder job =
        JobSpec.newBuilder()
            .setJobId(jobId.toString())
            .setKind(KIND)
            .setOwner(checked.owner())
            .setMaxAttempts(3)
            .setTimeLimit(Duration.newBuilder().setSeconds(timeLimit.toSeconds()))
            .setOptions(options.toByteString())
            .setTraceParent(checked.traceParent());
    for (StagedFile file : checked.files()) {
      job.addInputs(
          FileRef.newBuilder()
              .setPath(file.name())
              .setDigest(
                  Digest.newBuilder()
                      .setSha256(file.digest().sha256())
                      .setSizeBytes(file.digest().sizeBytes())));
    }
    Envelope envelope = envelopes.next(checked.traceParent());
    return OutboxMessage.of(
        Topics.JOBS,
        jobId.toString(),
        envelope,
        JobCommand.newBuilder()
            .setEnvelope(envelope)
            .setSubmit(SubmitJob.newBuilder().setJob(job))
            .build());
  }

  /** A SavedModel is read by its folder, everything else by its file. */
  private static String mainPath(Inspection.Accepted inspection) {
    String topology = inspection.topology();
    if (inspection.format() != ModelFormat.TENSORFLOW_SAVED_MODEL) {
      return topology;
    }
    int slash = topology.lastIndexOf('/');
    return slash < 0 ? "" : topology.substring(0, slash);
  }
}
