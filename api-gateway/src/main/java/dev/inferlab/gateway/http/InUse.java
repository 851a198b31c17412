package dev.inferlab.gateway.http;

import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.platform.problem.Violation;
import java.util.List;

/** What cannot be deleted, because other things need it. */
public final class InUse {
  private static final int MOST_IN_TEXT = 3;

  /** So many are told: no more need to be looked for. */
  public static final int MOST = 20;

  private InUse() {}

  /**
   * Does nothing when nothing uses it.
   *
   * @param uses as in "project 0193…"
   */
  public static void refuse(ProblemCode code, List<String> uses) {
    if (!uses.isEmpty()) {
      throw new ProblemException(
          code,
          "It is used by %s%s."
              .formatted(
                  String.join("; ", uses.stream().limit(MOST_IN_TEXT).toList()),
                  uses.size() > MOST_IN_TEXT ? "; and others" : ""),
          uses.stream().limit(MOST).map(use -> new Violation("id", "used by " + use)).toList());
    }
  }
}
