package dev.inferlab.gateway.http;

import dev.inferlab.gateway.text.PlainText;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.platform.problem.Violation;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;
import java.util.Optional;

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
    Optional<String> fault = PlainText.fault(name, LONGEST);
    if (fault.isPresent()) {
      throw new ProblemException(
          ProblemCode.REQUEST_INVALID,
          "The user's name cannot be used.",
          List.of(new Violation(HEADER, fault.get())));
    }
    return name;
  }
}
