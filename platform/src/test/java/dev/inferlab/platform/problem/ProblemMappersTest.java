package dev.inferlab.platform.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.inferlab.testkit.InfraResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@WithTestResource(InfraResource.class)
class ProblemMappersTest {
  @Test
  void tellsCodeReasonAdviceAndPlace() {
    get("/problems/known", 422)
        .body("type", equalTo("urn:inferlab:problem:model-malformed"))
        .body("code", equalTo("MODEL_MALFORMED"))
        .body("status", equalTo(422))
        .body("title", equalTo(ProblemCode.MODEL_MALFORMED.title()))
        .body("detail", equalTo("The layer 'conv1' has no input."))
        .body("advice", equalTo(ProblemCode.MODEL_MALFORMED.advice()))
        .body("instance", equalTo("/problems/known"))
        .body("violations[0].path", equalTo("file"))
        .body("location.file", equalTo("model.xml"))
        .body("location.line", equalTo(17))
        .body("location.layer", equalTo("conv1"))
        .body("traceId", notNullValue());
  }

  @Test
  void leavesOutWhatDoesNotApply() {
    get("/problems/unexpected", 500).body("violations", nullValue()).body("location", nullValue());
  }

  @Test
  void leaksNothingOfAnUnexpectedError() {
    String body = get("/problems/unexpected", 500).extract().asString();
    assertThat(body).contains("INTERNAL").doesNotContain("passwd", "dev.inferlab", "Exception");
  }

  @Test
  void asksToComeBackWhenTheDatabaseIsAway() {
    String body =
        get("/problems/database-away", 503)
            .header("Retry-After", notNullValue())
            .body("code", equalTo("DATABASE_UNAVAILABLE"))
            .extract()
            .asString();
    assertThat(body).doesNotContain("db.internal");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"ID": 1}                                   | JSON_UNKNOWN_FIELD | ID
          {"points": [{"batch": 1, "stream": 2}]}     | JSON_UNKNOWN_FIELD | points[0].stream
          {"points": [{"batch": 1}, {"batch": "x"}]}  | JSON_WRONG_SHAPE   | points[1].batch
          {"points": [{"mode": "MEDIUM"}]}            | JSON_WRONG_SHAPE   | points[0].mode
          {"points": [{"batch": -1}]}                 | JSON_WRONG_SHAPE   | points[0]
          {"points": {}}                              | JSON_WRONG_SHAPE   | points
          {"points": [5]}                             | JSON_WRONG_SHAPE   | points[0]
          {"id": "1"}                                 | JSON_WRONG_SHAPE   | id
          """)
  void namesTheFieldThatIsWrong(String body, String code, String path) {
    String answer =
        post(body)
            .statusCode(400)
            .contentType(Problem.MEDIA_TYPE)
            .body("code", equalTo(code))
            .body("violations.path", hasItem(path))
            .extract()
            .asString();
    assertThat(answer).doesNotContain("dev.inferlab", "com.fasterxml", "java.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"id":     | JSON_MALFORMED
          [1, 2]     | JSON_WRONG_SHAPE
          "text"     | JSON_WRONG_SHAPE
          nonsense   | JSON_MALFORMED
          """)
  void refusesBodiesOfTheWrongForm(String body, String code) {
    String answer =
        post(body)
            .statusCode(400)
            .contentType(Problem.MEDIA_TYPE)
            .body("code", equalTo(code))
            .extract()
            .asString();
    assertThat(answer).doesNotContain("dev.inferlab", "com.fasterxml", "java.");
  }

  @Test
  void saysWhichLineIsNotJson() {
    post("{\n\"id\": ?}")
        .statusCode(400)
        .body("location.line", equalTo(2))
        .body("location.column", equalTo(7));
  }

  @Test
  void optionsNamesTheMethodsOfOneAddress() {
    RestAssured.options("/problems").then().statusCode(204).header("Allow", "OPTIONS, POST");
    RestAssured.options("/problems/known")
        .then()
        .statusCode(204)
        .header("Allow", "GET, HEAD, OPTIONS");
  }

  @Test
  void answersForTheHttpLayerToo() {
    get("/nowhere", 404).body("code", equalTo("NOT_FOUND"));
    get("/problems/number?n=x", 404).body("code", equalTo("NOT_FOUND"));
    RestAssured.delete("/problems/known")
        .then()
        .statusCode(405)
        .contentType(Problem.MEDIA_TYPE)
        .header("Allow", equalTo("GET, HEAD, OPTIONS"))
        .body("code", equalTo("METHOD_NOT_ALLOWED"));
    RestAssured.given()
        .contentType("text/plain")
        .body("x")
        .post("/problems")
        .then()
        .statusCode(415)
        .body("code", equalTo("MEDIA_TYPE_UNSUPPORTED"));
    RestAssured.given()
        .accept("image/png")
        .get("/problems/number?n=1")
        .then()
        .statusCode(406)
        .body("code", equalTo("NOT_ACCEPTABLE"));
  }

  @Test
  void staysReadyAndLiveAndShowsTheOutbox() {
    RestAssured.get("/q/health/ready")
        .then()
        .statusCode(200)
        .body("checks.name", hasItem("outbox"));
    RestAssured.get("/q/health/live")
        .then()
        .statusCode(200)
        .body("checks.name", hasItems("outbox relay"));
    assertThat(RestAssured.get("/q/metrics").asString())
        .contains("inferlab_outbox_lag_seconds{service=\"platform-test\"");
  }

  private static ValidatableResponse get(String path, int status) {
    return RestAssured.get(path).then().statusCode(status).contentType(Problem.MEDIA_TYPE);
  }

  private static ValidatableResponse post(String body) {
    return RestAssured.given().contentType(ContentType.JSON).body(body).post("/problems").then();
  }
}
