package dev.inferlab.scheduler.recording;

import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.proto.agent.v1.Update;
import dev.inferlab.proto.agent.v1.Updates;
import dev.inferlab.proto.job.v1.ErrorClass;
import dev.inferlab.proto.job.v1.Problem;
import dev.inferlab.proto.job.v1.Progress;
import dev.inferlab.proto.job.v1.ResultPart;
import dev.inferlab.scheduler.job.Fault;
import dev.inferlab.scheduler.job.JobCommand;
import dev.inferlab.scheduler.text.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads what agents report. Nothing that they can write harms rows, logs or readers of events. */
final class UpdateReader {

  // Events must fit into a Kafka record together with the history of attempts.
  private static final int MOST_RESULT_BYTES = 512 * 1024;
  private static final int MOST_PART_BYTES = 512 * 1024;
  private static final int MOST_KEY = 200;
  private static final int MOST_DETAIL = 500;
  private static final int MOST_STAGE = 200;
  private static final int MOST_VIOLATIONS = 50;

  private UpdateReader() {}

  /** Those that make sense; the others cannot become right by being sent again. */
  static List<Reported> read(UUID targetId, Updates updates) {
    List<Reported> reports = new ArrayList<>(updates.getUpdatesCount());
    long sequence = updates.getSequence();
    for (Update update : updates.getUpdatesList()) {
      read(targetId, sequence++, update).ifPresent(reports::add);
    }
    return reports;
  }

  private static Optional<Reported> read(UUID targetId, long sequence, Update update) {
    UUID jobId;
    try {
      jobId = UUID.fromString(update.getJobId());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    int attempt = update.getAttempt();
    return switch (update.getWhatCase()) {
      case STARTED -> command(sequence, jobId, new JobCommand.Start(attempt, targetId));
      case PROGRESS -> progress(targetId, sequence, jobId, attempt, update.getProgress());
      case PART -> part(targetId, sequence, jobId, attempt, update.getPart());
      case SUCCEEDED ->
          update.getSucceeded().getResult().size() > MOST_RESULT_BYTES
              ? tooLarge(targetId, sequence, jobId, attempt, "result")
              : command(
                  sequence,
                  jobId,
                  new JobCommand.Succeed(attempt, targetId, update.getSucceeded().getResult()));
      case FAILED ->
          command(
              sequence, jobId, new JobCommand.Fail(attempt, targetId, fault(update.getFailed())));
      case HANDED_BACK ->
          command(
              sequence,
              jobId,
              new JobCommand.HandBack(
                  attempt, targetId, Texts.clean(update.getHandedBack().getReason(), MOST_DETAIL)));
      case STOPPED -> command(sequence, jobId, new JobCommand.ConfirmStopped(attempt, targetId));
      // Of a newer agent.
      case WHAT_NOT_SET -> Optional.empty();
    };
  }

  private static Optional<Reported> command(long sequence, UUID jobId, JobCommand.Report command) {
    return Optional.of(Reported.command(sequence, jobId, command));
  }

  private static Optional<Reported> progress(
      UUID targetId, long sequence, UUID jobId, int attempt, Progress progress) {
    if (!Double.isFinite(progress.getFraction())) {
      return Optional.empty();
    }
    Progress sane =
        Progress.newBuilder()
            .setFraction(Math.clamp(progress.getFraction(), 0.0, 1.0))
            .setStage(Texts.clean(progress.getStage(), MOST_STAGE))
            .build();
    JobCommand.Report note = new JobCommand.Note(attempt, targetId);
    return Optional.of(new Reported(sequence, jobId, note, sane, null));
  }

  private static Optional<Reported> part(
      UUID targetId, long sequence, UUID jobId, int attempt, ResultPart part) {
    if (part.getKey().isBlank() || !Texts.isPlain(part.getKey(), MOST_KEY)) {
      return Optional.empty();
    }
    if (part.getPayload().size() > MOST_PART_BYTES) {
      return tooLarge(targetId, sequence, jobId, attempt, "part " + part.getKey());
    }
    JobCommand.Report note = new JobCommand.Note(attempt, targetId);
    return Optional.of(new Reported(sequence, jobId, note, null, part));
  }

  private static Optional<Reported> tooLarge(
      UUID targetId, long sequence, UUID jobId, int attempt, String what) {
    Fault fault =
        Fault.of(
            ErrorClass.UNSUPPORTED,
            ProblemCode.JOB_RESULT_INVALID.name(),
            "The %s that the agent sent is larger than %d bytes; large things belong in artifacts."
                .formatted(what, MOST_RESULT_BYTES));
    return command(sequence, jobId, new JobCommand.Fail(attempt, targetId, fault));
  }

  private static Fault fault(Problem problem) {
    ErrorClass errorClass =
        problem.getErrorClass() == ErrorClass.UNRECOGNIZED
            ? ErrorClass.ERROR_CLASS_UNSPECIFIED
            : problem.getErrorClass();
    String code = problem.getCode();
    return new Fault(
        errorClass,
        Texts.isName(code) ? code : ProblemCode.AGENT_MESSAGE_INVALID.name(),
        Texts.clean(problem.getDetail(), MOST_DETAIL),
        Texts.clean(problem.getLocation().getFile(), MOST_DETAIL),
        Math.max(0, problem.getLocation().getLine()),
        Texts.clean(problem.getLocation().getLayer(), MOST_DETAIL),
        Texts.clean(problem.getLocation().getLayerType(), MOST_DETAIL),
        errorClass == ErrorClass.INVALID_INPUT ? misfits(problem) : List.of());
  }

  // Only of what is never tried again: they are many, and every attempt's fault is kept.
  private static List<Fault.Misfit> misfits(Problem problem) {
    return problem.getViolationsList().stream()
        .limit(MOST_VIOLATIONS)
        .map(
            it ->
                new Fault.Misfit(
                    Texts.clean(it.getPath(), MOST_KEY), Texts.clean(it.getReason(), MOST_DETAIL)))
        .toList();
  }
}
