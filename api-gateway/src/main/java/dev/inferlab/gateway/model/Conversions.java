package dev.inferlab.gateway.model;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.inferlab.gateway.artifact.ArtifactUses;
import dev.inferlab.gateway.experiment.ProblemJson;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.model.analysis.AnalysisView;
import dev.inferlab.gateway.model.analysis.StoredAnalysis;
import dev.inferlab.platform.artifact.Digest;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.proto.job.v1.ConvertResult;
import dev.inferlab.proto.job.v1.ErrorClass;
import dev.inferlab.proto.job.v1.JobChanged;
import dev.inferlab.proto.job.v1.Problem;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
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
    return session.find(Model.class, modelId, LockModeType.PESSIMISTIC_WRITE);
  }

  private Uni<Void> succeeded(Mutiny.Session session, Model model, JobChanged job) {
    Optional<ConvertResult> result = result(job);
    if (result.isPresent()) {
      return ready(session, model, result.get());
    }
    fail(
        model,
        Problem.newBuilder()
            .setErrorClass(ErrorClass.TRANSIENT)
            .setCode(ProblemCode.JOB_RESULT_INVALID.name())
            .setDetail("The conversion's result cannot be read. Import the model again.")
            .build());
    return Uni.createFrom().voidItem();
  }

  private static Optional<ConvertResult> result(JobChanged job) {
    try {
      return Optional.of(ConvertResult.parseFrom(job.getResult()))
          .filter(result -> result.hasXml() && result.hasBin());
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  private Uni<Void> ready(Mutiny.Session session, Model model, ConvertResult result) {
    model.xmlSha256 = result.getXml().getSha256();
    model.xmlBytes = result.getXml().getSizeBytes();
    model.binSha256 = result.getBin().getSha256();
    model.binBytes = result.getBin().getSizeBytes();
    model.sizeBytes = model.xmlBytes + model.binBytes;
    model.inputs = json.write(result.getInputsList().stream().map(Port::of).toList());
    model.outputs = json.write(result.getOutputsList().stream().map(Port::of).toList());
    model.runtimeVersion = result.getRuntimeVersion();
    model.parameters = result.getParameters();
    model.precision = Precision.of(result.getAnalysis()).orElse(model.precision);
    model.state = Model.READY;
    touch(model);
    return understand(session, model, result)
        .chain(() -> artifacts.add(session, ArtifactUses.MODEL, model.id, digests(result)));
  }

  private static List<Digest> digests(ConvertResult result) {
    return Stream.concat(
            Stream.of(result.getXml(), result.getBin()).map(Digest::of), graph(result).stream())
        .toList();
  }

  private static Optional<Digest> graph(ConvertResult result) {
    return result.hasGraph() ? Optional.of(Digest.of(result.getGraph())) : Optional.empty();
  }

  /**
   * Keeps the analysis; the guesses count where the user said nothing. They are of the IR, with all
   * that its conversion built in.
   */
  private Uni<Void> understand(Mutiny.Session session, Model model, ConvertResult result) {
    Optional<Guess.Task> task = Guess.Task.of(result.getTask());
    Optional<Guess.Image> image =
        result.hasImageInput()
            ? Optional.of(Guess.Image.of(result.getImageInput()))
            : Optional.empty();
    model.taskGuess = task.map(json::write).orElse(model.taskGuess);
    if (!model.taskGiven) {
      model.task = task.map(Guess.Task::task).orElse(model.task);
    }
    model.inputGuess = image.map(json::write).orElse(model.inputGuess);
    if (!model.inputGiven) {
      model.inputSpec = image.map(guess -> json.write(guess.spec())).orElse(model.inputSpec);
    }
    if (!result.hasAnalysis()) {
      return Uni.createFrom().voidItem();
    }
    AnalysisView view = AnalysisView.of(result, task.orElse(null), image.orElse(null));
    return session.persist(new StoredAnalysis(model.id, json.write(view), graph(result)));
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
