package dev.inferlab.gateway;

import static dev.inferlab.gateway.testing.Lab.API;
import static dev.inferlab.gateway.testing.Problems.refused;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferlab.gateway.testing.Lab;
import dev.inferlab.testkit.InfraResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.builder.MultiPartSpecBuilder;
import io.restassured.specification.MultiPartSpecification;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** S6: whatever is sent, the answer is never a 5xx, and what is refused is a problem. */
@QuarkusTest
@WithTestResource(InfraResource.class)
class RobustnessTest {
  private static final int REQUESTS = 3_000;
  private static final int LINE_TOO_LONG = 414;
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "1e308",
          "99999999999999999999",
          "1.5",
          "\"\"",
          "\"x\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"../../etc/passwd\"",
          "\"%2e%2e%2f\"",
          "[]",
          "[null]",
          "{}",
          "{\"a\":{\"b\":[1]}}",
          "\"profile\"",
          "\"noop\"",
          "\"01936b1e-7a00-7000-8000-000000000003\"",
          "\"😀\"",
          "[1,2]",
          "{\"auto\":true}",
          "{\"batches\":[1],\"streams\":[1]}");
  private static final List<String> IDS =
      List.of(
          "x",
          "0",
          "-",
          "..",
          "%2e%2e",
          "..%2f..%2fetc%2fpasswd",
          "%252e%252e%252f",
          "..%5c",
          "%00",
          "%F0%9F%98%80",
          "%ff%fe",
          "1-1-1-1-1",
          "01936b1e-7a00-7000-8000-000000000003",
          "null",
          "a".repeat(3000),
          "%27%3bselect%201",
          "*",
          "%20");
  private static final List<String> NAMES =
      List.of(
          "projectId",
          "kind",
          "options",
          "priority",
          "items",
          "name",
          "labels",
          "uploadIds",
          "modelId",
          "datasetId",
          "targetId",
          "device",
          "inputSpec",
          "task",
          "grid",
          "points",
          "auto",
          "");

  private final Random random = new Random(42);
  private HttpClient client = newClient();

  @TestHTTPResource("/")
  URI root;

  @Test
  void randomRequestsNeverGiveA5xx() throws Exception {
    JsonNode paths =
        new ObjectMapper()
            .readTree(given().queryParam("format", "json").get("/q/openapi").asString())
            .get("paths");
    List<String[]> operations = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : paths.properties()) {
      path.getValue()
          .fieldNames()
          .forEachRemaining(
              method ->
                  operations.add(new String[] {method.toUpperCase(Locale.ROOT), path.getKey()}));
    }
    operations.removeIf(operation -> operation[1].endsWith("/events"));
    List<String> failures = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      String[] operation = operations.get(random.nextInt(operations.size()));
      HttpRequest request = request(operation[0], operation[1]);
      HttpResponse<String> response = send(request);
      if (!isFine(operation[0], response)) {
        failures.add(
            "%s %s: %d %s %s"
                .formatted(
                    request,
                    request.headers().map(),
                    response.statusCode(),
                    response.headers().map(),
                    response.body()));
      }
    }
    assertThat(failures).isEmpty();
  }

  /** Names the request to which nothing was answered. */
  private HttpResponse<String> send(HttpRequest request) throws InterruptedException {
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() == LINE_TOO_LONG) {
        // The HTTP codec closes the connection without saying so: the next request takes a new one.
        client = newClient();
      }
      return response;
    } catch (IOException e) {
      throw new AssertionError(request + " " + request.headers().map() + ": no answer", e);
    }
  }

  private static HttpClient newClient() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  private static boolean isFine(String method, HttpResponse<String> response) {
    String type = response.headers().firstValue("content-type").orElse("");
    String body = response.body();
    if (response.statusCode() == LINE_TOO_LONG) {
      // A line too long ends in the HTTP codec, before anything of ours.
      return body.isEmpty();
    }
    return response.statusCode() < 500
        && (response.statusCode() < 400
            || method.equals("HEAD")
            || type.startsWith("application/problem+json"))
        && !body.contains("Exception")
        && !body.contains("/work/")
        && !body.contains("dev.inferlab");
  }

  private HttpRequest request(String method, String path) throws URISyntaxException {
    String filled = path;
    while (filled.contains("{")) {
      filled = filled.replaceFirst("\\{[^}]*}", pick(IDS).replace("*", "%2A"));
    }
    String query =
        random.nextInt(3) == 0
            ? "?"
                + pick(List.of("limit", "sort", "cursor", "state", "width", "projectId", "x"))
                + "="
                + pick(IDS)
            : "";
    HttpRequest.Builder request =
        HttpRequest.newBuilder(new URI(root.toString().replaceAll("/$", "") + filled + query))
            .timeout(Duration.ofSeconds(60));
    if (random.nextBoolean()) {
      request.header(
          "Idempotency-Key", pick(List.of("a", "é", "x".repeat(300), " ")).replace("é", "e"));
    }
    if (random.nextInt(4) == 0) {
      request
          .header("Tus-Resumable", "1.0.0")
          .header("Upload-Length", pick(List.of("1", "-1", "x", "9".repeat(30))));
    }
    if (random.nextInt(6) == 0) {
      request.header(
          "Accept",
          pick(
              List.of(
                  "nonsense",
                  "*/*",
                  "text/html",
                  "a/b;q=x",
                  ";",
                  "application/json;q=0",
                  "*/json",
                  ",")));
    }
    String type =
        pick(
            List.of(
                "application/json",
                "application/json",
                "application/json",
                "text/plain",
                "multipart/form-data",
                "multipart/form-data; boundary=x",
                "application/offset+octet-stream",
                "nonsense",
                "/",
                "a/b; c",
                "application/json; charset=nonsense",
                "application/json; charset=utf-7"));
    boolean bodied = List.of("POST", "PATCH", "PUT").contains(method);
    return (bodied
            ? request
                .header("Content-Type", type)
                .method(method, HttpRequest.BodyPublishers.ofString(body()))
            : request.method(method, HttpRequest.BodyPublishers.noBody()))
        .build();
  }

  private String body() {
    if (random.nextInt(8) == 0) {
      return pick(
          List.of(
              "",
              "{",
              "[",
              "nul",
              "\u0000",
              "{\"a\":1}}",
              "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n",
              "--x--"));
    }
    StringBuilder body = new StringBuilder("{");
    int fields = random.nextInt(5);
    for (int i = 0; i < fields; i++) {
      body.append(i == 0 ? "" : ",")
          .append('"')
          .append(pick(NAMES))
          .append("\":")
          .append(pick(VALUES));
    }
    return body.append('}').toString();
  }

  private String pick(List<String> values) {
    return values.get(random.nextInt(values.size()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"models", "datasets", "targets", "projects", "experiments"})
  void idsThatAreNone(String resource) {
    String code =
        resource.substring(0, resource.length() - 1).toUpperCase(Locale.ROOT) + "_NOT_FOUND";
    for (String id :
        List.of(
            "x",
            "1-1-1-1-1",
            "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
            "%00",
            "00000000-0000-0000-0000-000000000000")) {
      refused(given().urlEncodingEnabled(false).get(API + "/" + resource + "/" + id), 404, code);
    }
  }

  @Test
  void partsOfAFormThatCannotBeMeantAreRefusedByName() {
    refused(given().multiPart(nameless("file", "x")).post(API + "/models"), 400, "REQUEST_INVALID")
        .body("violations.path", hasItem("file"));
    refused(
            given()
                .multiPart("file", "n.onnx", new byte[] {1})
                .multiPart(nameless("options", "{"))
                .post(API + "/models"),
            400,
            "JSON_MALFORMED")
        .body("location.file", equalTo("options"));
    byte[] latin = "{\"name\": \"caf\u00e9\"}".getBytes(ISO_8859_1);
    refused(
            given()
                .multiPart("file", "n.onnx", new byte[] {1})
                .multiPart("options", "o.json", latin)
                .post(API + "/models"),
            400,
            "REQUEST_INVALID")
        .body("violations.path", hasItem("options"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "; charset=utf-8", "; boundary=y"})
  void aFormWhoseBoundaryIsNotGivenSaysSo(String parameters) throws InterruptedException {
    String form =
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"n.onnx\"\r\n\r\nabc\r\n--x--\r\n";
    for (String path : List.of("models", "datasets", "catalog/sources")) {
      HttpResponse<String> answer =
          send(
              HttpRequest.newBuilder(root.resolve(API + "/" + path))
                  .header("Content-Type", "multipart/form-data" + parameters)
                  .POST(HttpRequest.BodyPublishers.ofString(form))
                  .build());
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
      assertThat(answer.body())
          .contains("\"code\":\"REQUEST_INVALID\"")
          .contains(
              parameters.contains("boundary") ? "\"path\":\"body\"" : "\"path\":\"Content-Type\"")
          .contains("boundary")
          .doesNotContain("is missing\"");
    }
  }

  /** A part of a binary type without a file name. */
  private static MultiPartSpecification nameless(String part, String content) {
    return new MultiPartSpecBuilder(content.getBytes(UTF_8))
        .controlName(part)
        .emptyFileName()
        .mimeType("application/octet-stream")
        .build();
  }

  @Test
  void whatTheHttpLayerRefusesIsAProblemToo() {
    refused(given().get(API + "/nothing"), 404, "NOT_FOUND");
    refused(given().put(API + "/models"), 405, "METHOD_NOT_ALLOWED")
        .header("Allow", "GET, HEAD, OPTIONS, POST");
    refused(given().delete(API + "/experiments"), 405, "METHOD_NOT_ALLOWED")
        .header("Allow", "GET, HEAD, OPTIONS, POST");
    String image = API + "/datasets/" + UUID.randomUUID() + "/images/dogs/two.jpg";
    refused(given().delete(image), 405, "METHOD_NOT_ALLOWED").header("Allow", "GET, HEAD, OPTIONS");
    given()
        .options(API + "/experiments")
        .then()
        .statusCode(204)
        .header("Allow", "GET, HEAD, OPTIONS, POST");
    refused(
        given()
            .header("X-Forwarded-User", "x".repeat(200))
            .contentType("application/json")
            .body(Lab.noop("01936b1e-7a00-7000-8000-000000000003"))
            .post(API + "/experiments"),
        400,
        "REQUEST_INVALID",
        "X-Forwarded-User");
  }

  @Test
  void whatIsNoJsonIsToldWithReasonAndPlace() {
    notJson("{\n\"kind\": 1, \"kind\": 2}", 2, "the field 'kind' is given twice");
    notJson("{} {}", 1, "something follows its end");
    notJson("{\n\"a\":" + "[".repeat(2_000), 2, "it is nested deeper than 1000 levels");
    notJson("{\n\"a\":" + "7".repeat(2_000) + "}", 2, "a number is longer than 1000 digits");
    notJson("{\n\"a\":", 2, "");
  }

  private static void notJson(String body, int line, String reason) {
    refused(
            given().contentType("application/json").body(body).post(API + "/experiments"),
            400,
            "JSON_MALFORMED")
        .body("detail", containsString(reason))
        .body("detail", containsString("at line " + line))
        .body("location.line", equalTo(line))
        .body("location.column", greaterThan(0));
  }

  @Test
  void textWithoutALengthEndsAtTheLimitWithAProblem() throws IOException {
    HttpURLConnection small = chunked(200_000);
    assertThat(small.getResponseCode()).isEqualTo(400);
    HttpURLConnection large = chunked(1_200_000);
    assertThat(large.getResponseCode()).isEqualTo(413);
    assertThat(large.getContentType()).isEqualTo("application/problem+json");
    assertThat(new String(large.getErrorStream().readAllBytes(), UTF_8))
        .contains("PAYLOAD_TOO_LARGE")
        .contains("1,048,576");
  }

  private HttpURLConnection chunked(int length) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(root + "api/v1/experiments").toURL().openConnection();
    connection.setDoOutput(true);
    connection.setRequestMethod("POST");
    connection.setRequestProperty("Content-Type", "application/json");
    connection.setChunkedStreamingMode(8_192);
    try (OutputStream out = connection.getOutputStream()) {
      out.write(("{\"kind\": \"" + "x".repeat(length) + "\"}").getBytes(UTF_8));
    } catch (IOException refused) {
      // It was refused before all was sent; the answer says why.
    }
    return connection;
  }

  @Test
  void healthAndMetricsAnswer() throws IOException {
    given().get("/q/health/ready").then().statusCode(200);
    given().get("/q/metrics").then().statusCode(200);
  }
}
