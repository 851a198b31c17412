package dev.inferlab.benchmarks.platform;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Reads the lab's server-sent events until it is closed. */
final class EventStream implements AutoCloseable {

  interface Listener {
    void event(String type, JsonNode data);
  }

  private final Listener listener;
  private final Stream<String> lines;
  private final Thread reader;

  private EventStream(Listener listener, Stream<String> lines) {
    this.listener = listener;
    this.lines = lines;
    this.reader = Thread.ofPlatform().name("events").daemon().start(this::read);
  }

  /** Returns when the stream is open. */
  static EventStream open(LabClient client, Listener listener) throws Exception {
    CompletableFuture<HttpResponse<Stream<String>>> response =
        client
            .http()
            .sendAsync(
                HttpRequest.newBuilder(client.uri("events"))
                    .header("Accept", "text/event-stream")
                    .build(),
                HttpResponse.BodyHandlers.ofLines());
    HttpResponse<Stream<String>> open = response.get(30, TimeUnit.SECONDS);
    if (open.statusCode() != 200) {
      throw new IOException("The event stream answered " + open.statusCode());
    }
    return new EventStream(listener, open.body());
  }

  private void read() {
    String[] type = {"message"};
    try {
      lines.forEach(
          line -> {
            if (line.startsWith("event:")) {
              type[0] = line.substring("event:".length()).strip();
            } else if (line.startsWith("data:")) {
              listener.event(type[0], parse(line.substring("data:".length())));
            }
          });
    } catch (UncheckedIOException e) {
      // The stream was closed, by us at the end; a loss before shows as events that never come.
    }
  }

  @Override
  public void close() throws InterruptedException {
    lines.close();
    reader.join(5_000);
  }

  private static JsonNode parse(String data) {
    try {
      return LabClient.JSON.readTree(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
