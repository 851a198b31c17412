package dev.inferlab.gateway;

import static dev.inferlab.gateway.testing.Lab.API;
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
