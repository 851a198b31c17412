package dev.inferlab.gateway.http;

import dev.inferlab.gateway.text.PlainText;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.platform.problem.Violation;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;

/** Who asks, as an authenticating proxy says; jobs are shared fairly between callers. */
public final class Caller {
  static final String HEADER = "X-Forwarded-User";
  private static final String NOBODY = "anonymous";
  private static final int LONGEST = 100;

  private Caller() {}

  public static String of(HttpHeaders headers) {
    String name = headers.getHeaderString(HEADER);
    if (name == null || name.isBlank()) {
      return NOBODY;
    }
    if (name.length() > LONGEST || !PlainText.isFit(name)) {
      throw new ProblemException(
          ProblemCode.REQUEST_INVALID,
          "The user's name cannot be used.",
          List.of(new Violation(HEADER, "must have 1 to " + LONGEST + " printable characters")));
    }
    return name;
  }
}
