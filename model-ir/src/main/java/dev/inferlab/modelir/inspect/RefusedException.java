package dev.inferlab.modelir.inspect;

import java.util.List;

/** Ends an inspection with its problems; part of normal work, so without a stack trace. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  RefusedException(List<Problem> problems) {
    super(problems.getFirst().reason(), null, false, false);
    this.problems = List.copyOf(problems);
  }

  RefusedException(ProblemCode code, String reason, Place place) {
    this(List.of(new Problem(code, reason, place)));
  }

  List<Problem> problems() {
    return problems;
  }
}
