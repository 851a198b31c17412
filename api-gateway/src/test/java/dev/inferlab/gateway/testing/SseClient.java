package dev.inferlab.gateway.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Reads server-sent events as browsers do. */
public final class SseClient implements AutoCloseable {
  private final HttpClient http;
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final AtomicInteger comments = new AtomicInteger();
  private volatile String lastId = "";

  public record Event(String id, String type, String data) {}

  private SseClient(HttpClient http) {
    this.http = http;
  }

  public static SseClient open(URI uri, String query, String lastEventId) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(uri + query)).header("Accept", "text/event-stream");
    if (lastEventId != null) {
      request.header("Last-Event-ID", lastEventId);
    }
    SseClient client =
        new SseClient(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
    HttpResponse<InputStream> response = client.send(request.build());
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    Thread.ofPlatform().daemon().start(() -> client.read(lines));
    return client;
  }

  private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
    try {
      HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
      if (response.statusCode() == 200) {
        return response;
      }
      close();
      throw new IOException("answered " + response.statusCode());
    } catch (InterruptedException e) {
      close();
      throw new InterruptedIOException();
    }
  }

  private void read(BufferedReader lines) {
    String type = "message";
    StringBuilder data = new StringBuilder();
    try {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.isEmpty()) {
          if (!data.isEmpty()) {
            events.add(new Event(lastId, type, data.toString()));
          }
          type = "message";
          data.setLength(0);
        } else if (line.startsWith(":")) {
          comments.incrementAndGet();
        } else if (line.startsWith("id:")) {
          lastId = line.substring(3).strip();
        } else if (line.startsWith("event:")) {
          type = line.substring(6).strip();
        } else if (line.startsWith("data:")) {
          data.append(line.substring(5).strip());
        }
      }
    } catch (IOException e) {
      // closed
    }
  }

  public List<Event> events() {
    return List.copyOf(events);
  }

  public List<String> types() {
    return events.stream().map(Event::type).toList();
  }

  public long count(String type) {
    return events.stream().filter(event -> event.type().equals(type)).count();
  }

  public int comments() {
    return comments.get();
  }

  public String lastId() {
    return lastId;
  }

  @Override
  public void close() {
    // Not by the stream, whose reader may hold it until there is something to read.
    http.shutdownNow();
  }
}
