package dev.inferlab.gateway.catalog;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/**
 * A web server on this machine, which the gateway is allowed to fetch from, that sends what tests
 * tell it to; and a folder and a package cache for it to read.
 */
public final class CatalogServer implements QuarkusTestResourceLifecycleManager {
  private static final Map<String, Reply> REPLIES = new ConcurrentHashMap<>();
  private static final List<String> REQUESTS = new CopyOnWriteArrayList<>();
  private static HttpServer server;
  private static Path folder;

  /** Answers one request. */
  interface Reply {
    void to(HttpExchange exchange) throws IOException;
  }

  static String url(String path) {
    return "http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), path);
  }

  static Path folder(String name) {
    return folder.resolve(name);
  }

  static void on(String path, Reply reply) {
    REPLIES.put(path, reply);
  }

  static void send(String path, byte[] bytes) {
    on(path, exchange -> answer(exchange, 200, bytes));
  }

  static void answer(HttpExchange exchange, int status, byte[] bytes) throws IOException {
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** "PATH RANGE IF-RANGE" of the requests for this path. */
  static List<String> requests(String path) {
    return REQUESTS.stream().filter(each -> each.startsWith(path + " ")).toList();
  }

  @Override
  public Map<String, String> start() {
    try {
      folder = Files.createTempDirectory("catalog-test");
      Files.createDirectories(folder("cache/packages"));
      Files.createDirectories(folder("zoo"));
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          REQUESTS.add(
              "%s %s %s"
                  .formatted(
                      path,
                      exchange.getRequestHeaders().getFirst("Range"),
                      exchange.getRequestHeaders().getFirst("If-Range")));
          try (exchange) {
            Reply reply = REPLIES.get(path);
            if (reply == null) {
              answer(exchange, 404, "no".getBytes(StandardCharsets.UTF_8));
            } else {
              reply.to(exchange);
            }
          }
        });
    server.start();
    return Map.ofEntries(
        Map.entry("inferlab.catalog.allowed-hosts", "127.0.0.1"),
        Map.entry("inferlab.catalog.folders", "zoo=" + folder("zoo") + ",gone=" + folder("gone")),
        Map.entry("inferlab.catalog.cache", folder("cache").toString()),
        Map.entry("inferlab.catalog.partial-path", folder("partial").toString()),
        Map.entry("inferlab.catalog.pip", "/bin/sh " + folder("pip")),
        Map.entry("inferlab.catalog.poll-interval", "200ms"),
        Map.entry("inferlab.catalog.retry-pause", "50ms"),
        Map.entry("inferlab.catalog.look-up-pause", "50ms"),
        Map.entry("inferlab.catalog.progress-interval", "50ms"),
        Map.entry("inferlab.catalog.idle-timeout", "3s"),
        Map.entry("inferlab.catalog.max-size", "20M"));
  }

  @Override
  public void stop() {
    server.stop(0);
  }
}
