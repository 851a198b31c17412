package dev.inferlab.gateway;

import static dev.inferlab.gateway.testing.Lab.API;
import static dev.inferlab.gateway.testing.Problems.refused;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.inferlab.gateway.archive.ZipForge;
import dev.inferlab.gateway.testing.Lab;
import dev.inferlab.gateway.testing.Sql;
import dev.inferlab.gateway.testing.TinyIr;
import dev.inferlab.testkit.InfraResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever users name: every script is welcome, what nobody sees is refused with its place. */
@QuarkusTest
@WithTestResource(InfraResource.class)
class NamesTest {
  private static final byte[] PNG = Lab.image("png", 8, 8);

  @ParameterizedTest
  @ValueSource(ints = {0x0000, 0x0007, 0x200B, 0x200F, 0x202E, 0x2066, 0xFEFF})
  void whatNobodySeesIsRefused(int hidden) {
    String name = "a" + Character.toString(hidden) + "b";
    String model = Lab.scannedModel();
    String target = Lab.target();
    long before = Sql.count("model") + Sql.count("dataset") + Sql.count("catalog_source");
    told(importModel(name), "options.name", hidden);
    told(
        json(Map.of("url", "https://models.example.org/m.onnx", "options", Map.of("name", name)))
            .post(API + "/models"),
        "options.name",
        hidden);
    told(json(Map.of("name", name)).patch(API + "/models/" + model), "name", hidden);
    told(
        json(Map.of("labels", Map.of("names", new String[] {"cat", name})))
            .patch(API + "/models/" + model),
        "labels.names[1]",
        hidden);
    told(makeDataset(name), "options.name", hidden);
    told(
        json(Map.of("url", "https://models.example.org/zoo.zip", "name", name))
            .post(API + "/catalog/sources"),
        "name",
        hidden);
    told(
        json(Map.of("labels", Map.of("rack", name))).patch(API + "/targets/" + target),
        "labels.rack",
        hidden);
    told(
        json(Map.of("labels", Map.of(name, "b"))).patch(API + "/targets/" + target),
        "labels.a\uFFFDb",
        hidden);
    told(
        json(Map.of("taskSettings", Map.of("texts", new String[] {name})))
            .patch(API + "/models/" + model),
        "taskSettings.texts[0]",
        hidden);
    told(
        json(Map.of("taskSettings", Map.of(name, 1))).patch(API + "/models/" + model),
        "taskSettings.a\uFFFDb",
        hidden);
    told(
        given()
            .header("Tus-Resumable", "1.0.0")
            .header("Upload-Length", 3)
            .header(
                "Upload-Metadata",
                "filename "
                    + Base64.getEncoder().encodeToString(name.getBytes(StandardCharsets.UTF_8)))
            .post(API + "/uploads"),
        "Upload-Metadata",
        hidden);
    refused(
            given()
                .multiPart("file", "a.zip", ZipForge.zip(ZipForge.entry("x" + name + ".png", PNG)))
                .post(API + "/datasets"),
            422,
            "ARCHIVE_ENTRY_NAME_FORBIDDEN")
        .body("detail", containsString("U+%04X at position 3".formatted(hidden)))
        .body("location.file", equalTo("xa\uFFFDb.png"));
    assertThat(Sql.count("model") + Sql.count("dataset") + Sql.count("catalog_source"))
        .isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"модель №5", "模型", "نموذج", "می\u200Cخواهم", "👩🏽\u200D🔬", "café"})
  void everyScriptIsWelcome(String name) {
    importModel(name).then().statusCode(202).body("name", equalTo(name));
    makeDataset(name).then().statusCode(202).body("name", equalTo(name));
  }

  /** It may have been named before there was a rule, or by a device. */
  @Test
  void everythingThatCanBeStoredCanBeSearchedFor() {
    given().queryParam("name", "a\u202Eb").get(API + "/models").then().statusCode(200);
    refused(
            given().queryParam("name", "a\u0000b").get(API + "/models"),
            400,
            "FILTER_INVALID",
            "name")
        .body("violations[0].reason", containsString("U+0000 at position 2"));
  }

  @Test
  void aNameOfSpacesAloneIsNone() {
    refused(importModel("\u00A0\u3000"), 400, "REQUEST_INVALID", "options.name");
  }

  /** A file's name that could be no name is not made one; where it is a path, it is refused. */
  @Test
  void withoutANameAModelHasThatOfItsFirstFile() {
    given()
        .multiPart("file", "my net.xml", TinyIr.xml(1, 3, 8, 8))
        .multiPart("file", "my net.bin", TinyIr.BIN)
        .post(API + "/models")
        .then()
        .statusCode(202)
        .body("name", equalTo("my net.xml"));
    json(Map.of(
            "uploadIds",
            new String[] {
              ModelTest.upload("sub/сеть.xml", TinyIr.xml(1, 3, 8, 8), 1),
              ModelTest.upload("sub/сеть.bin", TinyIr.BIN, 1)
            }))
        .post(API + "/models")
        .then()
        .statusCode(202)
        .body("name", equalTo("сеть.xml"));
    given()
        .multiPart("file", "x".repeat(220) + ".xml", TinyIr.xml(1, 3, 8, 8))
        .multiPart("file", "x".repeat(220) + ".bin", TinyIr.BIN)
        .multiPart("options", "{\"convert\": false}", "application/json")
        .post(API + "/models")
        .then()
        .statusCode(201)
        .body("name", equalTo("model"));
  }

  private static void told(Response response, String path, int hidden) {
    refused(response, 400, "REQUEST_INVALID", path)
        .body("violations[0].reason", containsString("U+%04X at position 2".formatted(hidden)));
  }

  private static Response importModel(String name) {
    return given()
        .multiPart("file", "net.xml", TinyIr.xml(1, 3, 8, 8))
        .multiPart("file", "net.bin", TinyIr.BIN)
        .multiPart(Lab.options(Map.of("name", name)))
        .post(API + "/models");
  }

  private static Response makeDataset(String name) {
    return given()
        .multiPart("file", "a.png", PNG)
        .multiPart(Lab.options(Map.of("name", name)))
        .post(API + "/datasets");
  }

  private static io.restassured.specification.RequestSpecification json(Map<String, ?> body) {
    return given().contentType(ContentType.JSON).body(body);
  }
}
