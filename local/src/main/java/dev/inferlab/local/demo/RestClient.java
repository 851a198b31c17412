package dev.inferlab.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

/**
 * Speaks to the API as any client would: JSON in, JSON out, problems as {@link RestException}.
 *
 * @param api ends with {@code /api/v1}
 */
public record RestClient(HttpClient http, URI api) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  public static RestClient of(String gatewayUrl) {
    HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    return new RestClient(http, URI.create(gatewayUrl + "/api/v1"));
  }

  public JsonNode get(String path) throws IOException, InterruptedException {
    return answer(send(request(path).GET().build()));
  }

  public JsonNode post(String path, Object body) throws IOException, InterruptedException {
    return answer(post(path, body, Map.of()));
  }

  /** The answer as it came, whatever its status. */
  public HttpResponse<byte[]> post(String path, Object body, Map<String, String> headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
    headers.forEach(request::header);
    return send(request.build());
  }

  public JsonNode post(String path, MultipartBody body) throws IOException, InterruptedException {
    return answer(send(upload(path, body)));
  }

  public HttpRequest upload(String path, MultipartBody body) throws IOException {
    return request(path).header("Content-Type", body.contentType()).POST(body.publisher()).build();
  }

  public HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
    return http.send(request, BodyHandlers.ofByteArray());
  }

  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(api + path)).timeout(TIMEOUT);
  }

  /**
   * @throws RestException if the status is not of the 2xx
   */
  public static JsonNode answer(HttpResponse<byte[]> response) throws IOException {
    JsonNode body = response.body().length == 0 ? JSON.createObjectNode() : tree(response.body());
    if (response.statusCode() / 100 != 2) {
      throw new RestException(response.statusCode(), body);
    }
    return body;
  }

  private static JsonNode tree(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException notJson) {
      return JSON.createObjectNode();
    }
  }
}
