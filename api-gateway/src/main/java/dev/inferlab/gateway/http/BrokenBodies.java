package dev.inferlab.gateway.http;

import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemResponses;
import dev.inferlab.platform.problem.Violation;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.List;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** What the HTTP layer throws when a body ends too early or too late; it has no types for it. */
class BrokenBodies {
  @ServerExceptionMapper
  Response io(IOException cause, UriInfo uri) {
    String message = String.valueOf(cause.getMessage());
    if (message.contains("Request too large")) {
      return ProblemResponses.of(
          ProblemCode.PAYLOAD_TOO_LARGE, "The body is longer than what is taken here.", uri);
    }
    if (message.contains("multipart") || message.contains("Connection terminated")) {
      return ProblemResponses.of(
          ProblemCode.REQUEST_INVALID,
          "The form ends too early, or is no multipart form.",
          List.of(
              new Violation(
                  "body",
                  "ends before the boundary that the Content-Type names has closed the form")),
          uri);
    }
    // PostgreSQL's absence comes as one, too.
    return ProblemResponses.ofUnexpected(cause, uri);
  }
}
