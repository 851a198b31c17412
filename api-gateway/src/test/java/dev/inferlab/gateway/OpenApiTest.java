package dev.inferlab.gateway;

import static dev.inferlab.gateway.testing.Lab.API;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferlab.gateway.experiment.profile.ProfileRequest;
import dev.inferlab.gateway.testing.Lab;
import dev.inferlab.gateway.testing.TinyIr;
import dev.inferlab.testkit.InfraResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(InfraResource.class)
class OpenApiTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void everyRouteOfTheCodeIsDescribedAndNoOther() throws Exception {
    TreeSet<String> described = new TreeSet<>();
    JsonNode paths = api().get("paths");
    paths
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method ->
                            described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
    assertThat(described).isEqualTo(routes());
  }

  @Test
  void everyCallNamesTheProblemAndHasASummary() {
    api()
        .get("paths")
        .forEach(
            path ->
                path.forEach(
                    operation -> {
                      assertThat(operation.path("summary").asText()).isNotBlank();
                      assertThat(
                              operation
                                  .at("/responses/default/content")
                                  .has("application/problem+json"))
                          .isTrue();
                    }));
  }

  @Test
  void theExamplesAreAccepted() throws IOException {
    String project = Lab.project();
    JsonNode paths = api().get("paths");
    int sent = 0;
    for (Map.Entry<String, JsonNode> path : paths.properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        for (JsonNode example :
            operation.getValue().at("/requestBody/content/application~1json/examples")) {
          JsonNode body = example.get("value");
          ObjectNode real =
              (ObjectNode) (body.isTextual() ? JSON.readTree(body.textValue()) : body.deepCopy());
          fill(real, project, path.getKey());
          int status =
              given()
                  .contentType(ContentType.JSON)
                  .body(real.toString())
                  .request(operation.getKey().toUpperCase(Locale.ROOT), url(path.getKey()))
                  .statusCode();
          assertThat(status)
              .as("%s %s %s", operation.getKey(), path.getKey(), real)
              .isIn(200, 201, 202);
          sent++;
        }
      }
    }
    assertThat(sent).isGreaterThanOrEqualTo(9);
  }

  /** A profile's options written as JSON read as themselves: the names are those of its record. */
  @Test
  void theOptionsOfAProfileAreDescribed() {
    JsonNode schemas = api().at("/components/schemas");
    assertThat(schemas.at("/NewExperiment/properties/options").toString())
        .contains("#/components/schemas/ProfileOptions");
    Map.of(
            "ProfileOptions", ProfileRequest.class,
            "ProfileGrid", ProfileRequest.Grid.class,
            "ProfilePointRequest", ProfileRequest.AskedPoint.class)
        .forEach(
            (schema, read) ->
                assertThat(schemas.at("/" + schema + "/properties").fieldNames())
                    .toIterable()
                    .containsExactlyInAnyOrderElementsOf(
                        Stream.of(read.getRecordComponents())
                            .map(RecordComponent::getName)
                            .toList()));
  }

  @Test
  void listsInsideAnExperimentAreDescribedAsPages() {
    JsonNode paths = api().path("paths");
    JsonNode layers = paths.path("/api/v1/experiments/{id}/points/{index}/layers").path("get");
    assertThat(layers.path("parameters").findValuesAsText("name"))
        .contains("limit", "cursor", "sort")
        .doesNotHaveDuplicates();
    JsonNode jobs = paths.path("/api/v1/experiments/{id}/jobs").path("get");
    for (JsonNode list : List.of(layers, jobs)) {
      String schema =
          list.at("/responses/200/content/application~1json/schema/$ref").asText().substring(1);
      assertThat(api().at(schema + "/properties").fieldNames())
          .toIterable()
          .containsExactlyInAnyOrder("items", "nextCursor");
    }
  }

  @Test
  void callsThatRefuseABodyDescribeNone() {
    JsonNode paths = api().path("paths");
    for (String path : List.of("/experiments/{id}/cancel", "/targets/{id}/drain")) {
      JsonNode call = paths.path("/api/v1" + path).path("post");
      assertThat(call.isObject()).as(path).isTrue();
      assertThat(call.has("requestBody")).as(path).isFalse();
    }
  }

  @Test
  void swaggerUiIsThere() {
    given()
        .redirects()
        .follow(true)
        .get("/q/swagger-ui/")
        .then()
        .statusCode(200)
        .contentType("text/html");
  }

  /** Puts ids that exist in the place of the examples' ids. */
  private static void fill(ObjectNode body, String project, String path) {
    if (body.has("projectId")) {
      body.put("projectId", project);
    }
    body.path("items").forEach(item -> ((ObjectNode) item).put("projectId", project));
    if (body.has("modelId")) {
      body.put("modelId", Lab.model());
      body.put("targetId", Lab.target());
    }
    if (body.has("datasetId")) {
      body.put("datasetId", Lab.dataset());
    }
    if (path.contains("/catalog/")) {
      body.put("name", UUID.randomUUID().toString());
    }
    if (body.has("uploadIds")) {
      ArrayNode ids = body.putArray("uploadIds");
      if (path.contains("/catalog/")) {
        ids.add(ModelTest.upload("zoo.zip", zip("net/model.yml"), 1));
      } else if (path.contains("models")) {
        ids.add(ModelTest.upload("n.xml", TinyIr.xml(1, 3, 8, 8), 1));
        ids.add(ModelTest.upload("n.bin", TinyIr.BIN, 1));
      } else {
        ids.add(ModelTest.upload("a.png", Lab.image("png", 9, 9), 1));
      }
    }
  }

  private static byte[] zip(String name) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write("description: a network".getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static String url(String path) {
    if (path.equals(API + "/targets/{id}")) {
      return path.replace("{id}", Lab.target());
    }
    return path.replace("{id}", path.contains("{id}") ? Lab.importModel(1, 3, 8, 8) : "");
  }

  private static JsonNode api() {
    try {
      return JSON.readTree(
          given()
              .queryParam("format", "json")
              .get("/q/openapi")
              .then()
              .statusCode(200)
              .extract()
              .asString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static TreeSet<String> routes() throws IOException, ClassNotFoundException {
    TreeSet<String> routes = new TreeSet<>();
    java.nio.file.Path classes = java.nio.file.Path.of("target/classes");
    List<java.nio.file.Path> resources = new ArrayList<>();
    try (Stream<java.nio.file.Path> files = Files.walk(classes)) {
      files.filter(file -> file.toString().endsWith("Resource.class")).forEach(resources::add);
    }
    for (java.nio.file.Path file : resources) {
      String name = classes.relativize(file).toString().replace('/', '.').replace(".class", "");
      Class<?> resource =
          Class.forName(name, false, Thread.currentThread().getContextClassLoader());
      Path root = resource.getAnnotation(Path.class);
      for (Method method : resource.getDeclaredMethods()) {
        verb(method)
            .ifPresent(
                verb -> routes.add(verb + " " + path(root, method.getAnnotation(Path.class))));
      }
    }
    assertThat(routes).hasSizeGreaterThan(30);
    return routes;
  }

  private static Optional<String> verb(Method method) {
    for (Annotation annotation : method.getAnnotations()) {
      HttpMethod verb = annotation.annotationType().getAnnotation(HttpMethod.class);
      if (verb != null) {
        return Optional.of(verb.value());
      }
    }
    return Optional.empty();
  }

  private static String path(Path root, Path more) {
    return (root.value() + (more == null ? "" : more.value())).replaceAll(":[^}]*}", "}");
  }
}
