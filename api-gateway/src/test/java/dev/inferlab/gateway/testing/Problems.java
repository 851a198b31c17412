package dev.inferlab.gateway.testing;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;

/** What every refusal must look like. */
public final class Problems {
  private Problems() {}

  /** Also checks that each path is among the violations. */
  public static ValidatableResponse refused(
      Response response, int status, String code, String... paths) {
    ValidatableResponse answer =
        response
            .then()
            .statusCode(status)
            .contentType("application/problem+json")
            .body("code", equalTo(code))
            .body("status", equalTo(status));
    for (String path : paths) {
      answer.body("violations.path", hasItem(path));
    }
    return answer;
  }
}
