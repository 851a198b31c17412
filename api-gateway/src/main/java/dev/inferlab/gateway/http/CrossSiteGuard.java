package dev.inferlab.gateway.http;

import dev.inferlab.platform.problem.ProblemCode;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Keeps the pages of other sites, open in a user's browser, from driving the lab: a form needs no
 * permission to be sent anywhere (CSRF), and a page whose name suddenly resolves to this machine
 * may even read the answers (DNS rebinding).
 *
 * <p>Quarkus's own CORS filter is no substitute: it does not look at the host, and takes a page
 * behind a proxy that terminates TLS for one of another origin.
 */
@ApplicationScoped
class CrossSiteGuard {
  /** Before anything else looks at the request. */
  private static final int FIRST = 11_000;

  private static final String ANY = "*";
  private static final Pattern IP_ADDRESS =
      Pattern.compile("[0-9.]+|\\[?[0-9A-Fa-f.]*:[^\\]]*\\]?");

  private final Set<String> origins;
  private final Set<String> hosts;

  CrossSiteGuard(
      @ConfigProperty(name = "inferlab.http.allowed-origins") Optional<List<String>> origins,
      @ConfigProperty(name = "inferlab.http.allowed-hosts") Optional<List<String>> hosts) {
    this.origins = lowerCase(origins);
    this.hosts = lowerCase(hosts);
  }

  private static Set<String> lowerCase(Optional<List<String>> names) {
    return names.orElse(List.of()).stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }

  void register(@Observes Filters filters) {
    filters.register(this::check, FIRST);
  }

  private void check(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (!isHostAllowed(request)) {
      EarlyRefusal.send(
          context, ProblemCode.HOST_NOT_ALLOWED, "The Host header names none of this lab's hosts.");
    } else if (!isOriginAllowed(request)) {
      EarlyRefusal.send(
          context, ProblemCode.ORIGIN_NOT_ALLOWED, "A page of another site sent this request.");
    } else {
      context.next();
    }
  }

  /** Rebinding needs a name: an address in the Host header was typed as one. */
  private boolean isHostAllowed(HttpServerRequest request) {
    if (request.getHeader(HttpHeaders.HOST) == null && request.authority() == null) {
      return true; // No browser leaves it out.
    }
    HostAndPort authority = request.authority();
    if (authority == null) {
      return false;
    }
    String host = authority.host().toLowerCase(Locale.ROOT);
    return host.equals("localhost")
        || IP_ADDRESS.matcher(host).matches()
        || hosts.contains(host)
        || hosts.contains(ANY);
  }

  private boolean isOriginAllowed(HttpServerRequest request) {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null) {
      return isRead(request.method())
          || !"cross-site".equalsIgnoreCase(request.getHeader("Sec-Fetch-Site"));
    }
    return origins.contains(origin.toLowerCase(Locale.ROOT))
        || isSame(origin, request.authority())
        // Set by proxies that replace the host; a page of another site cannot set it.
        || isSame(origin, forwarded(request));
  }

  private static boolean isRead(HttpMethod method) {
    return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
  }

  private static HostAndPort forwarded(HttpServerRequest request) {
    String host = request.getHeader("X-Forwarded-Host");
    // Each proxy of a chain appends what it was asked for; the first one was asked by the browser.
    return host == null ? null : HostAndPort.parseAuthority(host.split(",", 2)[0].strip(), -1);
  }

  /**
   * The scheme may differ: TLS ends at a proxy. So an absent port is that of the origin's scheme.
   */
  private static boolean isSame(String origin, HostAndPort authority) {
    if (authority == null) {
      return false;
    }
    try {
      URI page = URI.create(origin);
      int usual = "https".equalsIgnoreCase(page.getScheme()) ? 443 : 80;
      return authority.host().equalsIgnoreCase(page.getHost())
          && portOr(usual, authority.port()) == portOr(usual, page.getPort());
    } catch (IllegalArgumentException e) {
      return false; // "null" and whatever else is no address.
    }
  }

  private static int portOr(int usual, int port) {
    return port < 0 ? usual : port;
  }
}
