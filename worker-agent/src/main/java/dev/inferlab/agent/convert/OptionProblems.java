package dev.inferlab.agent.convert;

import dev.inferlab.agent.failure.Failure;
import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.proto.job.v1.Violation;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a conversion's options, so that a user reads all of it at once. */
final class OptionProblems {
  private static final int MOST = 50;

  private final List<Violation> violations = new ArrayList<>();

  void add(String path, String reason) {
    if (violations.size() < MOST) {
      violations.add(Violation.newBuilder().setPath(path).setReason(reason).build());
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
    StringBuilder detail = new StringBuilder("The conversion's options do not fit:");
    violations.forEach(v -> detail.append(" %s: %s".formatted(v.getPath(), v.getReason())));
    throw new JobFailedException(
        Failure.JOB_OPTIONS_INVALID.problem(detail.toString()).toBuilder()
            .addAllViolations(violations)
            .build());
  }
}
