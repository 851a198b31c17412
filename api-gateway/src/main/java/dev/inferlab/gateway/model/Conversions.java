package dev.inferlab.gateway.model;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.inferlab.gateway.artifact.ArtifactUses;
import dev.inferlab.gateway.experiment.ProblemJson;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.platform.artifact.Digest;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.proto.job.v1.ConvertResult;
import dev.inferlab.proto.job.v1.ErrorClass;
import dev.inferlab.proto.job.v1.JobChanged;
import dev.inferlab.proto.job.v1.Problem;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Makes models READY or FAILED as their conversions end. */
@ApplicationScoped
public class Conversions {
  private final ArtifactUses artifacts;
  private final InstantSource clock;
  private final Json json;

  Conversions(ArtifactUses artifacts, InstantSource clock, Json json) {
    this.artifacts = artifacts;
    this.clock = clock;
    this.json = json;
  }

  /**
   * @param models by job id; jobs that are not in it have nothing to do with models
   */
  public Uni<Void> apply(
      Mutiny.Session session, Collection<JobChanged> jobs, Map<UUID, UUID> models) {
    if (models.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return Multi.createFrom()
        .iterable(jobs)
        .filter(job -> models.containsKey(UUID.fromString(job.getJobId())))
        .onItem()
        .transformToUniAndConcatenate(
            job -> apply(session, job, models.get(UUID.fromString(job.getJobId()))))
        .collect()
        .asList()
        .replaceWithVoid();
  }

  private Uni<Void> apply(Mutiny.Session session, JobChanged job, UUID modelId) {
    return switch (job.getState()) {
      case SUCCEEDED -> find(session, modelId).chain(model -> succeeded(session, model, job));
      case FAILED, CANCELLED ->
          find(session, modelId).invoke(model -> fail(model, job.getProblem())).replaceWithVoid();
      default -> Uni.createFrom().voidItem();
    };
  }

  private static Uni<Model> find(Mutiny.Session session, UUID modelId) {
    return session.find(Model.class, modelId);
  }

  private Uni<Void> succeeded(Mutiny.Session session, Model model, JobChanged job) {
    ConvertResult result;
    try {
      result = ConvertResult.parseFrom(job.getResult());
    } catch (InvalidProtocolBufferException e) {
      result = ConvertResult.getDefaultInstance();
    }
    if (!result.hasXml() || !result.hasBin()) {
      fail(
          model,
          Problem.newBuilder()
              .setErrorClass(ErrorClass.TRANSIENT)
              .setCode(ProblemCode.JOB_RESULT_INVALID.name())
              .setDetail("The conversion's result cannot be read. Import the model again.")
              .build());
      return Uni.createFrom().voidItem();
    }
    model.xmlSha256 = result.getXml().getSha256();
    model.xmlBytes = result.getXml().getSizeBytes();
    model.binSha256 = result.getBin().getSha256();
    model.binBytes = result.getBin().getSizeBytes();
    model.sizeBytes = model.xmlBytes + model.binBytes;
    model.inputs = json.write(result.getInputsList().stream().map(Port::of).toList());
    model.outputs = json.write(result.getOutputsList().stream().map(Port::of).toList());
    model.runtimeVersion = result.getRuntimeVersion();
    model.parameters = result.getParameters();
    model.state = Model.READY;
    touch(model);
    return artifacts.add(
        session,
        ArtifactUses.MODEL,
        model.id,
        List.of(
            new Digest(model.xmlSha256, model.xmlBytes),
            new Digest(model.binSha256, model.binBytes)));
  }

  private void fail(Model model, Problem problem) {
    model.state = Model.FAILED;
    model.problem = json.write(ProblemJson.of(problem));
    touch(model);
  }

  private void touch(Model model) {
    model.updatedAt = clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
