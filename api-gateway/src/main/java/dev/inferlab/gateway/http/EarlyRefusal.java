package dev.inferlab.gateway.http;

import dev.inferlab.platform.problem.Problem;
import dev.inferlab.platform.problem.ProblemCode;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** Answers a problem before a request reaches REST; what comes of its body is dropped. */
public final class EarlyRefusal {
  private EarlyRefusal() {}

  public static void send(RoutingContext context, ProblemCode code, String detail) {
    JsonObject problem =
        new JsonObject()
            .put("type", code.type())
            .put("title", code.title())
            .put("status", code.status())
            .put("detail", detail)
            .put("instance", context.request().path())
            .put("code", code.name())
            .put("advice", code.advice());
    context
        .response()
        .setStatusCode(code.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
        .putHeader(HttpHeaders.CONNECTION, "close")
        .endHandler(nothing -> Remains.dropAndClose(context.request(), context.vertx()))
        .end(problem.encode());
  }
}
