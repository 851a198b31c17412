package dev.inferlab.agent.attempt;

import com.google.protobuf.ByteString;
import dev.inferlab.agent.artifact.Digests;
import dev.inferlab.agent.failure.Failure;
import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.agent.process.Ended;
import dev.inferlab.agent.process.ExecutorProcess;
import dev.inferlab.agent.process.Limits;
import dev.inferlab.agent.process.RunListener;
import dev.inferlab.proto.agent.v1.Assignment;
import dev.inferlab.proto.agent.v1.Started;
import dev.inferlab.proto.agent.v1.Update;
import dev.inferlab.proto.executor.v1.Part;
import dev.inferlab.proto.executor.v1.ProducedFile;
import dev.inferlab.proto.executor.v1.Run;
import dev.inferlab.proto.job.v1.JobSpec;
import dev.inferlab.proto.job.v1.Location;
import dev.inferlab.proto.job.v1.Problem;
import dev.inferlab.proto.job.v1.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/** The stage in which an executor has the attempt. */
final class Execution implements RunListener {
  private static final Logger LOG = Logger.getLogger(Execution.class);

  /** Of a result or a part, as the scheduler takes them; large things are artifacts. */
  private static final int MOST_RESULT_BYTES = 512 * 1024;

  private static final int MOST_TEXT = 2_000;
  private static final int MOST_KEY = 200;
  private static final int MOST_VIOLATIONS = 50;

  private final Stages stages;
  private final AttemptId id;
  private final Assignment assignment;
  private final String traceParent;
  private Path outputs;

  Execution(Stages stages, AttemptId id, Assignment assignment, String traceParent) {
    this.stages = stages;
    this.id = id;
    this.assignment = assignment;
    this.traceParent = traceParent;
  }

  /**
   * Runs to the attempt's end and answers what is to be reported. Whatever happens, nothing of the
   * attempt is left after it: no process, no file.
   */
  Update run(InputLayout inputs) throws InterruptedException, JobFailedException {
    ExecutorProcess executor = stages.executors().take(assignment.getDevice());
    String discardFor = "stopped"; // unless it ends otherwise
    boolean begun = false;
    String outcome = "STOPPED";
    try {
      Run run = prepare(executor, inputs);
      JobSpec job = assignment.getJob();
      logBegin(executor.pid());
      begun = true;
      stages.updates().add(update().setStarted(Started.getDefaultInstance()).build());
      Ended ended = executor.run(run, limits(job), this);
      switch (ended) {
        case Ended.Well well -> {
          discardFor = "";
          checkSize("result", well.finished().getResult());
          store(well.finished().getFilesList());
          outcome = "SUCCEEDED";
          return update()
              .setSucceeded(
                  dev.inferlab.proto.agent.v1.Succeeded.newBuilder()
                      .setResult(well.finished().getResult()))
              .build();
        }
        case Ended.Failed failed -> {
          Problem problem = bounded(failed.problem());
          outcome = problem.getCode();
          // What broke in an executor, an Error perhaps, may be broken for the next job too.
          discardFor = Failure.EXECUTOR_INTERNAL.name().equals(problem.getCode()) ? "broken" : "";
          return update().setFailed(problem).build();
        }
        case Ended.Died died -> {
          outcome = died.problem().getCode();
          discardFor = died.reason();
          return update().setFailed(died.problem()).build();
        }
      }
    } catch (JobFailedException e) {
      outcome = e.problem().getCode();
      throw e;
    } finally {
      boolean interrupted = Thread.interrupted();
      release(executor, discardFor);
      if (begun) {
        logEnd(outcome);
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Nothing runs that is not in the log. */
  private void logBegin(long pid) throws JobFailedException {
    try {
      stages
          .log()
          .begin(id, assignment.getJob().getKind(), assignment.getDevice(), exclusive(), pid);
    } catch (UncheckedIOException e) {
      throw diskFailure(e.getCause());
    }
  }

  /** What is done is done, also when the disk has become full meanwhile. */
  private void logEnd(String outcome) {
    try {
      stages
          .log()
          .end(id, assignment.getJob().getKind(), assignment.getDevice(), exclusive(), outcome);
    } catch (UncheckedIOException e) {
      LOG.error("The end of an execution is missing in the log of executions", e);
    }
  }

  private void release(ExecutorProcess executor, String discardFor) {
    if (discardFor.isEmpty()) {
      executor.folder().clearAttempt();
      stages.executors().giveBack(executor);
    } else {
      stages.executors().discard(executor, discardFor);
    }
  }

  private Run prepare(ExecutorProcess executor, InputLayout inputs) throws JobFailedException {
    try {
      Path folder = Files.createDirectory(executor.folder().attempt());
      Path in = Files.createDirectory(folder.resolve("in"));
      outputs = Files.createDirectory(folder.resolve("out"));
      inputs.layOut(in);
      executor
          .folder()
          .noteAttempt(
              ExecutionLog.note(
                  id, assignment.getJob().getKind(), assignment.getDevice(), exclusive()));
      return Run.newBuilder()
          .setJob(assignment.getJob())
          .setAttempt(id.number())
          .setDevice(assignment.getDevice())
          .setInputsFolder(in.toString())
          .setOutputsFolder(outputs.toString())
          .addAllCompletedParts(assignment.getCompletedPartsList())
          .addAllParts(assignment.getPartsList())
          .setEnvironment(stages.environment().toBuilder().setDevice(assignment.getDevice()))
          .setTraceParent(traceParent)
          .build();
    } catch (IOException e) {
      throw diskFailure(e);
    }
  }

  private Limits limits(JobSpec job) {
    return new Limits(
        Duration.ofSeconds(job.getTimeLimit().getSeconds(), job.getTimeLimit().getNanos()),
        job.getMemoryLimitBytes() > 0
            ? Math.min(job.getMemoryLimitBytes(), stages.memoryLimitBytes())
            : stages.memoryLimitBytes(),
        stages.outputLimitBytes());
  }

  @Override
  public void progress(Progress progress) {
    stages.updates().add(update().setProgress(bounded(progress)).build());
  }

  @Override
  public void part(Part part) throws JobFailedException, InterruptedException {
    checkSize("part", part.getPart().getPayload());
    if (part.getPart().getKey().length() > MOST_KEY) {
      throw Failure.JOB_RESULT_INVALID.exception(
          "A part of the job's result has a key of more than %d characters.".formatted(MOST_KEY));
    }
    store(part.getFilesList());
    stages.updates().addPart(update().setPart(part.getPart()).build());
  }

  /** A message that is too large for the scheduler would end the stream, again and again. */
  private static void checkSize(String what, ByteString bytes) throws JobFailedException {
    if (bytes.size() > MOST_RESULT_BYTES) {
      throw Failure.JOB_RESULT_INVALID.exception(
          "The job made a %s of %d bytes; at most %d are taken. Large things belong in artifacts."
              .formatted(what, bytes.size(), MOST_RESULT_BYTES));
    }
  }

  private static Progress bounded(Progress progress) {
    return progress.toBuilder().setStage(bounded(progress.getStage())).build();
  }

  private static Problem bounded(Problem problem) {
    Problem.Builder bounded =
        Problem.newBuilder()
            .setErrorClass(problem.getErrorClass())
            .setCode(bounded(problem.getCode()))
            .setDetail(bounded(problem.getDetail()));
    if (problem.hasLocation()) {
      Location at = problem.getLocation();
      bounded.setLocation(
          at.toBuilder()
              .setFile(bounded(at.getFile()))
              .setLayer(bounded(at.getLayer()))
              .setLayerType(bounded(at.getLayerType())));
    }
    problem.getViolationsList().stream()
        .limit(MOST_VIOLATIONS)
        .forEach(
            it ->
                bounded.addViolations(
                    it.toBuilder()
                        .setPath(bounded(it.getPath()))
                        .setReason(bounded(it.getReason()))));
    return bounded.build();
  }

  /** The scheduler cuts texts shorter; this keeps the message small enough to be sent. */
  private static String bounded(String text) {
    return text.codePointCount(0, text.length()) <= MOST_TEXT
        ? text
        : text.substring(0, text.offsetByCodePoints(0, MOST_TEXT));
  }

  /**
   * An executor is not trusted: only plain files of its outputs folder are stored, and only as what
   * they are.
   */
  private void store(List<ProducedFile> files) throws JobFailedException, InterruptedException {
    for (ProducedFile produced : files) {
      Path file = outputs.resolve(produced.getPath()).normalize();
      if (!file.startsWith(outputs) || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        throw Failure.EXECUTOR_INTERNAL.exception("The job names a file that it did not make.");
      }
      try {
        if (!Digests.of(file).equals(produced.getDigest())) {
          throw Failure.ARTIFACT_DIGEST_MISMATCH.exception(
              "A file that the job made changed afterwards.");
        }
      } catch (IOException e) {
        throw diskFailure(e);
      }
      stages.transfer().store(file, produced.getDigest());
    }
  }

  private static JobFailedException diskFailure(IOException e) {
    String reason = String.valueOf(e.getMessage());
    return reason.contains("No space left") || reason.contains("quota")
        ? Failure.DISK_FULL.exception("The target's disk is full. Free some space there.", e)
        : Failure.EXECUTOR_START_FAILED.exception(
            "The job's files could not be laid out on the target.", e);
  }

  private boolean exclusive() {
    return assignment.getJob().getPlacement().getExclusive();
  }

  private Update.Builder update() {
    return Update.newBuilder().setJobId(id.jobId()).setAttempt(id.number());
  }
}
