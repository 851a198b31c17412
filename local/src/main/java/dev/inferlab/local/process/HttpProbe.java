package dev.inferlab.local.process;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Ready when a GET answers 200. */
public record HttpProbe(HttpClient client, URI uri) implements Probe {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  @Override
  public boolean isReady() throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(TIMEOUT).build();
    return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
  }
}
