package dev.inferlab.gateway.catalog;

import static dev.inferlab.gateway.testing.Lab.API;
import static dev.inferlab.gateway.testing.Problems.refused;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferlab.gateway.archive.ZipForge;
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
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    String reference =
        given()
            .get(API + "/models/" + model)
            .then()
            .body("state", equalTo("READY"))
            .body("catalogEntry", endsWith("/tiny"))
            .extract()
            .path("catalogEntry");
    // What a model says that it was made of can be asked for again.
    awaitState(begin(reference, Map.of()).then().statusCode(202).extract().path("id"), "IMPORTING");
    assertThat(Sql.one("select count(*) from gateway.acquisition where model_id = '" + model + "'"))
        .isEqualTo("0");
  }

  @Test
  void aModelWhoseFilesAreNotThereIsNeitherConvertedNorChanged() {
    CountDownLatch seen = new CountDownLatch(1);
    CatalogServer.send("/late.xml", XML);
    CatalogServer.on(
        "/late.bin",
        exchange -> {
          try {
            seen.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          CatalogServer.answer(exchange, 200, TinyIr.BIN);
        });
    String model = begin(entry(ir(url("/late.xml"), url("/late.bin"))), Map.of()).path("id");
    refused(convert(model), 409, "MODEL_NOT_READY");
    refused(
        given()
            .contentType(ContentType.JSON)
            .body(Map.of("labels", Map.of("names", java.util.List.of("a"))))
            .patch(API + "/models/" + model),
        409,
        "MODEL_NOT_READY");
    seen.countDown();
    awaitState(model, "IMPORTING");
    given().get(API + "/models/" + model).then().body("labels.names", contains("cat", "dog"));

    String failed = begin(entry(ir(url("/late.xml"), url("/missing.bin"))), Map.of()).path("id");
    awaitState(failed, "FAILED");
    refused(convert(failed), 409, "MODEL_NOT_READY");
  }

  private static Response convert(String model) {
    return given()
        .contentType(ContentType.JSON)
        .body(Map.of("precision", "FP16"))
        .post(API + "/models/" + model + "/conversions");
  }

  @Test
  void aServerThatSendsByteByByteIsGivenUpAtTheTimeLimit() {
    CatalogServer.send("/trickle.xml", XML);
    CountDownLatch aged = new CountDownLatch(1);
    CatalogServer.on(
        "/trickle.bin",
        exchange -> {
          if (CatalogServer.requests("/trickle.bin").size() == 1) {
            pauseFor(aged);
            CatalogServer.answer(exchange, 503, new byte[0]);
            return;
          }
          exchange.sendResponseHeaders(200, 0);
          CountDownLatch never = new CountDownLatch(1);
          for (int i = 0; i < 300; i++) {
            exchange.getResponseBody().write(0);
            exchange.getResponseBody().flush();
            try {
              never.await(100, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          }
        });
    String entry =
        entry(
            ir(url("/trickle.xml"), url("/trickle.bin"))
                .replace("size: " + TinyIr.BIN.length, "size: 1000"));
    String model = begin(entry, Map.of()).path("id");
    // As if it had been asked for almost six hours ago, which is the limit.
    await().until(() -> !CatalogServer.requests("/trickle.bin").isEmpty());
    Sql.change(
        "update gateway.acquisition set created_at = now() - interval '21595 seconds' where model_id = '%s'"
            .formatted(model));
    aged.countDown();
    awaitState(model, "FAILED");
    given()
        .get(API + "/models/" + model)
        .then()
        .body("problem.code", equalTo("DOWNLOAD_TIME_LIMIT"));
  }

  @Test
  void whatTheEntrySaysOfTheTaskIsSetAtTheModel() throws IOException {
    CatalogServer.send("/task.xml", XML);
    CatalogServer.send("/task.bin", TinyIr.BIN);
    String yaml =
        ir(url("/task.xml"), url("/task.bin"))
            + """
            inferlab:
              task: object-detection
              taskSettings: {decoder: yolo11, iouThreshold: 0.7}
              inputSpec: {layout: NCHW, colour: BGR, resize: LETTERBOX, padValue: 114}
            """;
    String entry = entry(yaml);
    given()
        .get(API + "/catalog/entries/" + entry)
        .then()
        .body("taskSettings.decoder", equalTo("yolo11"));
    String model = begin(entry, Map.of()).path("id");
    awaitState(model, "IMPORTING");
    Lab.convert(model, 1, 3, 8, 8);
    given()
        .get(API + "/models/" + model)
        .then()
        .body("state", equalTo("READY"))
        .body("task", equalTo("object-detection"))
        .body("taskSettings.decoder", equalTo("yolo11"))
        .body("taskSettings.iouThreshold", equalTo(0.7f))
        .body("inputSpec.resize", equalTo("LETTERBOX"))
        .body("labels.names", contains("cat", "dog"));
    for (String change :
        List.of(
            "{\"task\": \"generic\", \"inputSpec\": {\"colour\": \"RGB\"}}",
            "{\"task\": null, \"inputSpec\": null}")) {
      given()
          .contentType(ContentType.JSON)
          .body(change)
          .patch(API + "/models/" + model)
          .then()
          .statusCode(200);
    }
    given()
        .get(API + "/models/" + model)
        .then()
        .body("task", equalTo("object-detection"))
        .body("inputSpec.colour", equalTo("BGR"))
        .body("inputSpec.resize", equalTo("LETTERBOX"));
    String other = begin(entry, Map.of("task", "generic")).path("id");
    awaitState(other, "IMPORTING");
    given()
        .get(API + "/models/" + other)
        .then()
        .body("taskSettings", org.hamcrest.Matchers.nullValue());
  }

  @Test
  void aFileInPiecesOfTwoVersionsIsFetchedOnceMoreAsAWhole() {
    CatalogServer.send("/pieces.xml", XML);
    byte[] file = new byte[1000];
    java.util.Arrays.fill(file, (byte) 7);
    CountDownLatch arrived = new CountDownLatch(1);
    CatalogServer.on(
        "/pieces.bin",
        exchange -> {
          int request = CatalogServer.requests("/pieces.bin").size();
          exchange.getResponseHeaders().set("ETag", "\"the same for all that it ever was\"");
          if (request == 1) {
            exchange.sendResponseHeaders(200, file.length);
            exchange.getResponseBody().write(new byte[400]); // of an older file, and no more
            exchange.getResponseBody().flush();
            pauseFor(arrived);
          } else if (exchange.getRequestHeaders().containsKey("Range")) {
            exchange.getResponseHeaders().set("Content-Range", "bytes 400-999/1000");
            exchange.sendResponseHeaders(206, 600);
            exchange.getResponseBody().write(file, 400, 600);
          } else {
            CatalogServer.answer(exchange, 200, file);
          }
        });
    String model = begin(entry(pieces("/pieces", file)), Map.of()).path("id");
    awaitReceived(model, XML.length + 400);
    arrived.countDown();
    awaitState(model, "IMPORTING");
    assertThat(CatalogServer.requests("/pieces.bin"))
        .extracting(request -> request.split(" ")[1])
        .containsExactly("null", "bytes=400-", "null");
  }

  @Test
  void aPartThatNothingVouchesForIsNotGoneOnFrom() {
    CatalogServer.send("/bare.xml", XML);
    byte[] file = new byte[1000];
    CountDownLatch arrived = new CountDownLatch(1);
    CatalogServer.on(
        "/bare.bin",
        exchange -> {
          exchange.sendResponseHeaders(200, file.length);
          boolean first = CatalogServer.requests("/bare.bin").size() == 1;
          exchange.getResponseBody().write(file, 0, first ? 400 : file.length);
          exchange.getResponseBody().flush();
          if (first) {
            pauseFor(arrived);
          }
        });
    String model = begin(entry(pieces("/bare", file)), Map.of()).path("id");
    awaitReceived(model, XML.length + 400);
    arrived.countDown();
    awaitState(model, "IMPORTING");
    assertThat(CatalogServer.requests("/bare.bin"))
        .extracting(request -> request.split(" ")[1])
        .containsExactly("null", "null");
  }

  private static void awaitReceived(String model, int bytes) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> given().get(API + "/models/" + model).path("download.receivedBytes"),
            Integer.valueOf(bytes)::equals);
  }

  private static void pauseFor(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static String pieces(String path, byte[] bin) {
    return ir(url(path + ".xml"), url(path + ".bin"))
        .replace("size: %d\n".formatted(TinyIr.BIN.length), "size: 1000\n")
        .replace(sha("SHA-256", TinyIr.BIN), sha("SHA-256", bin));
  }

  @Test
  void aModelFromAnAddress() throws IOException {
    CatalogServer.send(
        "/models/net.zip",
        ZipForge.zip(ZipForge.entry("net.xml", XML), ZipForge.entry("net.bin", TinyIr.BIN)));
    Response accepted =
        fromUrl(
            Map.of("url", CatalogServer.url("/models/net.zip") + "?raw=true", "options", Map.of()));
    String model =
        accepted
            .then()
            .statusCode(202)
            .body("state", equalTo("DOWNLOADING"))
            .body("name", equalTo("net.zip"))
            .extract()
            .path("id");
    awaitState(model, "IMPORTING");
    Lab.convert(model, 1, 3, 8, 8);
    given()
        .get(API + "/models/" + model)
        .then()
        .body("state", equalTo("READY"))
        .body("format", equalTo("IR"))
        .body("files.name", contains("net.xml", "net.bin"));
  }

  @Test
  void anAddressThatPointsInsideOrIsNoneIsRefused() {
    refused(
        fromUrl(Map.of("url", "http://127.0.0.2/m.onnx")),
        422,
        "DOWNLOAD_ADDRESS_FORBIDDEN",
        "url");
    for (String none : new String[] {"file:///etc/passwd", "ftp://a/b", "http://me:x@a/b", "x"}) {
      refused(fromUrl(Map.of("url", none)), 400, "REQUEST_INVALID", "url");
    }
    refused(
        fromUrl(Map.of("url", "https://a/b.onnx", "catalogEntry", "x")),
        400,
        "REQUEST_INVALID",
        "");
    refused(
        fromUrl(Map.of("url", "https://a/b.onnx", "uploadIds", List.of())),
        400,
        "REQUEST_INVALID",
        "");
    refused(
        fromUrl(Map.of("url", "https://a/b.onnx", "options", Map.of("nam", 1))),
        400,
        "JSON_UNKNOWN_FIELD",
        "options.nam");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"mean": [1, 2]}                            | mean
          {"scale": [1, 2, 3, 4]}                     | scale
          {"mean": [1, 2, 3], "scale": [1]}           | scale
          {"colour": "GRAY", "mean": [1, 2, 3]}       | mean
          {"colour": "BGR", "scale": [1]}             | scale
          """)
  void anInputSpecThatFitsNoModelIsRefusedBeforeTheDownload(String spec, String field)
      throws IOException {
    Map<String, Object> options =
        Map.of("inputSpec", new ObjectMapper().readValue(spec, Map.class));
    String path = "options.inputSpec." + field;
    refused(
        fromUrl(Map.of("url", "https://models.invalid/m.onnx", "options", options)),
        422,
        "MODEL_INPUT_SPEC_UNSUITABLE",
        path);
    CatalogServer.send("/never.xml", XML);
    refused(
        begin(entry(ir(url("/never.xml"), url("/never.bin"))), options),
        422,
        "MODEL_INPUT_SPEC_UNSUITABLE",
        path);
    assertThat(CatalogServer.requests("/never.xml")).isEmpty();
  }

  private static Response fromUrl(Map<String, Object> body) {
    return given().contentType(ContentType.JSON).body(body).post(API + "/models");
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

  @Test
  void aTextThatAPatternBlowsUpIsRefused() {
    byte[] text = "x".repeat(100_000).getBytes(StandardCharsets.UTF_8);
    CatalogServer.send("/blown.xml", text);
    CatalogServer.send("/blown.bin", TinyIr.BIN);
    String yaml =
        ir(url("/blown.xml"), url("/blown.bin"))
                .replace("size: " + XML.length, "size: " + text.length)
                .replace(sha("SHA-384", XML), sha("SHA-384", text))
            + """
            postprocessing:
              - {$type: regex_replace, file: FP32/tiny.xml, pattern: "", replacement: "%s"}
            """
                .formatted("y".repeat(4_000));
    assertFails(entry(yaml), "POSTPROCESSING_FAILED");
  }

  @Test
  void allArchivesOfAnEntryTogetherUnpackToTheLimit() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      // Each archive alone stays below the limit of 20,000.
      for (int i = 0; i < 11_000; i++) {
        zip.putNextEntry(new ZipEntry("part" + i));
      }
    }
    byte[] archive = bytes.toByteArray();
    CatalogServer.send("/many.zip", archive);
    String yaml =
        ir(url("/many.zip"), url("/many.zip"))
                .replaceAll("size: \\d+", "size: " + archive.length)
                .replace(sha("SHA-384", XML), sha("SHA-384", archive))
                .replace(sha("SHA-256", TinyIr.BIN), sha("SHA-256", archive))
            + """
            postprocessing:
              - {$type: unpack_archive, file: FP32/tiny.xml, format: zip}
              - {$type: unpack_archive, file: FP32/tiny.bin, format: zip}
            """;
    assertFails(entry(yaml), "ARCHIVE_TOO_MANY_ENTRIES");
  }

  @Test
  void aDownloadThatStopsTheProcessEachTimeIsGivenUp() {
    CountDownLatch end = new CountDownLatch(1);
    CatalogServer.send("/deadly.xml", XML);
    CatalogServer.on(
        "/deadly.bin",
        exchange -> {
          if (CatalogServer.requests("/deadly.bin").size() == 1) {
            CatalogServer.answer(exchange, 503, new byte[0]);
            return;
          }
          pauseFor(end);
        });
    String model = begin(entry(ir(url("/deadly.xml"), url("/deadly.bin"))), Map.of()).path("id");
    await().until(() -> CatalogServer.requests("/deadly.bin").size() == 2);
    // The try that was put off counts once, and the one under way counts already.
    assertThat(
            Sql.one(
                "select failures from gateway.acquisition where model_id = '%s'".formatted(model)))
        .isEqualTo("2");
    // As if processes had died at this and all further tries.
    Sql.change(
        "update gateway.acquisition set failures = 8, holder = null, lease_until = null where model_id = '%s'"
            .formatted(model));
    awaitState(model, "FAILED");
    end.countDown();
    given()
        .get(API + "/models/" + model)
        .then()
        .body("problem.code", equalTo("DOWNLOAD_FAILED"))
        .body("problem.detail", org.hamcrest.Matchers.containsString("8 times"));
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
  void anEntrysInputSpecMustFitItsFiles() {
    CatalogServer.send("/turned.xml", XML);
    CatalogServer.send("/turned.bin", TinyIr.BIN);
    String yaml = ir(url("/turned.xml"), url("/turned.bin"));
    assertFails(
        entry(yaml + "inferlab: {inputSpec: {layout: NHWC}}\n"), "MODEL_INPUT_SPEC_UNSUITABLE");
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
    Path folder = partial(model);
    assertThat(folder).isDirectory();
    given().delete(API + "/models/" + model).then().statusCode(204);
    end.countDown();
    refused(given().get(API + "/models/" + model), 404, "MODEL_NOT_FOUND");
    await().atMost(Duration.ofSeconds(30)).until(() -> Files.notExists(folder));
  }

  /** Where the files of a model grow. */
  private static Path partial(String model) {
    return CatalogServer.folder("partial")
        .resolve(
            Sql.one("select id from gateway.acquisition where model_id = '%s'".formatted(model)));
  }

  @Test
  void aDownloadThatIsPutOffTellsWhenItIsTriedNextAndLeavesNothingWhenItIsDeleted() {
    CatalogServer.send("/off.xml", XML);
    CatalogServer.on("/off.bin", exchange -> CatalogServer.answer(exchange, 503, new byte[0]));
    String model = begin(entry(ir(url("/off.xml"), url("/off.bin"))), Map.of()).path("id");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> given().get(API + "/models/" + model).path("download.nextTryAt"),
            next -> next != null);
    given()
        .get(API + "/models/" + model)
        .then()
        .body("download.trouble.detail", equalTo("The server answered 503."))
        .body("download.trouble.tries", org.hamcrest.Matchers.greaterThan(0));
    Path folder = partial(model);
    given().delete(API + "/models/" + model).then().statusCode(204);
    await().atMost(Duration.ofSeconds(30)).until(() -> Files.notExists(folder));
  }

  @Test
  void aHostThatNobodyKnowsIsGivenUp() {
    String unknown = "\n      $type: http\n      url: http://models.invalid/tiny";
    String model = begin(entry(ir(unknown + ".xml", unknown + ".bin")), Map.of()).path("id");
    awaitState(model, "FAILED");
    given()
        .get(API + "/models/" + model)
        .then()
        .body("problem.code", equalTo("DOWNLOAD_FAILED"))
        .body(
            "problem.detail",
            equalTo(
                "The name of the host 'models.invalid' could not be looked up. It was tried 9 times."));
  }

  @Test
  void aResolverThatIsAwayAfterOtherTroubleEndsNothing() {
    CatalogServer.send("/names.xml", XML);
    AtomicInteger requests = new AtomicInteger();
    CatalogServer.on(
        "/names.bin",
        exchange -> {
          int request = requests.getAndIncrement();
          if (request < 3) {
            CatalogServer.answer(exchange, 503, new byte[0]);
          } else if (request < 3 + 8) {
            exchange.getResponseHeaders().add("Location", "http://models.invalid/names.bin");
            CatalogServer.answer(exchange, 302, new byte[0]);
          } else {
            CatalogServer.answer(exchange, 200, TinyIr.BIN);
          }
        });
    String model = begin(entry(ir(url("/names.xml"), url("/names.bin"))), Map.of()).path("id");
    awaitState(model, "IMPORTING");
    assertThat(requests).hasValue(3 + 8 + 1);
  }

  @Test
  void aServerThatDoesNotHaveTheFileIsAskedOnce() {
    CatalogServer.send("/gone.xml", XML);
    for (int status : new int[] {403, 404, 410}) {
      String path = "/gone-%d.bin".formatted(status);
      CatalogServer.on(path, exchange -> CatalogServer.answer(exchange, status, new byte[0]));
      assertFails(entry(ir(url("/gone.xml"), url(path))), "DOWNLOAD_FAILED");
      assertThat(CatalogServer.requests(path)).hasSize(1);
    }
  }

  @Test
  void aPrecisionThatIsAskedForTwiceMustBeOne() {
    CatalogServer.send("/net.onnx", new byte[4]);
    String entry = entry(CatalogTest.MODEL.formatted(CatalogServer.url("/net.onnx")));
    refused(
        begin(entry, Map.of("precision", "FP16", "conversion", Map.of("precision", "FP32"))),
        400,
        "REQUEST_INVALID",
        "options.conversion.precision");
    refused(
        begin(entry, Map.of("precision", "FP16", "convert", false)),
        400,
        "REQUEST_INVALID",
        "options.precision");
    begin(entry, Map.of("precision", "FP16", "conversion", Map.of("precision", "FP16")))
        .then()
        .statusCode(202);
    // Of IR, one chooses the files, the other says what becomes of them.
    CatalogServer.send("/half.xml", XML);
    CatalogServer.send("/half.bin", TinyIr.BIN);
    begin(
            entry(ir(url("/half.xml"), url("/half.bin"))),
            Map.of("precision", "FP32", "conversion", Map.of("precision", "FP16")))
        .then()
        .statusCode(202);
  }

  @Test
  void anEntrysInputSpecIsNotOfAnotherConversion() throws IOException {
    CatalogServer.send("/other.xml", XML);
    CatalogServer.send("/other.bin", TinyIr.BIN);
    String entry =
        entry(
            ir(url("/other.xml"), url("/other.bin"))
                + "inferlab: {inputSpec: {colour: RGB, mean: [127.5, 127.5, 127.5]}}\n");
    Map<String, ?> reversed =
        Map.of("inputs", List.of(Map.of("name", "image", "reverseChannels", true)));
    refused(
        begin(entry, Map.of("conversion", reversed)), 400, "REQUEST_INVALID", "options.inputSpec");
    begin(entry, Map.of("conversion", reversed, "inputSpec", Map.of("colour", "BGR")))
        .then()
        .statusCode(202);
  }

  @Test
  void whatCannotBeImportedIsRefusedAtOnce() {
    refused(begin("no-such-model", Map.of()), 422, "REFERENCE_NOT_FOUND");
    String entry = entry(ir(url("/x"), url("/x")));
    refused(begin(entry, Map.of("precision", "FP16")), 400, "REQUEST_INVALID")
        .body("violations.path", hasItem("options.precision"));
    refused(begin(entry, Map.of("nam", "x")), 400, "JSON_UNKNOWN_FIELD")
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
