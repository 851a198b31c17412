package dev.inferlab.platform.problem;

import dev.inferlab.platform.db.DatabaseTrouble;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import org.jboss.logging.Logger;

/** Problems as HTTP answers. */
public final class ProblemResponses {
  private static final Logger LOG = Logger.getLogger(ProblemResponses.class);
  private static final int RETRY_AFTER_SECONDS = 2;

  private ProblemResponses() {}

  public static Response of(ProblemCode code, String detail, UriInfo uri) {
    return of(new ProblemException(code, detail), uri);
  }

  public static Response of(
      ProblemCode code, String detail, List<Violation> violations, UriInfo uri) {
    return of(new ProblemException(code, detail, violations), uri);
  }

  static Response of(ProblemException problem, UriInfo uri) {
    ProblemCode code = problem.code();
    Problem body =
        new Problem(
            code.type(),
            code.title(),
            code.status(),
            problem.detail(),
            uri.getRequestUri().getRawPath(),
            code,
            code.advice(),
            problem.violations(),
            problem.location().orElse(null),
            traceId());
    Response.ResponseBuilder answer =
        Response.status(code.status()).entity(body).type(Problem.MEDIA_TYPE);
    if (code.status() == 503 || code.status() == 429) {
      answer.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    return answer.build();
  }

  /** For what no other mapper knows: the database is away, or it is our fault. */
  public static Response ofUnexpected(Throwable cause, UriInfo uri) {
    if (DatabaseTrouble.isAway(cause)) {
      LOG.warnf("Answered DATABASE_UNAVAILABLE: %s", DatabaseTrouble.brief(cause));
      return of(
          ProblemCode.DATABASE_UNAVAILABLE,
          "The connection to the database broke: the request may have been carried out or not.",
          uri);
    }
    LOG.errorf(cause, "Answered INTERNAL to a request for %s", uri.getPath());
    return of(
        ProblemCode.INTERNAL, "The request ended in an unexpected error; it is in our log.", uri);
  }

  private static String traceId() {
    SpanContext span = Span.current().getSpanContext();
    return span.isValid() ? span.getTraceId() : null;
  }
}
