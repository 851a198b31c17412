package dev.inferlab.gateway.upload;

import dev.inferlab.gateway.http.EarlyRefusal;
import dev.inferlab.platform.problem.ProblemCode;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Locale;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Refuses bodies that are too large before they are read: files may be large, everything else is
 * text that somebody wrote. Text without a length is counted here while it comes.
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
      refuse(context, limit);
    } else {
      context.next();
    }
  }

  private void limit(RoutingContext context) {
    if (context.request().getHeader(HttpHeaders.CONTENT_LENGTH) != null) {
      context.next();
      return;
    }
    // The server's own limit ends a request without a word.
    context.put(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY, Long.MAX_VALUE);
    if (carriesFiles(context) || !isChunked(context)) {
      // Forms and tus parts are counted where they are read.
      context.next();
    } else {
      readText(context);
    }
  }

  private static boolean isChunked(RoutingContext context) {
    return context.request().getHeader(HttpHeaders.TRANSFER_ENCODING) != null
        || context.request().version() == HttpVersion.HTTP_2 && !context.request().isEnded();
  }

  private void readText(RoutingContext context) {
    Buffer body = Buffer.buffer();
    context
        .request()
        .handler(
            part -> {
              if (context.response().ended()) {
                return;
              }
              if (body.length() + part.length() > textLimit) {
                refuse(context, textLimit);
              } else {
                body.appendBuffer(part);
              }
            })
        .endHandler(
            nothing -> {
              if (!context.response().ended()) {
                ((RoutingContextInternal) context).setBody(body);
                context.next();
              }
            })
        .resume();
  }

  private static void refuse(RoutingContext context, long limit) {
    EarlyRefusal.send(
        context,
        ProblemCode.PAYLOAD_TOO_LARGE,
        "At most %,d bytes are taken here.".formatted(limit));
  }

  private long limitOf(RoutingContext context) {
    return carriesFiles(context) ? fileLimit : textLimit;
  }

  private static boolean carriesFiles(RoutingContext context) {
    String path = context.request().path();
    String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
    if (type == null) {
      return false;
    }
    String lower = type.toLowerCase(Locale.ROOT);
    return isForm(path, lower) || isUploadPart(path, lower);
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
