package dev.inferlab.platform.problem;

import dev.inferlab.platform.route.Routes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Set;
import java.util.TreeSet;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Which methods an address takes. The REST layer leaves it out of a 405, and answers OPTIONS with
 * the methods of a whole class, whatever their paths.
 */
@Singleton
class AllowedMethods {
  private final Routes routes;

  AllowedMethods(Routes routes) {
    this.routes = routes;
  }

  /** For the {@code Allow} header; empty when nothing is at the path. */
  String of(String path) {
    Set<String> methods = new TreeSet<>(routes.methods(path));
    if (methods.contains(HttpMethod.GET)) {
      methods.add(HttpMethod.HEAD);
    }
    if (!methods.isEmpty()) {
      methods.add(HttpMethod.OPTIONS);
    }
    return String.join(", ", methods);
  }

  @ServerRequestFilter(preMatching = true)
  Response options(ContainerRequestContext request) {
    if (!request.getMethod().equals(HttpMethod.OPTIONS)) {
      return null;
    }
    String path = request.getUriInfo().getPath();
    String methods = of(path);
    return methods.isEmpty() || routes.methods(path).contains(HttpMethod.OPTIONS)
        ? null
        : Response.noContent().header(HttpHeaders.ALLOW, methods).build();
  }
}
