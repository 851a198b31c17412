package dev.inferlab.gateway;

import static dev.inferlab.gateway.testing.Lab.API;
import static dev.inferlab.gateway.testing.Problems.refused;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.gateway.testing.Lab;
import dev.inferlab.gateway.testing.Sql;
import dev.inferlab.testkit.InfraResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(InfraResource.class)
class IdempotencyTest {
  @Test
  void duplicatesAtTheSameMomentHaveOneEffectAndOneAnswer() throws Exception {
    String project = Lab.project();
    for (int round = 0; round < 5; round++) {
      String key = UUID.randomUUID().toString();
      long before = Sql.count("experiment");
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Response>> answers =
            IntStream.range(0, 24)
                .mapToObj(i -> threads.submit(() -> submit(key, Lab.noop(project))))
                .toList();
        String body = answers.getFirst().get().asString();
        for (Future<Response> answer : answers) {
          assertThat(answer.get().statusCode()).isEqualTo(202);
          assertThat(answer.get().asString()).isEqualTo(body);
          assertThat(answer.get().header("Location"))
              .endsWith("/experiments/" + answer.get().path("id"));
        }
      }
      assertThat(Sql.count("experiment")).isEqualTo(before + 1);
    }
  }

  @Test
  void theSameKeyWithAnotherBodyIsRefused() {
    String project = Lab.project();
    String key = UUID.randomUUID().toString();
    submit(key, Lab.noop(project)).then().statusCode(202);
    refused(
        submit(key, Map.of("projectId", project, "kind", "noop")),
        409,
        "IDEMPOTENCY_KEY_REUSED",
        "Idempotency-Key");
    given()
        .contentType(ContentType.JSON)
        .header("Idempotency-Key", key)
        .body("{ \"options\" : {\"n\":1}, \"kind\":\"noop\",\"projectId\":\"" + project + "\"}")
        .post(API + "/experiments")
        .then()
        .statusCode(202);
    given()
        .contentType(ContentType.JSON)
        .header("Idempotency-Key", key)
        .header("X-Forwarded-User", "somebody else")
        .body(Map.of("projectId", project, "kind", "noop"))
        .post(API + "/experiments")
        .then()
        .statusCode(202);
  }

  @Test
  void aRefusedRequestLeavesItsKeyFree() {
    String project = Lab.project();
    String key = UUID.randomUUID().toString();
    refused(
        submit(key, Map.of("projectId", project, "kind", "dance")), 422, "EXPERIMENT_KIND_UNKNOWN");
    submit(key, Lab.noop(project)).then().statusCode(202);
  }

  @Test
  void aKeyMustBeUsable() {
    refused(submit("x".repeat(201), Map.of()), 400, "REQUEST_INVALID");
    refused(
        submit("x".repeat(201), Lab.noop(UUID.randomUUID().toString())),
        400,
        "IDEMPOTENCY_KEY_INVALID");
  }

  @Test
  void batchesHaveKeysToo() {
    String project = Lab.project();
    String key = UUID.randomUUID().toString();
    Map<String, Object> body = Map.of("items", List.of(Lab.noop(project), Lab.noop(project)));
    String first =
        given()
            .contentType(ContentType.JSON)
            .header("Idempotency-Key", key)
            .body(body)
            .post(API + "/experiments/batch")
            .then()
            .statusCode(202)
            .extract()
            .asString();
    String second =
        given()
            .contentType(ContentType.JSON)
            .header("Idempotency-Key", key)
            .body(body)
            .post(API + "/experiments/batch")
            .then()
            .statusCode(202)
            .extract()
            .asString();
    assertThat(second).isEqualTo(first);
  }

  private static Response submit(String key, Map<String, Object> body) {
    return given()
        .contentType(ContentType.JSON)
        .header("Idempotency-Key", key)
        .body(body)
        .post(API + "/experiments");
  }
}
