package dev.inferlab.gateway;

import static dev.inferlab.gateway.testing.Lab.API;
import static dev.inferlab.gateway.testing.Problems.refused;
import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.notNullValue;

import dev.inferlab.gateway.testing.ProxiedInfra;
import dev.inferlab.gateway.testing.TcpProxy;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(ProxiedInfra.class)
class DatabaseAwayTest {
  TcpProxy proxy;

  @Test
  void callersAreAskedToWaitAndNeverGetA500() {
    given().get(API + "/models").then().statusCode(200);
    proxy.cut();
    requireAway();
    proxy.refuse();
    requireAway();
    proxy.heal();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> given().get(API + "/models").statusCode() == 200);
  }

  private static void requireAway() {
    Map<String, Object> body =
        Map.of(
            "projectId",
            UUID.randomUUID().toString(),
            "kind",
            "profile",
            "options",
            Map.of("auto", true));
    for (int i = 0; i < 8; i++) {
      refused(given().get(API + "/models"), 503, "DATABASE_UNAVAILABLE")
          .header("Retry-After", notNullValue());
      refused(
          given()
              .contentType(ContentType.JSON)
              .header("Idempotency-Key", "k" + i)
              .body(body)
              .post(API + "/experiments"),
          503,
          "DATABASE_UNAVAILABLE");
      refused(
          given()
              .multiPart("file", "a.png", dev.inferlab.gateway.testing.Lab.image("png", 9, 9))
              .multiPart("options", "{\"name\": \"x\"}", "application/json")
              .post(API + "/datasets"),
          503,
          "DATABASE_UNAVAILABLE");
      refused(given().get(API + "/events"), 503, "DATABASE_UNAVAILABLE");
    }
  }
}
