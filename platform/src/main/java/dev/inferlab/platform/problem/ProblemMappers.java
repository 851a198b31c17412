package dev.inferlab.platform.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns everything that a REST call can throw into {@code application/problem+json}. */
class ProblemMappers {
  private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

  private final AllowedMethods allowed;
  private final MemorySize largestForm;
  private final MemorySize largestField;

  ProblemMappers(
      AllowedMethods allowed,
      @ConfigProperty(name = "quarkus.http.limits.max-body-size", defaultValue = "10M")
          MemorySize largestForm,
      @ConfigProperty(name = "quarkus.http.limits.max-form-attribute-size", defaultValue = "2K")
          MemorySize largestField) {
    this.allowed = allowed;
    this.largestForm = largestForm;
    this.largestField = largestField;
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
  Response http(WebApplicationException cause, UriInfo uri, HttpHeaders headers) {
    if (cause.getCause() instanceof JsonProcessingException json) {
      return ProblemResponses.of(JsonProblems.of(json), uri);
    }
    Response original = cause.getResponse();
    if (original.hasEntity() || original.getStatus() < 400) {
      return original;
    }
    ProblemCode code = HttpStatuses.code(original.getStatus());
    String detail =
        code == ProblemCode.PAYLOAD_TOO_LARGE && isForm(headers)
            ? formTooLarge()
            : HttpStatuses.detail(code);
    Response answer = ProblemResponses.of(code, detail, uri);
    return code == ProblemCode.METHOD_NOT_ALLOWED
        ? Response.fromResponse(answer).header(HttpHeaders.ALLOW, allowed.of(uri.getPath())).build()
        : answer;
  }

  private static boolean isForm(HttpHeaders headers) {
    return MediaType.MULTIPART_FORM_DATA_TYPE.isCompatible(headers.getMediaType());
  }

  /** The HTTP layer does not say which of its two limits it was. */
  private String formTooLarge() {
    return "A form may have %,d bytes, and a part of it that is no file, such as 'options', %,d."
        .formatted(largestForm.asLongValue(), largestField.asLongValue());
  }

  @ServerExceptionMapper
  Response anything(Throwable cause, UriInfo uri) {
    return ProblemResponses.ofUnexpected(cause, uri);
  }
}
