package dev.inferlab.gateway.catalog.download;

import dev.inferlab.gateway.catalog.zoo.WebAddress;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Opens files on web servers that nobody trusts. The host's address is looked up and judged once,
 * and the connection goes to that very address; the name is used for TLS and the Host header only.
 * Redirects are followed here, each judged like the first address. Blocking.
 */
@ApplicationScoped
class WebFiles {
  private static final int MOST_REDIRECTS = 5;

  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final Set<Integer> PASSING = Set.of(408, 425, 429);
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(\\d{1,18}|\\*)");

  private final Vertx vertx;
  private final HttpClient client;
  private final AddressRule rule;
  private final Duration patience;

  WebFiles(
      Vertx vertx,
      AddressRule rule,
      @ConfigProperty(name = "inferlab.catalog.idle-timeout", defaultValue = "30s")
          Duration patience) {
    this.vertx = vertx;
    this.patience = patience;
    this.rule = rule;
    client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout((int) Math.min(10_000, patience.toMillis()))
                .setVerifyHost(true)
                .setForceSni(true)
                .setKeepAlive(false)
                .setMaxPoolSize(50)
                .setMaxInitialLineLength(16 * 1024)
                .setMaxHeaderSize(32 * 1024));
  }

  /**
   * A file that is being sent.
   *
   * @param offset of the first byte in the file; 0 although another was asked for if the file
   *     changed or the server cannot do better
   * @param length of the whole file; -1: not told
   * @param validator to resume with: a strong entity tag or a date; may be null
   */
  record Opened(long offset, long length, String validator, InputStream body)
      implements AutoCloseable {
    @Override
    public void close() throws IOException {
      body.close();
    }
  }

  /** What the head of a response says. */
  private record Answer(
      int status,
      String location,
      String range,
      String length,
      String validator,
      BodyStream body) {}

  /**
   * @param offset how many bytes are there already
   * @param validator of the file that they are from; may be null
   * @throws ProblemException when trying again is of no use
   */
  Opened open(String url, long offset, String validator) throws IOException {
    String address = url;
    for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
      Optional<String> fault = WebAddress.fault(address);
      if (fault.isPresent()) {
        throw new ProblemException(
            ProblemCode.DOWNLOAD_ADDRESS_FORBIDDEN, "The address " + fault.get() + ".");
      }
      URI uri = URI.create(address);
      Answer answer = ask(uri, offset, validator);
      if (!REDIRECTS.contains(answer.status()) || answer.location() == null) {
        return opened(answer, offset);
      }
      answer.body().close();
      address = next(uri, answer.location());
    }
    throw new ProblemException(
        ProblemCode.DOWNLOAD_FAILED,
        "The server redirects more than %d times.".formatted(MOST_REDIRECTS));
  }

  private static String next(URI from, String location) {
    URI to;
    try {
      to = from.resolve(location);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          ProblemCode.DOWNLOAD_FAILED, "The server redirects to no web address.");
    }
    if (from.getScheme().equalsIgnoreCase("https") && !"https".equalsIgnoreCase(to.getScheme())) {
      throw new ProblemException(
          ProblemCode.DOWNLOAD_ADDRESS_FORBIDDEN,
          "The server redirects from https to an address without it.");
    }
    return to.toString();
  }

  private static Opened opened(Answer answer, long offset) throws IOException {
    int status = answer.status();
    if (status == 206) {
      Matcher range = CONTENT_RANGE.matcher(answer.range() == null ? "" : answer.range());
      if (range.matches() && Long.parseLong(range.group(1)) == offset) {
        long length = range.group(2).equals("*") ? -1 : Long.parseLong(range.group(2));
        return new Opened(offset, length, answer.validator(), answer.body());
      }
      answer.body().close();
      throw new TransientTrouble("The server sent another part than the one that was asked for.");
    }
    if (status == 200) {
      boolean told = answer.length() != null && answer.length().matches("\\d{1,18}");
      return new Opened(
          0, told ? Long.parseLong(answer.length()) : -1, answer.validator(), answer.body());
    }
    answer.body().close();
    if (status >= 500 || PASSING.contains(status)) {
      throw new TransientTrouble("The server answered %d.".formatted(status));
    }
    if (status == 416) {
      // What is here is longer than the file: it changed.
      throw new FileChangedException();
    }
    throw new ProblemException(
        ProblemCode.DOWNLOAD_FAILED, "The server answered %d.".formatted(status));
  }

  /** The part that is here belongs to another file: begin anew. */
  static final class FileChangedException extends IOException {
    private static final long serialVersionUID = 1L;

    FileChangedException() {
      super("The file changed.");
    }
  }

  private Answer ask(URI uri, long offset, String validator) throws IOException {
    List<InetAddress> addresses;
    try {
      addresses = rule.resolve(uri.getHost());
    } catch (UnknownHostException e) {
      throw TransientTrouble.lookUp(uri.getHost(), e);
    }
    IOException last = null;
    for (InetAddress address : addresses.subList(0, Math.min(4, addresses.size()))) {
      try {
        return ask(uri, address, offset, validator);
      } catch (IOException e) {
        last = e;
      }
    }
    throw last == null ? new TransientTrouble("The host has no address.") : last;
  }

  private Answer ask(URI uri, InetAddress address, long offset, String validator)
      throws IOException {
    boolean secure = uri.getScheme().equalsIgnoreCase("https");
    int port = uri.getPort() > 0 ? uri.getPort() : secure ? 443 : 80;
    String host = uri.getHost();
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setServer(SocketAddress.inetSocketAddress(new InetSocketAddress(address, port)))
            .setHost(host)
            .setPort(port)
            .setSsl(secure)
            .setURI(uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery())
            .setFollowRedirects(false)
            .putHeader("User-Agent", "inferlab")
            .putHeader("Accept", "*/*")
            .putHeader("Accept-Encoding", "identity");
    if (offset > 0) {
      options.putHeader("Range", "bytes=" + offset + "-");
      if (validator != null) {
        options.putHeader("If-Range", validator);
      }
    }
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    vertx
        .getOrCreateContext()
        .runOnContext(
            nothing ->
                client
                    .request(options)
                    .compose(HttpClientRequest::send)
                    .map(
                        response -> {
                          Context context = Vertx.currentContext();
                          return new Answer(
                              response.statusCode(),
                              response.getHeader("Location"),
                              response.getHeader("Content-Range"),
                              response.getHeader("Content-Length"),
                              validator(
                                  response.getHeader("ETag"), response.getHeader("Last-Modified")),
                              new BodyStream(response, context, patience));
                        })
                    .onSuccess(answer::complete)
                    .onFailure(answer::completeExceptionally));
    try {
      return answer.get(patience.toMillis() + 10_000, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new TransientTrouble("The server cannot be reached.", e.getCause());
    } catch (TimeoutException e) {
      closeLate(answer);
      throw new TransientTrouble("The server does not answer.", e);
    } catch (InterruptedException e) {
      closeLate(answer);
      Thread.currentThread().interrupt();
      throw new TransientTrouble("The download was stopped.", e);
    }
  }

  /** An answer that nobody waits for any more would keep its connection. */
  private static void closeLate(CompletableFuture<Answer> answer) {
    answer.whenComplete(
        (late, failure) -> {
          if (late != null) {
            late.body().close();
          }
        });
  }

  /** A weak tag does not promise equal bytes. */
  private static String validator(String tag, String date) {
    return tag != null && tag.startsWith("\"") ? tag : date;
  }

  @PreDestroy
  void close() {
    client.close();
  }
}
