package dev.inferlab.gateway;

import static dev.inferlab.gateway.testing.Lab.API;
import static dev.inferlab.gateway.testing.Problems.refused;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.testkit.InfraResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a page in a user's browser may do to a lab that nobody signs in to. */
@QuarkusTest
@WithTestResource(InfraResource.class)
class CrossSiteTest {
  @TestHTTPResource("/")
  URI root;

  @Test
  void aFormOfAnotherSiteUploadsNothing() {
    refused(
        given()
            .header("Origin", "https://evil.example")
            .multiPart("file", "a.onnx", new byte[] {1})
            .post(API + "/models"),
        403,
        "ORIGIN_NOT_ALLOWED");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example",
        "null",
        "http://localhost:1",
        "http://127.0.0.1.evil.example",
        "%"
      })
  void otherOriginsNeitherReadNorWrite(String origin) {
    refused(given().header("Origin", origin).get(API + "/models"), 403, "ORIGIN_NOT_ALLOWED");
    refused(
        given().header("Origin", origin).post(API + "/targets/x/drain"), 403, "ORIGIN_NOT_ALLOWED");
    refused(given().header("Origin", origin).options(API + "/models"), 403, "ORIGIN_NOT_ALLOWED");
  }

  @Test
  void aBrowserThatLeavesTheOriginOutSaysCrossSite() {
    refused(
        given().header("Sec-Fetch-Site", "cross-site").post(API + "/targets/x/drain"),
        403,
        "ORIGIN_NOT_ALLOWED");
    // A link on another page may lead here.
    given().header("Sec-Fetch-Site", "cross-site").get(API + "/models").then().statusCode(200);
  }

  @Test
  void theLabsOwnPagesAndListedOnesAreServed() {
    String own = "http://" + root.getAuthority();
    given().header("Origin", own).get("/q/swagger-ui/").then().statusCode(200);
    refused(given().header("Origin", own).post(API + "/targets/x/drain"), 404, "TARGET_NOT_FOUND");
    given()
        .header("Origin", "https://notebook.example.org")
        .header("Sec-Fetch-Site", "cross-site")
        .get(API + "/models")
        .then()
        .statusCode(200);
  }

  @ParameterizedTest
  @CsvSource({
    "lab.example.org, https://lab.example.org, 200",
    "lab.example.org:443, https://lab.example.org, 200",
    "lab.example.org:8080, http://lab.example.org:8080, 200",
    "lab.example.org:8080, http://lab.example.org, 403",
    "LAB.example.org, https://lab.example.org, 200",
    "localhost:8080, http://localhost:8080, 200",
    "10.1.2.3:8080, http://10.1.2.3:8080, 200",
    "[::1]:8080, http://[::1]:8080, 200",
    "evil.example, http://evil.example, 403",
    "evil.example:8080, , 403",
    "127.0.0.1.evil.example, , 403",
    "localhost.evil.example, , 403"
  })
  void theHostIsOneOfTheLabs(String host, String origin, int status) throws IOException {
    assertThat(statusOf(host, origin == null ? Map.of() : Map.of("Origin", origin)))
        .isEqualTo(status);
  }

  @Test
  void aProxyThatReplacesTheHostSaysWhichItWas() throws IOException {
    Map<String, String> headers =
        Map.of("Origin", "https://lab.example.org", "X-Forwarded-Host", "lab.example.org");
    assertThat(statusOf("10.1.2.3:8080", headers)).isEqualTo(200);
    Map<String, String> chain =
        Map.of("Origin", "https://lab.example.org", "X-Forwarded-Host", "lab.example.org, inner");
    assertThat(statusOf("10.1.2.3:8080", chain)).isEqualTo(200);
    // A rebound page may send any header to what it takes for its own host.
    assertThat(statusOf("evil.example", headers)).isEqualTo(403);
  }

  /** By hand, because HTTP clients insist on the Host that they connect to. */
  private int statusOf(String host, Map<String, String> headers) throws IOException {
    StringBuilder request =
        new StringBuilder("GET %s/models HTTP/1.1\r\nHost: %s\r\n".formatted(API, host));
    headers.forEach((name, value) -> request.append("%s: %s\r\n".formatted(name, value)));
    request.append("Connection: close\r\n\r\n");
    try (Socket socket = new Socket(root.getHost(), root.getPort())) {
      socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return Integer.parseInt(answer.split(" ", 3)[1]);
    }
  }
}
