package dev.inferlab.gateway;

import static dev.inferlab.gateway.testing.Lab.API;
import static dev.inferlab.gateway.testing.Problems.refused;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.gateway.testing.Lab;
import dev.inferlab.testkit.InfraResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(InfraResource.class)
class PagingTest {
  @ParameterizedTest
  @ValueSource(strings = {"createdAt", "-createdAt", "priority", "-priority", "kind", "-updatedAt"})
  void pagesShowEachRowOnceWhileOthersAreAdded(String sort) {
    String project = Lab.project();
    List<String> first = submit(project, 25);
    List<String> seen = new ArrayList<>();
    String cursor = null;
    do {
      RequestSpecification request =
          given().queryParam("projectId", project).queryParam("limit", 7).queryParam("sort", sort);
      if (cursor != null) {
        request.queryParam("cursor", cursor);
      }
      Response page = request.get(API + "/experiments");
      page.then().statusCode(200);
      seen.addAll(page.path("items.id"));
      cursor = page.path("nextCursor");
      submit(project, 1);
    } while (cursor != null && seen.size() < 200);
    assertThat(seen).doesNotHaveDuplicates().containsAll(first);
  }

  @Test
  void aCursorBelongsToItsListFiltersAndSort() {
    String project = Lab.project();
    submit(project, 3);
    String cursor =
        given()
            .queryParam("projectId", project)
            .queryParam("limit", 1)
            .get(API + "/experiments")
            .path("nextCursor");
    for (String other :
        List.of(
            "/models?sort=-createdAt",
            "/experiments",
            "/experiments?projectId=" + UUID.randomUUID(),
            "/experiments?kind=noop&projectId=" + project,
            "/experiments?sort=createdAt&projectId=" + project)) {
      refused(given().queryParam("cursor", cursor).get(API + other), 400, "CURSOR_INVALID");
    }
    given()
        .queryParam("cursor", cursor)
        .queryParam("limit", 2)
        .get(API + "/experiments?sort=-createdAt&projectId=" + project)
        .then()
        .statusCode(200);
  }

  @Test
  void namesSortWithoutRegardToCaseAndTiesKeepTheirPlaces() {
    String owner = "paging-" + UUID.randomUUID();
    List<String> names =
        List.of(
            "модель", "beta", "Alpha", "ALPHA", "Älg", "alpha", "Gamma", "Модель", "älg", "Beta");
    for (String name : names) {
      given()
          .header("X-Forwarded-User", owner)
          .multiPart("file", "a.png", Lab.image("png", 8, 8))
          .multiPart(Lab.options(Map.of("name", name)))
          .post(API + "/datasets")
          .then()
          .statusCode(202);
    }
    List<String> whole = paged(owner, "name", 200);
    assertThat(whole)
        // Equal names in the order of their ids, which is that of their making.
        .containsExactly(
            "Alpha", "ALPHA", "alpha", "beta", "Beta", "Gamma", "Älg", "älg", "модель", "Модель");
    for (int limit = 1; limit <= names.size(); limit++) {
      assertThat(paged(owner, "name", limit)).isEqualTo(whole);
      assertThat(paged(owner, "-name", limit)).isEqualTo(whole.reversed());
    }
  }

  /** The names of all pages. */
  private static List<String> paged(String owner, String sort, int limit) {
    List<String> names = new ArrayList<>();
    String cursor = null;
    do {
      RequestSpecification request =
          given().queryParam("owner", owner).queryParam("limit", limit).queryParam("sort", sort);
      if (cursor != null) {
        request.queryParam("cursor", cursor);
      }
      Response page = request.get(API + "/datasets");
      names.addAll(page.then().statusCode(200).extract().path("items.name"));
      cursor = page.path("nextCursor");
    } while (cursor != null && names.size() < 100);
    return names;
  }

  private static List<String> submit(String project, int count) {
    List<Map<String, Object>> items = new ArrayList<>(Collections.nCopies(count, null));
    for (int i = 0; i < count; i++) {
      items.set(i, Map.of("projectId", project, "kind", "noop", "priority", i % 3));
    }
    return given()
        .contentType(ContentType.JSON)
        .body(Map.of("items", items))
        .post(API + "/experiments/batch")
        .then()
        .statusCode(202)
        .extract()
        .path("items.id");
  }
}
