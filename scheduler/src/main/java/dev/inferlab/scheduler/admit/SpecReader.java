package dev.inferlab.scheduler.admit;

import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.proto.job.v1.ErrorClass;
import dev.inferlab.proto.job.v1.JobSpec;
import dev.inferlab.proto.job.v1.Placement;
import dev.inferlab.scheduler.job.Demand;
import dev.inferlab.scheduler.job.Fault;
import dev.inferlab.scheduler.job.Request;
import dev.inferlab.scheduler.text.Texts;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Reads what placement and rules need of a specification, and says what is wrong with it. */
final class SpecReader {

  private static final int MOST_ATTEMPTS = 100;
  private static final int MOST_PRIORITY = 1_000;
  private static final int MOST_OWNER = 200;
  private static final int MOST_TRACE = 100;

  private SpecReader() {}

  /** Why the job cannot be run as it was asked for, if so. */
  static Optional<Fault> problem(JobSpec spec) {
    if (!Texts.isName(spec.getKind())) {
      return invalid("its kind is no name");
    }
    if (spec.getMaxAttempts() < 1 || spec.getMaxAttempts() > MOST_ATTEMPTS) {
      return invalid("its attempts are not between 1 and %d".formatted(MOST_ATTEMPTS));
    }
    if (Math.abs((long) spec.getPriority()) > MOST_PRIORITY) {
      return invalid("its priority is not between -%1$d and %1$d".formatted(MOST_PRIORITY));
    }
    if (!Texts.isPlain(spec.getOwner(), MOST_OWNER)
        || !Texts.isPlain(spec.getExperimentId(), MOST_OWNER)) {
      return invalid("its owner or experiment is too long or has control characters");
    }
    Placement placement = spec.getPlacement();
    if (!placement.getTargetId().isEmpty() && uuid(placement.getTargetId()).isEmpty()) {
      return invalid("its target is no UUID");
    }
    if (!placement.getDevice().isEmpty() && !Texts.isName(placement.getDevice())) {
      return invalid("its device is no name");
    }
    if (!Texts.areLabels(placement.getLabelsMap())) {
      return invalid("it asks for too many labels, or for one that cannot be");
    }
    return Optional.empty();
  }

  private static Optional<Fault> invalid(String why) {
    return Optional.of(
        Fault.of(
            ErrorClass.INVALID_INPUT,
            ProblemCode.JOB_OPTIONS_INVALID.name(),
            "The job cannot be placed: %s.".formatted(why)));
  }

  /** Of a specification with a problem: as much as can be shown. */
  static Request request(JobSpec spec) {
    boolean sound = problem(spec).isEmpty();
    return new Request(
        Texts.clean(spec.getExperimentId(), MOST_OWNER),
        Texts.clean(spec.getKind(), MOST_OWNER),
        Texts.clean(spec.getOwner(), MOST_OWNER),
        sound ? spec.getPriority() : 0,
        sound ? spec.getMaxAttempts() : 1,
        sound ? demand(spec.getPlacement()) : Demand.ANYWHERE,
        Texts.isPlain(spec.getTraceParent(), MOST_TRACE) ? spec.getTraceParent() : "");
  }

  private static Demand demand(Placement placement) {
    return new Demand(
        uuid(placement.getTargetId()).orElse(null),
        placement.getDevice(),
        Map.copyOf(placement.getLabelsMap()),
        placement.getExclusive());
  }

  static Optional<UUID> uuid(String text) {
    try {
      return Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
