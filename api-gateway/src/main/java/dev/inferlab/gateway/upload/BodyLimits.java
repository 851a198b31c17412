package dev.inferlab.gateway.upload;

import dev.inferlab.gateway.http.EarlyRefusal;
import dev.inferlab.platform.problem.ProblemCode;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
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

  /** The HTTP server sets its own, wider limit at priority 2. */
  private static final int AFTER_THE_SERVERS_OWN = 1;

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
    filters.register(this::limit, AFTER_THE_SERVERS_OWN);
  }

  private void check(RoutingContext context) {
    long limit = limitOf(context);
    String announced = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
    if (announced != null && isMore(announced, limit)) {
      EarlyRefusal.send(
          context,
          ProblemCode.PAYLOAD_TOO_LARGE,
          "At most %,d bytes are taken here.".formatted(limit));
    } else {
      context.next();
    }
  }

  private void limit(RoutingContext context) {
    if (context.request().getHeader(HttpHeaders.CONTENT_LENGTH) == null) {
      // Forms and tus parts are counted where they are read, which can tell the user.
      context.put(
          VertxHttpRecorder.MAX_REQUEST_SIZE_KEY,
          carriesFiles(context) ? Long.MAX_VALUE : textLimit);
    }
    context.next();
  }

  private long limitOf(RoutingContext context) {
    return carriesFiles(context) ? fileLimit : textLimit;
  }

  private static boolean carriesFiles(RoutingContext context) {
    String path = context.request().path();
    String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
    return type != null && (isForm(path, type) || isUploadPart(path, type));
  }

  private static boolean isForm(String path, String type) {
    return type.startsWith("multipart/form-data")
        && (path.equals("/api/v1/models")
            || path.equals("/api/v1/datasets")
            || path.equals("/api/v1/catalog/sources"));
  }

  private static boolean isUploadPart(String path, String type) {
    return type.startsWith("application/offset+octet-stream")
        && path.startsWith(UploadResource.PATH + "/");
  }

  private static boolean isMore(String announced, long limit) {
    try {
      return Long.parseLong(announced) > limit;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
