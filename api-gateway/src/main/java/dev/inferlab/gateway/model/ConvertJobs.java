package dev.inferlab.gateway.model;

import com.fasterxml.jackson.core.type.TypeReference;
import com.google.protobuf.Duration;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.model.conversion.Conversion;
import dev.inferlab.gateway.model.conversion.InputChange;
import dev.inferlab.platform.kafka.Topics;
import dev.inferlab.platform.outbox.Envelopes;
import dev.inferlab.platform.outbox.Outbox;
import dev.inferlab.platform.outbox.OutboxMessage;
import dev.inferlab.proto.job.v1.ConvertOptions;
import dev.inferlab.proto.job.v1.Digest;
import dev.inferlab.proto.job.v1.Envelope;
import dev.inferlab.proto.job.v1.FileRef;
import dev.inferlab.proto.job.v1.InputConversion;
import dev.inferlab.proto.job.v1.JobCommand;
import dev.inferlab.proto.job.v1.JobSpec;
import dev.inferlab.proto.job.v1.SubmitJob;
import dev.inferlab.proto.job.v1.TensorShape;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.reactive.mutiny.Mutiny;

/** Sends the job that makes IR of a model's files. */
@ApplicationScoped
class ConvertJobs {
  private static final String KIND = "convert";
  private static final int MAX_ATTEMPTS = 3;

  /** What a conversion holds at a time: the file as read, its constants, the IR, its analysis. */
  private static final int TIMES_THE_FILES = 8;

  private static final String JOB =
      """
      insert into job (id, model_id, kind, created_at) values (:id, :model, 'convert', :now)
      """;
  private static final TypeReference<List<ModelFile>> FILES = new TypeReference<>() {};

  private final Outbox outbox;
  private final Envelopes envelopes;
  private final Json json;
  private final java.time.Duration timeLimit;
  private final MemorySize memoryLimit;

  ConvertJobs(
      Outbox outbox,
      Envelopes envelopes,
      Json json,
      @ConfigProperty(name = "inferlab.models.convert-time-limit", defaultValue = "15m")
          java.time.Duration timeLimit,
      @ConfigProperty(name = "inferlab.models.convert-memory-limit", defaultValue = "3G")
          MemorySize memoryLimit) {
    this.outbox = outbox;
    this.envelopes = envelopes;
    this.json = json;
    this.timeLimit = timeLimit;
    this.memoryLimit = memoryLimit;
  }

  /**
   * In the transaction of the model, which was flushed.
   *
   * @param model with its job's id
   */
  Uni<Void> submit(Mutiny.Session session, Model model, Conversion conversion, String traceParent) {
    return session
        .createNativeQuery(JOB)
        .setParameter("id", model.jobId)
        .setParameter("model", model.id)
        .setParameter("now", model.createdAt)
        .executeUpdate()
        .chain(() -> outbox.append(session, message(model, conversion, traceParent)));
  }

  private OutboxMessage message(Model model, Conversion conversion, String traceParent) {
    List<ModelFile> files = json.read(model.files, FILES);
    JobSpec job =
        JobSpec.newBuilder()
            .setJobId(model.jobId.toString())
            .setKind(KIND)
            .setOwner(model.owner)
            .setMaxAttempts(MAX_ATTEMPTS)
            .setTimeLimit(Duration.newBuilder().setSeconds(timeLimit.toSeconds()))
            .setMemoryLimitBytes(memoryLimitBytes(files))
            .setOptions(options(model.format, files, conversion).toByteString())
            .setTraceParent(traceParent)
            .addAllInputs(files.stream().map(ConvertJobs::input).toList())
            .build();
    Envelope envelope = envelopes.next(traceParent);
    return OutboxMessage.of(
        Topics.JOBS,
        job.getJobId(),
        envelope,
        JobCommand.newBuilder()
            .setEnvelope(envelope)
            .setSubmit(SubmitJob.newBuilder().setJob(job))
            .build());
  }

  /** A few bytes can ask for tensors of any size: what a conversion may hold goes by the files. */
  private long memoryLimitBytes(List<ModelFile> files) {
    return memoryLimit.asLongValue()
        + TIMES_THE_FILES * files.stream().mapToLong(ModelFile::sizeBytes).sum();
  }

  private static FileRef input(ModelFile file) {
    return FileRef.newBuilder()
        .setPath(file.name())
        .setDigest(Digest.newBuilder().setSha256(file.sha256()).setSizeBytes(file.sizeBytes()))
        .build();
  }

  private static ConvertOptions options(
      String format, List<ModelFile> files, Conversion conversion) {
    return ConvertOptions.newBuilder()
        .setFormat(format)
        .setMainPath(Formats.mainPath(format, files))
        .setWeightsPath(Formats.weightsPath(format, files))
        .setCompressToFp16(Conversion.FP16.equals(conversion.precision()))
        .setExpandToFp32(Conversion.FP32.equals(conversion.precision()))
        .addAllInputs(conversion.inputs().stream().map(ConvertJobs::change).toList())
        .addAllCutInputs(conversion.cutInputs())
        .addAllCutOutputs(conversion.cutOutputs())
        .build();
  }

  private static InputConversion change(InputChange change) {
    InputConversion.Builder input = InputConversion.newBuilder().setName(change.name());
    Optional.ofNullable(change.shape())
        .ifPresent(shape -> input.setShape(TensorShape.newBuilder().addAllDimensions(shape)));
    Optional.ofNullable(change.layout()).ifPresent(input::setLayout);
    Optional.ofNullable(change.mean()).ifPresent(input::addAllMean);
    Optional.ofNullable(change.scale()).ifPresent(input::addAllScale);
    Optional.ofNullable(change.reverseChannels()).ifPresent(input::setReverseChannels);
    return input.build();
  }
}
