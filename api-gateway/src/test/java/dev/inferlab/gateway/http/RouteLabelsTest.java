package dev.inferlab.gateway.http;

import static dev.inferlab.gateway.testing.Lab.API;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.testkit.InfraResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What a client sends must not become a label: each makes a series, and there may be 100. */
@QuarkusTest
@WithTestResource(InfraResource.class)
class RouteLabelsTest {
  @TestHTTPResource("/")
  URI gateway;

  @Test
  void refusedRequestsAreCountedUnderTheirRouteWhateverTheySend() throws Exception {
    String id = UUID.randomUUID().toString();
    String word = id.replaceAll("[-0-9]", "").toUpperCase(java.util.Locale.ROOT) + "X";
    given().accept("application/xml").get(API + "/experiments/" + id).then().statusCode(406);
    given().contentType("text/plain").patch(API + "/uploads/" + id).then().statusCode(415);
    given().get(API + "/datasets/" + id + "/images/a/b.png").then().statusCode(404);
    given().delete(API + "/catalog/sources").then().statusCode(405);
    raw("GET /nothing/%zz" + id + " HTTP/1.1");
    raw(word + " /api/v1/models HTTP/1.1");
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(metrics())
                    .contains("status=\"406\",uri=\"/api/v1/experiments/{id}\"")
                    .contains("status=\"415\",uri=\"/api/v1/uploads/{id}\"")
                    .contains("status=\"404\",uri=\"/api/v1/datasets/{id}/images/{name}\"")
                    .contains("status=\"405\",uri=\"/api/v1/catalog/sources\"")
                    .contains("status=\"400\",uri=\"UNMATCHED\"")
                    .contains("method=\"OTHER\""));
    assertThat(metrics()).doesNotContain(id).doesNotContain(word);
  }

  private static String metrics() {
    return given().get("/q/metrics").asString();
  }

  private void raw(String line) throws Exception {
    try (Socket socket = new Socket(gateway.getHost(), gateway.getPort())) {
      OutputStream out = socket.getOutputStream();
      String request = line + "\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      out.write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getInputStream().readAllBytes();
    }
  }
}
