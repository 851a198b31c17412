package dev.inferlab.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Server-sent events of the API; after a broken connection it goes on behind the last event seen.
 */
public final class EventStream {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final int MOST_FAILURES = 30;

  private final RestClient client;
  private final String path;
  private String lastEventId;

  /**
   * @param path {@code /events?experimentId=…}
   * @param lastEventId to go on behind; null for the events from now on
   */
  public EventStream(RestClient client, String path, String lastEventId) {
    this.client = client;
    this.path = path;
    this.lastEventId = lastEventId;
  }

  /**
   * @param id what a client gives back as {@code Last-Event-ID}
   * @param type "experiment.progress", …
   */
  public record Event(String id, String type, JsonNode data) {}

  /**
   * Reads until the consumer has seen enough.
   *
   * @param goOn says after each event whether to read on
   */
  public void read(Predicate<Event> goOn) throws IOException, InterruptedException {
    for (int failures = 0; ; failures++) {
      try {
        if (readOnce(goOn)) {
          return;
        }
      } catch (IOException | UncheckedIOException broken) {
        if (failures == MOST_FAILURES) {
          throw broken instanceof IOException io ? io : new IOException(broken);
        }
        LockSupport.parkNanos(PAUSE.toNanos() * Math.min(failures + 1, 10));
      }
    }
  }

  private boolean readOnce(Predicate<Event> goOn) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(client.api() + path))
            .header("Accept", "text/event-stream");
    if (lastEventId != null) {
      request.header("Last-Event-ID", lastEventId);
    }
    HttpResponse<Stream<String>> response =
        client.http().send(request.GET().build(), BodyHandlers.ofLines());
    try (Stream<String> lines = response.body()) {
      if (response.statusCode() != 200) {
        throw new IOException("the event stream answered " + response.statusCode());
      }
      return events(lines.iterator(), goOn);
    }
  }

  private boolean events(Iterator<String> lines, Predicate<Event> goOn) throws IOException {
    String type = "message";
    StringBuilder data = new StringBuilder();
    while (lines.hasNext()) {
      String line = lines.next();
      if (line.startsWith("id:")) {
        lastEventId = line.substring(3).strip();
      } else if (line.startsWith("event:")) {
        type = line.substring(6).strip();
      } else if (line.startsWith("data:")) {
        data.append(line.substring(5).strip());
      } else if (line.isEmpty() && !data.isEmpty()) {
        if (!goOn.test(new Event(lastEventId, type, JSON.readTree(data.toString())))) {
          return true;
        }
        type = "message";
        data.setLength(0);
      }
    }
    return false;
  }
}
