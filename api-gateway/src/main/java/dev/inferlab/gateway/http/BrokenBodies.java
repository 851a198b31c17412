package dev.inferlab.gateway.http;

import dev.inferlab.platform.problem.Problem;
import dev.inferlab.platform.problem.ProblemCode;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.List;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** What the HTTP layer throws when a body ends too early or too late; it has no types for it. */
class BrokenBodies {
  private static final Logger LOG = Logger.getLogger(BrokenBodies.class);

  @ServerExceptionMapper
  Response io(IOException cause, UriInfo uri) {
    String message = String.valueOf(cause.getMessage());
    if (message.contains("Request too large")) {
      return answer(
          ProblemCode.PAYLOAD_TOO_LARGE, "The body is longer than what is taken here.", uri);
    }
    if (message.contains("multipart") || message.contains("Connection terminated")) {
      return answer(
          ProblemCode.REQUEST_INVALID, "The form ends too early, or is no multipart form.", uri);
    }
    LOG.errorf(cause, "Answered INTERNAL to a request for %s", uri.getPath());
    return answer(
        ProblemCode.INTERNAL, "The request ended in an unexpected error; it is in our log.", uri);
  }

  private static Response answer(ProblemCode code, String detail, UriInfo uri) {
    Problem problem =
        new Problem(
            code.type(),
            code.title(),
            code.status(),
            detail,
            uri.getRequestUri().getRawPath(),
            code,
            code.advice(),
            List.of(),
            null,
            null);
    return Response.status(code.status()).type(Problem.MEDIA_TYPE).entity(problem).build();
  }
}
