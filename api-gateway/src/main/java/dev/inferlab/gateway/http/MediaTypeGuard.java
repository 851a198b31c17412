package dev.inferlab.gateway.http;

import dev.inferlab.platform.problem.ProblemCode;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.regex.Pattern;

/** Refuses media types that are none: the REST layer would take them for a fault of its own. */
@ApplicationScoped
class MediaTypeGuard {
  private static final int EARLY = 9_000;
  private static final String TOKEN = "[A-Za-z0-9!#$%&'*+.^_`|~-]+";
  private static final String TYPE =
      "\\s*%1$s/%1$s\\s*(;\\s*(%1$s=(%1$s|\"[^\"\\\\,;]*\"))?\\s*)*".formatted(TOKEN);
  private static final Pattern ONE = Pattern.compile(TYPE);
  private static final Pattern MANY = Pattern.compile("(%1$s,)*%1$s".formatted(TYPE));
  private static final int LONGEST = 1_000;

  void register(@Observes Filters filters) {
    filters.register(MediaTypeGuard::check, EARLY);
  }

  private static void check(RoutingContext context) {
    String contentType = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
    String accept = context.request().getHeader(HttpHeaders.ACCEPT);
    if (contentType != null && !fits(contentType, ONE)) {
      EarlyRefusal.send(
          context, ProblemCode.MEDIA_TYPE_UNSUPPORTED, "The Content-Type is not a media type.");
    } else if (accept != null && !accept.isBlank() && !fits(accept, MANY)) {
      EarlyRefusal.send(
          context, ProblemCode.NOT_ACCEPTABLE, "The Accept header is not a list of media types.");
    } else {
      context.next();
    }
  }

  private static boolean fits(String value, Pattern form) {
    return value.length() <= LONGEST && form.matcher(value).matches();
  }
}
