package dev.inferlab.platform.route;

import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Singleton;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The addresses of this service, read off its resources. */
@Singleton
public class Routes {
  /** A path variable, and the expression after its colon if it has one of its own. */
  private static final Pattern VARIABLE =
      Pattern.compile("\\{\\s*([\\w.-]+)\\s*(?::\\s*([^}]*?)\\s*)?}");

  private static final String SEGMENT = "[^/]+";

  private final List<Route> routes = new ArrayList<>();

  Routes(BeanManager beans) {
    for (Bean<?> bean : beans.getBeans(Object.class, Any.Literal.INSTANCE)) {
      Path root = bean.getBeanClass().getAnnotation(Path.class);
      if (root != null) {
        for (Method method : bean.getBeanClass().getDeclaredMethods()) {
          add(root, method);
        }
      }
    }
    // The REST layer prefers what is literal too.
    routes.sort(Comparator.comparingInt(Route::variables));
  }

  /**
   * @param template the path with the names of its variables: {@code /api/v1/models/{id}}
   */
  private record Route(Pattern path, String template, int variables, String method) {}

  private void add(Path root, Method method) {
    for (Annotation annotation : method.getAnnotations()) {
      HttpMethod http = annotation.annotationType().getAnnotation(HttpMethod.class);
      if (http != null) {
        Path own = method.getAnnotation(Path.class);
        routes.add(
            route(own == null ? root.value() : root.value() + "/" + own.value(), http.value()));
      }
    }
  }

  private static Route route(String template, String method) {
    // The slashes that meet where the two paths are joined count as one, at the end as none.
    String path = ("/" + template).replaceAll("/+", "/").replaceAll("/$", "");
    StringBuilder regex = new StringBuilder();
    StringBuilder names = new StringBuilder();
    int end = 0;
    int variables = 0;
    for (Matcher variable = VARIABLE.matcher(path); variable.find(); end = variable.end()) {
      String literal = path.substring(end, variable.start());
      regex
          .append(Pattern.quote(literal))
          .append("(?:%s)".formatted(Objects.requireNonNullElse(variable.group(2), SEGMENT)));
      names.append(literal).append("{%s}".formatted(variable.group(1)));
      variables++;
    }
    String rest = path.substring(end);
    return new Route(
        Pattern.compile(regex.append(Pattern.quote(rest)) + "/?"),
        names.append(rest).toString(),
        variables,
        method);
  }

  /** That a path takes; none when nothing is there. */
  public Set<String> methods(String path) {
    return routes.stream()
        .filter(route -> route.path().matcher(path).matches())
        .map(Route::method)
        .collect(Collectors.toSet());
  }

  /** What the path is one of, with the names of its variables: {@code /api/v1/models/{id}}. */
  Optional<String> template(String path) {
    return routes.stream()
        .filter(route -> route.path().matcher(path).matches())
        .map(Route::template)
        .findFirst();
  }
}
