package dev.inferlab.platform.problem;

import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Singleton;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Which methods an address takes, read off the resources. The REST layer leaves it out of a 405,
 * and answers OPTIONS with the methods of a whole class, whatever their paths.
 */
@Singleton
class AllowedMethods {
  /** A path variable, and the expression after its colon if it has one of its own. */
  private static final Pattern VARIABLE =
      Pattern.compile("\\{\\s*[\\w.-]+\\s*(?::\\s*([^}]*?)\\s*)?}");

  private static final String SEGMENT = "[^/]+";

  private final List<Route> routes = new ArrayList<>();

  AllowedMethods(BeanManager beans) {
    for (Bean<?> bean : beans.getBeans(Object.class, Any.Literal.INSTANCE)) {
      Path root = bean.getBeanClass().getAnnotation(Path.class);
      if (root != null) {
        for (Method method : bean.getBeanClass().getDeclaredMethods()) {
          add(root, method);
        }
      }
    }
  }

  private record Route(Pattern path, String method) {}

  private void add(Path root, Method method) {
    for (Annotation annotation : method.getAnnotations()) {
      HttpMethod http = annotation.annotationType().getAnnotation(HttpMethod.class);
      if (http != null) {
        Path own = method.getAnnotation(Path.class);
        String template = own == null ? root.value() : root.value() + "/" + own.value();
        routes.add(new Route(pattern(template), http.value()));
      }
    }
  }

  private static Pattern pattern(String template) {
    // The slashes that meet where the two paths are joined count as one, at the end as none.
    String path = ("/" + template).replaceAll("/+", "/").replaceAll("/$", "");
    StringBuilder regex = new StringBuilder();
    int end = 0;
    for (Matcher variable = VARIABLE.matcher(path); variable.find(); end = variable.end()) {
      regex
          .append(Pattern.quote(path.substring(end, variable.start())))
          .append("(?:%s)".formatted(Objects.requireNonNullElse(variable.group(1), SEGMENT)));
    }
    return Pattern.compile(regex.append(Pattern.quote(path.substring(end))) + "/?");
  }

  /** For the {@code Allow} header; empty when nothing is at the path. */
  String of(String path) {
    Set<String> methods = new TreeSet<>();
    for (Route route : routes) {
      if (route.path().matcher(path).matches()) {
        methods.add(route.method());
      }
    }
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
    boolean own =
        routes.stream()
            .filter(route -> route.method().equals(HttpMethod.OPTIONS))
            .anyMatch(route -> route.path().matcher(path).matches());
    String methods = of(path);
    return own || methods.isEmpty()
        ? null
        : Response.noContent().header(HttpHeaders.ALLOW, methods).build();
  }
}
