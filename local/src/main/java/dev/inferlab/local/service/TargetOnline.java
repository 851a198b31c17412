package dev.inferlab.local.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferlab.local.process.Probe;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * An agent is ready when users see its target online, which takes the whole way through Kafka to
 * the gateway.
 */
record TargetOnline(HttpClient client, URI gateway, String name) implements Probe {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  @Override
  public boolean isReady() throws IOException, InterruptedException {
    URI targets = gateway.resolve("/api/v1/targets?limit=100");
    HttpResponse<byte[]> answer =
        client.send(
            HttpRequest.newBuilder(targets).timeout(TIMEOUT).build(), BodyHandlers.ofByteArray());
    if (answer.statusCode() != 200) {
      return false;
    }
    for (JsonNode target : JSON.readTree(answer.body()).path("items")) {
      String state = target.path("state").asText();
      boolean usable = state.equals("ONLINE") || state.startsWith("DRAIN");
      if (usable && target.path("name").asText().equals(name)) {
        return true;
      }
    }
    return false;
  }
}
