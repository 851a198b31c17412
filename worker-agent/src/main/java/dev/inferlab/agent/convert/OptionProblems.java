package dev.inferlab.agent.convert;

import dev.inferlab.agent.failure.Failure;
import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.proto.job.v1.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Collects what is wrong with a conversion's options, so that a user reads all of it at once. */
final class OptionProblems {
  private static final int MOST = 50;

  private final List<Violation> violations = new ArrayList<>();

  /** The word that a reason begins with: REST promises these for its own checks as well. */
  enum Fault {
    MISSING,
    UNKNOWN,
    UNSUITABLE,
    INVALID
  }

  /** {@code reason}: without a full stop. */
  void add(String path, Fault fault, String reason) {
    if (violations.size() < MOST) {
      String text = "%s: %s".formatted(fault.name().toLowerCase(Locale.ROOT), reason);
      violations.add(Violation.newBuilder().setPath(path).setReason(text).build());
    }
  }

  boolean isEmpty() {
    return violations.isEmpty();
  }

  /** Ends the job if anything was collected. */
  void check() throws JobFailedException {
    if (violations.isEmpty()) {
      return;
    }
    String all =
        violations.stream()
            .map(violation -> "%s is %s".formatted(violation.getPath(), violation.getReason()))
            .collect(Collectors.joining("; "));
    throw new JobFailedException(
        Failure.MODEL_CONVERSION_OPTIONS_INVALID
            .problem("The conversion's options do not fit: %s.".formatted(all))
            .toBuilder()
            .addAllViolations(violations)
            .build());
  }
}
