package dev.inferlab.gateway.upload;

import dev.inferlab.platform.problem.Problem;
import dev.inferlab.platform.problem.ProblemCode;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Refuses bodies that are too large before they are read: files may be large, everything else is
 * text that somebody wrote. A body without a length is cut off at the same limit.
 */
@ApplicationScoped
class BodyLimits {
  private static final int EARLY = 10_000;

  private final long fileLimit;
  private final long textLimit;

  BodyLimits(
      @ConfigProperty(name = "inferlab.upload.max-size") MemorySize fileLimit,
      @ConfigProperty(name = "inferlab.http.max-json-size", defaultValue = "1M")
          MemorySize textLimit) {
    this.fileLimit = fileLimit.asLongValue();
    this.textLimit = textLimit.asLongValue();
  }

  void register(@Observes Filters filters) {
    filters.register(this::check, EARLY);
  }

  private void check(RoutingContext context) {
    long limit = carriesFiles(context) ? fileLimit : textLimit;
    String announced = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
    if (announced != null && isMore(announced, limit)) {
      refuse(context, limit);
      return;
    }
    if (announced == null) {
      context.put(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY, limit);
    }
    context.next();
  }

  private static boolean carriesFiles(RoutingContext context) {
    String path = context.request().path();
    String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
    return type != null
        && (type.startsWith("multipart/form-data")
                && (path.equals("/api/v1/models") || path.equals("/api/v1/datasets"))
            || type.startsWith("application/offset+octet-stream")
                && path.startsWith(UploadResource.PATH + "/"));
  }

  private static boolean isMore(String announced, long limit) {
    try {
      return Long.parseLong(announced) > limit;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static void refuse(RoutingContext context, long limit) {
    ProblemCode code = ProblemCode.PAYLOAD_TOO_LARGE;
    JsonObject problem =
        new JsonObject()
            .put("type", code.type())
            .put("title", code.title())
            .put("status", code.status())
            .put("detail", "At most %,d bytes are taken here.".formatted(limit))
            .put("instance", context.request().path())
            .put("code", code.name())
            .put("advice", code.advice());
    context
        .response()
        .setStatusCode(code.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
        .putHeader(HttpHeaders.CONNECTION, "close")
        .endHandler(nothing -> context.request().connection().close())
        .end(problem.encode());
  }
}
