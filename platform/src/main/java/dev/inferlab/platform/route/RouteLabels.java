package dev.inferlab.platform.route;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import jakarta.inject.Singleton;
import java.util.Set;

/**
 * Keeps what clients make up out of the labels of HTTP metrics: a request that is refused before
 * its resource is found (by its method, {@code Accept}, {@code Content-Type} or a broken path) is
 * labelled with the path that was sent, and after 100 different ones Quarkus counts no other path.
 */
@Singleton
class RouteLabels implements MeterFilter {
  private static final String REQUESTS = "http.server.requests";
  private static final String URI = "uri";
  private static final String METHOD = "method";
  private static final String NONE_OF_OURS = "UNMATCHED";
  private static final String OTHER = "OTHER";

  /** Labels of Quarkus that are no paths of ours. */
  private static final Set<String> OF_QUARKUS =
      Set.of("NOT_FOUND", "REDIRECTION", "UNKNOWN", "root", "/cors-preflight");

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");

  private final Routes routes;

  RouteLabels(Routes routes) {
    this.routes = routes;
  }

  @Override
  public Meter.Id map(Meter.Id id) {
    String path = id.getTag(URI);
    String method = id.getTag(METHOD);
    if (!id.getName().equals(REQUESTS) || path == null || method == null) {
      return id;
    }
    return id.withTags(
        Tags.of(
            URI, OF_QUARKUS.contains(path) ? path : ofOurs(path),
            METHOD, METHODS.contains(method) ? method : OTHER));
  }

  private String ofOurs(String path) {
    return routes.template(path).orElse(NONE_OF_OURS);
  }
}
