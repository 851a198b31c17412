package dev.inferlab.platform.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns everything that a REST call can throw into {@code application/problem+json}. */
class ProblemMappers {
  private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

  private final AllowedMethods allowed;

  ProblemMappers(AllowedMethods allowed) {
    this.allowed = allowed;
  }

  @ServerExceptionMapper
  Response problem(ProblemException problem, UriInfo uri) {
    if (problem.code().status() >= 500) {
      LOG.warnf(problem, "Answered %s", problem.code());
    }
    return ProblemResponses.of(problem, uri);
  }

  @ServerExceptionMapper
  Response json(MismatchedInputException cause, UriInfo uri) {
    return ProblemResponses.of(JsonProblems.of(cause), uri);
  }

  @ServerExceptionMapper
  Response http(WebApplicationException cause, UriInfo uri) {
    if (cause.getCause() instanceof JsonProcessingException json) {
      return ProblemResponses.of(JsonProblems.of(json), uri);
    }
    Response original = cause.getResponse();
    if (original.hasEntity() || original.getStatus() < 400) {
      return original;
    }
    ProblemCode code = HttpStatuses.code(original.getStatus());
    Response answer = ProblemResponses.of(code, HttpStatuses.detail(code), uri);
    return code == ProblemCode.METHOD_NOT_ALLOWED
        ? Response.fromResponse(answer).header(HttpHeaders.ALLOW, allowed.of(uri.getPath())).build()
        : answer;
  }

  @ServerExceptionMapper
  Response anything(Throwable cause, UriInfo uri) {
    return ProblemResponses.ofUnexpected(cause, uri);
  }
}
