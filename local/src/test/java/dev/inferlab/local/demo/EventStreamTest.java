package dev.inferlab.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventStreamTest {
  private final List<String> asked = new ArrayList<>();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/api/v1/events", this::serve);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  /** Two events a connection, then it breaks. */
  private void serve(HttpExchange exchange) throws IOException {
    String last = exchange.getRequestHeaders().getFirst("Last-Event-ID");
    asked.add(String.valueOf(last));
    int from = last == null ? 0 : Integer.parseInt(last);
    StringBuilder text = new StringBuilder(": hello\n\n");
    for (int id = from + 1; id <= from + 2; id++) {
      text.append("id: %d\nevent: count\ndata: {\"n\":%d}\n\n".formatted(id, id));
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Test
  void goesOnBehindTheLastEventAfterABrokenConnection() throws Exception {
    RestClient client = RestClient.of("http://127.0.0.1:" + server.getAddress().getPort());
    List<Integer> seen = new ArrayList<>();
    new EventStream(client, "/events", null)
        .read(
            event -> {
              assertThat(event.type()).isEqualTo("count");
              seen.add(event.data().path("n").asInt());
              return seen.size() < 5;
            });
    assertThat(seen).containsExactly(1, 2, 3, 4, 5);
    assertThat(asked).containsExactly("null", "2", "4");
  }
}
