package dev.inferlab.benchmarks.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Inferlab as any client sees it. */
final class LabClient {
  static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final URI api;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  LabClient(URI gateway) {
    this.api = gateway.resolve("/api/v1/");
  }

  HttpClient http() {
    return http;
  }

  URI uri(String path) {
    return api.resolve(path);
  }

  /** Imports a model from its files and waits until it is ready; gives its id. */
  String importModel(List<Path> files) throws IOException, InterruptedException {
    String boundary = "inferlab-" + UUID.randomUUID();
    List<byte[]> body = new ArrayList<>();
    for (Path file : files) {
      body.add(
          """
          --%s\r
          Content-Disposition: form-data; name="file"; filename="%s"\r
          Content-Type: application/octet-stream\r
          \r
          """
              .formatted(boundary, file.getFileName())
              .getBytes(StandardCharsets.UTF_8));
      body.add(Files.readAllBytes(file));
      body.add("\r\n".getBytes(StandardCharsets.UTF_8));
    }
    body.add(
        """
        --%s\r
        Content-Disposition: form-data; name="options"\r
        Content-Type: application/json\r
        \r
        {"name": "benchmark"}\r
        --%s--\r
        """
            .formatted(boundary, boundary)
            .getBytes(StandardCharsets.UTF_8));
    JsonNode model =
        send(
            HttpRequest.newBuilder(uri("models"))
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .POST(BodyPublishers.ofByteArrays(body))
                .build(),
            Set.of(202));
    String id = model.path("id").asText();
    JsonNode ready = await("models/" + id, now -> !now.path("state").asText().equals("IMPORTING"));
    if (!ready.path("state").asText().equals("READY")) {
      throw new IllegalStateException("The model was not imported: " + ready);
    }
    return id;
  }

  String project(String modelId, String targetId) throws IOException, InterruptedException {
    ObjectNode body =
        JSON.createObjectNode()
            .put("modelId", modelId)
            .put("targetId", targetId)
            .put("device", "CPU");
    return post("projects", body, Set.of(200, 201)).path("id").asText();
  }

  String submit(ObjectNode experiment) throws IOException, InterruptedException {
    HttpRequest request =
        json("experiments", experiment)
            .header("Idempotency-Key", UUID.randomUUID().toString())
            .build();
    return send(request, Set.of(202)).path("id").asText();
  }

  /** Up to 100 experiments in one call, all or nothing; gives their ids. */
  List<String> submitBatch(List<ObjectNode> experiments) throws IOException, InterruptedException {
    ArrayNode items = JSON.createArrayNode().addAll(experiments);
    HttpRequest request =
        json("experiments/batch", JSON.createObjectNode().set("items", items))
            .header("Idempotency-Key", UUID.randomUUID().toString())
            .build();
    List<String> ids = new ArrayList<>();
    send(request, Set.of(202)).path("items").forEach(item -> ids.add(item.path("id").asText()));
    return ids;
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri(path)).GET().build(), Set.of(200));
  }

  JsonNode post(String path, JsonNode body, Set<Integer> expected)
      throws IOException, InterruptedException {
    return send(json(path, body).build(), expected);
  }

  JsonNode await(String path, Predicate<JsonNode> wanted) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      JsonNode now = get(path);
      if (wanted.test(now)) {
        return now;
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    throw new IllegalStateException(path + " did not become what was wanted: " + get(path));
  }

  /** The id of a target by its name, once it is online. */
  String awaitTarget(String name) throws IOException, InterruptedException {
    JsonNode targets = await("targets?limit=100", page -> !targetId(page, name).isEmpty());
    return targetId(targets, name);
  }

  private static String targetId(JsonNode page, String name) {
    for (JsonNode target : page.path("items")) {
      if (target.path("name").asText().equals(name)
          && target.path("state").asText().equals("ONLINE")) {
        return target.path("id").asText();
      }
    }
    return "";
  }

  private HttpRequest.Builder json(String path, JsonNode body) throws IOException {
    BodyPublisher bytes = BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
    return HttpRequest.newBuilder(uri(path)).header("Content-Type", "application/json").POST(bytes);
  }

  private JsonNode send(HttpRequest request, Set<Integer> expected)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    if (!expected.contains(response.statusCode())) {
      throw new IOException(
          request.method()
              + " "
              + request.uri()
              + " answered "
              + response.statusCode()
              + ": "
              + new String(response.body(), StandardCharsets.UTF_8));
    }
    return response.body().length == 0 ? JSON.nullNode() : JSON.readTree(response.body());
  }
}
