package dev.inferlab.gateway.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Reads server-sent events as browsers do. */
public final class SseClient implements AutoCloseable {
  private final HttpURLConnection connection;
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final AtomicInteger comments = new AtomicInteger();
  private volatile String lastId = "";

  public record Event(String id, String type, String data) {}

  private SseClient(HttpURLConnection connection) {
    this.connection = connection;
  }

  public static SseClient open(URI uri, String query, String lastEventId) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(uri + query).toURL().openConnection();
    connection.setRequestProperty("Accept", "text/event-stream");
    if (lastEventId != null) {
      connection.setRequestProperty("Last-Event-ID", lastEventId);
    }
    if (connection.getResponseCode() != 200) {
      throw new IOException("answered " + connection.getResponseCode());
    }
    SseClient client = new SseClient(connection);
    BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
    Thread.ofPlatform().daemon().start(() -> client.read(lines));
    return client;
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
    connection.disconnect();
  }
}
