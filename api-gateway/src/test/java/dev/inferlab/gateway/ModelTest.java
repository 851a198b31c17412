package dev.inferlab.gateway;

import static dev.inferlab.gateway.testing.Lab.API;
import static dev.inferlab.gateway.testing.Problems.refused;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import dev.inferlab.gateway.archive.TarForge;
import dev.inferlab.gateway.archive.ZipForge;
import dev.inferlab.gateway.testing.FakeScheduler;
import dev.inferlab.gateway.testing.Lab;
import dev.inferlab.gateway.testing.Sql;
import dev.inferlab.gateway.testing.TinyIr;
import dev.inferlab.proto.job.v1.ConvertOptions;
import dev.inferlab.proto.job.v1.JobSpec;
import dev.inferlab.testkit.InfraResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(InfraResource.class)
class ModelTest {
  private static final byte[] XML = TinyIr.xml(1, 3, 8, 8);
  private static final String OPTIONS =
      """
      {"name": "tiny", "conversion": {"precision": "FP16"}, "task": "image-classification",
       "inputSpec": {"layout": "NCHW", "colour": "BGR", "mean": [1, 2, 3], "scale": [4, 5, 6]}}
      """;

  private final FakeScheduler scheduler = FakeScheduler.get();

  @Test
  void fromFilesToReadyToAnArchive() throws Exception {
    Response accepted =
        form(OPTIONS)
            .multiPart("file", "n.xml", XML)
            .multiPart("file", "n.bin", TinyIr.BIN)
            .post(API + "/models");
    String id =
        accepted.then().statusCode(202).body("state", equalTo("IMPORTING")).extract().path("id");
    assertThat(accepted.header("Location")).endsWith("/api/v1/models/" + id);
    JobSpec job = Lab.convertJob(id);
    ConvertOptions options = ConvertOptions.parseFrom(job.getOptions());
    assertThat(options.getFormat()).isEqualTo("IR");
    assertThat(options.getMainPath()).isEqualTo("n.xml");
    assertThat(options.getCompressToFp16()).isTrue();
    assertThat(job.getInputsList())
        .extracting(file -> file.getPath())
        .containsExactlyInAnyOrder("n.xml", "n.bin");
    assertThat(job.getMemoryLimitBytes())
        .isEqualTo((3L << 30) + 8 * (XML.length + TinyIr.BIN.length));
    refused(given().get(API + "/models/" + id + "/archive"), 409, "MODEL_NOT_READY");

    Lab.convert(id, 1, 3, 8, 8);
    given()
        .get(API + "/models/" + id)
        .then()
        .body("inputs[0].shape", contains(1, 3, 8, 8))
        .body("inputSpec.colour", equalTo("BGR"))
        .body("files.name", hasItem("n.xml"))
        .body("runtimeVersion", equalTo("2026.4"));
    given()
        .contentType(ContentType.JSON)
        .body(Map.of("name", "renamed", "inputSpec", Map.of("layout", "NCHW")))
        .patch(API + "/models/" + id)
        .then()
        .statusCode(200)
        .body("name", equalTo("renamed"))
        .body("task", equalTo("image-classification"));

    Response archive = given().get(API + "/models/" + id + "/archive");
    byte[] zip = archive.then().statusCode(200).extract().asByteArray();
    String digest =
        Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(zip));
    assertThat(archive.header("Repr-Digest")).isEqualTo("sha-256=:" + digest + ":");
    assertThat(Long.parseLong(archive.header("Content-Length"))).isEqualTo(zip.length);
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      ZipEntry xml = in.getNextEntry();
      assertThat(xml.getName()).isEqualTo("model.xml");
      assertThat(in.readAllBytes()).isEqualTo(XML);
      assertThat(in.getNextEntry().getName()).isEqualTo("model.bin");
      assertThat(in.readAllBytes()).isEqualTo(TinyIr.BIN);
    }
    String project = Lab.project(id, null, Lab.target());
    refused(given().delete(API + "/models/" + id), 409, "MODEL_IN_USE");
    given().delete(API + "/projects/" + project).then().statusCode(204);
    given().delete(API + "/models/" + id).then().statusCode(204);
    refused(given().get(API + "/models/" + id), 404, "MODEL_NOT_FOUND");
  }

  @Test
  void aFailedConversionSaysWhy() {
    String id = Lab.failedModel();
    given()
        .get(API + "/models/" + id)
        .then()
        .body("problem.code", equalTo("MODEL_CONVERSION_FAILED"));
    given().delete(API + "/models/" + id).then().statusCode(204);
  }

  @Test
  void deletingWhileImportingCancelsTheJob() {
    String id = Lab.importModel(1, 3, 4, 4);
    JobSpec job = Lab.convertJob(id);
    given().delete(API + "/models/" + id).then().statusCode(204);
    org.awaitility.Awaitility.await().until(() -> scheduler.cancelsOf(job.getJobId()) == 1);
  }

  @Test
  void archivesOfModelsAreOpened() {
    byte[] zip =
        ZipForge.zip(ZipForge.entry("net/m.xml", XML), ZipForge.entry("net/m.bin", TinyIr.BIN));
    form("{\"name\": \"z\"}")
        .multiPart("file", "m.zip", zip)
        .post(API + "/models")
        .then()
        .statusCode(202)
        .body("files.name", hasItem("net/m.bin"));
    byte[] tar =
        TarForge.gzip(new TarForge().file("m.xml", XML).file("m.bin", TinyIr.BIN).toByteArray());
    form("{\"name\": \"t\"}")
        .multiPart("file", "m.tar.gz", tar)
        .post(API + "/models")
        .then()
        .statusCode(202);
  }

  /** A model that is given no name is named after it. */
  @Test
  void theSameKeyWithAnotherFilesNameIsRefused() {
    byte[] zip = ZipForge.zip(ZipForge.entry("m.xml", XML), ZipForge.entry("m.bin", TinyIr.BIN));
    String key = UUID.randomUUID().toString();
    String first = named(key, "first.zip", zip).then().statusCode(202).extract().path("id");
    named(key, "first.zip", zip).then().statusCode(202).body("id", equalTo(first));
    refused(named(key, "second.zip", zip), 409, "IDEMPOTENCY_KEY_REUSED");
  }

  private static Response named(String key, String file, byte[] bytes) {
    return given()
        .header("Idempotency-Key", key)
        .multiPart("file", file, bytes)
        .post(API + "/models");
  }

  @Test
  void badModelsAreRefusedAndNothingIsStored() throws IOException {
    long rows = rows();
    long artifacts = artifacts();
    byte[] cut = Arrays.copyOf(XML, XML.length / 2);
    byte[] text = "I am no model".getBytes(StandardCharsets.UTF_8);
    refused(
            form("{\"name\": \"x\"}").multiPart("file", "x.onnx", text).post(API + "/models"),
            422,
            "MODEL_NOT_RECOGNISED")
        .body("location.file", equalTo("x.onnx"));
    refused(
        form("{\"name\": \"x\"}").multiPart("file", "n.xml", XML).post(API + "/models"),
        422,
        "MODEL_FILE_MISSING");
    assertThat(
            form("{\"name\": \"x\"}")
                .multiPart("file", "n.xml", cut)
                .multiPart("file", "n.bin", TinyIr.BIN)
                .post(API + "/models")
                .then()
                .statusCode(422)
                .extract()
                .<String>path("code"))
        .startsWith("MODEL_");
    refused(
            form("{\"name\": \"x\"}")
                .multiPart("file", "n.xml", XML)
                .multiPart("file", "n.bin", new byte[] {1})
                .post(API + "/models"),
            422,
            "MODEL_CONSTANT_OUT_OF_BOUNDS")
        .body("location.layer", equalTo("one"));
    refused(
            form("{\"name\": \"x\"}")
                .multiPart("file", "m.zip", ZipForge.zip(ZipForge.entry("../m.xml", XML)))
                .post(API + "/models"),
            422,
            "ARCHIVE_ENTRY_NAME_FORBIDDEN")
        .body("location.file", equalTo("../m.xml"));
    byte[] bomb =
        ZipForge.zip(
            ZipForge.entry("m.xml", new byte[0])
                .packed(ZipForge.deflatedZeros(10 * 1024))
                .size(0xfffffffeL));
    refused(
        form("{\"name\": \"x\"}").multiPart("file", "m.zip", bomb).post(API + "/models"),
        422,
        "ARCHIVE_TOO_LARGE");
    refused(
        form("{\"name\": \"x\"}").multiPart("file", "m.zip", text).post(API + "/models"),
        422,
        "ARCHIVE_MALFORMED");
    refused(
        form("{\"name\": \"x\"}")
            .multiPart("file", "n.xml", XML)
            .multiPart("file", "N.XML", XML)
            .post(API + "/models"),
        422,
        "ARCHIVE_ENTRY_DUPLICATE");
    refused(
        form("{\"name\": \"x\"}")
            .multiPart(
                "file",
                "m.pkl",
                new byte[] {(byte) 0x80, 4, (byte) 0x95, 1, 0, 0, 0, 0, 0, 0, 0, '}', '.'})
            .post(API + "/models"),
        422,
        "MODEL_CODE_FORBIDDEN");
    refused(
        form("{\"name\": \"x\", \"format\": \"ONNX\"}")
            .multiPart("file", "n.xml", XML)
            .multiPart("file", "n.bin", TinyIr.BIN)
            .post(API + "/models"),
        422,
        "MODEL_FORMAT_MISMATCH",
        "options.format");
    refused(
        form("{\"nam\": \"x\", \"name\": \" \"}")
            .multiPart("file", "n.xml", XML)
            .post(API + "/models"),
        400,
        "REQUEST_INVALID",
        "options.name",
        "options.nam");
    refused(
        form("{\"name\": \"x\", \"precision\": \"FP16\", \"task\": \"dancing\", \"inputSpec\": {\"mean\": [1], \"scale\": [0, 1, 1]}}")
            .multiPart("file", "n.xml", XML)
            .post(API + "/models"),
        400,
        "REQUEST_INVALID",
        "options.precision",
        "options.task",
        "options.inputSpec.scale");
    refused(
            form("{\"name\": ").multiPart("file", "n.xml", XML).post(API + "/models"),
            400,
            "JSON_MALFORMED")
        .body("location.file", equalTo("options"))
        .body("location.line", equalTo(1));
    refused(form("{\"name\": \"x\"}").post(API + "/models"), 400, "REQUEST_INVALID", "file");
    refused(
        form("{\"name\": \"x\"}").multiPart("other", "n.xml", XML).post(API + "/models"),
        400,
        "REQUEST_INVALID",
        "other",
        "file");
    for (String path : List.of("/models", "/datasets", "/catalog/sources")) {
      refused(
          form("{\"name\": \"x\"}")
              .multiPart("file", "n.xml", XML)
              .multiPart("foo", "bar")
              .post(API + path),
          400,
          "JSON_UNKNOWN_FIELD",
          "foo");
      refused(
              form("{\"name\": \"x\"}")
                  .multiPart("file", "n.xml", XML)
                  .multiPart("options", "{\"name\": \"y\"}", "application/json")
                  .post(API + path),
              400,
              "REQUEST_INVALID",
              "options")
          .body("violations[0].reason", equalTo("is given 2 times"));
    }
    refused(
        given()
            .contentType(ContentType.JSON)
            .body("{\"options\": {\"name\": \"x\"}}")
            .post(API + "/models"),
        400,
        "REQUEST_INVALID",
        "uploadIds");
    refused(
        given()
            .contentType(ContentType.JSON)
            .body(Map.of("uploadIds", List.of(UUID.randomUUID()), "options", Map.of("name", "x")))
            .post(API + "/models"),
        422,
        "REFERENCE_NOT_FOUND",
        "uploadIds[0]");
    assertThat(rows()).isEqualTo(rows);
    assertThat(artifacts()).isEqualTo(artifacts);
    try (Stream<Path> staged = Files.walk(Path.of("target/test/staging"))) {
      assertThat(staged.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void tooLargeSaysTheLimitBeforeABodyIsRead() throws IOException {
    URI uri =
        URI.create(io.restassured.RestAssured.baseURI + ":" + io.restassured.RestAssured.port);
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              "POST /api/v1/models HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 67108865\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer)
          .startsWith("HTTP/1.1 413")
          .contains("PAYLOAD_TOO_LARGE")
          .contains("67,108,864");
    }
  }

  @Test
  void optionsThatAreTooLongSayTheirLimit() {
    refused(
            form("{\"name\": \"%s\"}".formatted("x".repeat(100_000)))
                .multiPart("file", "n.xml", new byte[] {1})
                .post(API + "/models"),
            413,
            "PAYLOAD_TOO_LARGE")
        .body(
            "detail",
            allOf(
                containsString("'options'"),
                containsString("65,536"),
                containsString("67,108,864")));
  }

  @Test
  void tooLargeWithoutALengthEndsAtTheLimit() {
    refused(
        form("{\"name\": \"x\"}")
            .multiPart("file", "n.xml", new ByteArrayInputStream(new byte[66 << 20]))
            .post(API + "/models"),
        413,
        "PAYLOAD_TOO_LARGE");
  }

  @Test
  void filtersAndUnknownParameters() {
    String id = Lab.importModel(1, 3, 2, 2);
    given()
        .queryParam("state", "IMPORTING")
        .queryParam("limit", 200)
        .get(API + "/models")
        .then()
        .statusCode(200)
        .body("items.id", hasItem(id));
    given()
        .queryParam("state", "READY")
        .queryParam("limit", 200)
        .get(API + "/models")
        .then()
        .body("items.id", not(hasItem(id)));
    refused(
        given().queryParam("state", "LOVELY").get(API + "/models"), 400, "FILTER_INVALID", "state");
    refused(
        given().queryParam("stat", "READY").get(API + "/models"), 400, "FILTER_INVALID", "stat");
    refused(
        given().queryParam("precision", "FP7").get(API + "/models"),
        400,
        "FILTER_INVALID",
        "precision");
    refused(given().queryParam("sort", "colour").get(API + "/models"), 400, "SORT_INVALID", "sort");
    refused(given().queryParam("cursor", "nonsense").get(API + "/models"), 400, "CURSOR_INVALID");
    refused(given().queryParam("limit", 0).get(API + "/models"), 400, "FILTER_INVALID", "limit");
  }

  @Test
  void anUploadInPiecesBecomesAModelOnce() {
    String xml = upload("n.xml", XML, 3);
    String bin = upload("n.bin", TinyIr.BIN, 1);
    Map<String, Object> body =
        Map.of("uploadIds", List.of(xml, bin), "options", Map.of("name", "pieces"));
    Response first =
        given()
            .contentType(ContentType.JSON)
            .header("Idempotency-Key", xml)
            .body(body)
            .post(API + "/models");
    first.then().statusCode(202).body("files.name", contains("n.xml", "n.bin"));
    Response again =
        given()
            .contentType(ContentType.JSON)
            .header("Idempotency-Key", xml)
            .body(body)
            .post(API + "/models");
    assertThat(again.statusCode()).isEqualTo(202);
    assertThat(again.asString()).isEqualTo(first.asString());
    refused(
        given().contentType(ContentType.JSON).body(body).post(API + "/models"),
        409,
        "UPLOAD_ALREADY_USED",
        "uploadIds[0]");
  }

  @Test
  void theUploadProtocol() {
    refused(
        given().header("Upload-Length", 5).post(API + "/uploads"),
        412,
        "UPLOAD_VERSION_UNSUPPORTED");
    refused(
        tus().header("Upload-Length", 5).post(API + "/uploads"),
        400,
        "REQUEST_INVALID",
        "Upload-Metadata");
    refused(
        tus().header("Upload-Length", "many").post(API + "/uploads"),
        400,
        "REQUEST_INVALID",
        "Upload-Length");
    refused(
        tus().header("Upload-Length", 1L << 40).post(API + "/uploads"), 413, "UPLOAD_TOO_LARGE");
    String path = begin("n.xml", 10);
    patch(path, 0, new byte[4]).then().statusCode(204).header("Upload-Offset", "4");
    refused(patch(path, 0, new byte[4]), 409, "UPLOAD_OFFSET_MISMATCH");
    refused(patch(path, 4, new byte[7]), 413, "UPLOAD_TOO_LARGE");
    tus()
        .head(path)
        .then()
        .statusCode(200)
        .header("Upload-Offset", "4")
        .header("Upload-Length", "10");
    refused(tus().header("X-Forwarded-User", "eve").delete(path), 404, "UPLOAD_NOT_FOUND");
    String id = path.substring(path.lastIndexOf('/') + 1);
    refused(
        given()
            .contentType(ContentType.JSON)
            .body(Map.of("uploadIds", List.of(id), "options", Map.of("name", "x")))
            .post(API + "/models"),
        409,
        "UPLOAD_INCOMPLETE");
    tus().delete(path).then().statusCode(204);
    assertThat(tus().head(path).statusCode()).isEqualTo(404);
    given().options(API + "/uploads").then().statusCode(204).header("Tus-Max-Size", "67108864");
  }

  @Test
  void uploadsThatAreTooLargeTogetherAreRefusedBeforeTheyAreCopied() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      String path = begin("big%d.bin".formatted(i), 4);
      patch(path, 0, new byte[4]).then().statusCode(204);
      ids.add(path.substring(path.lastIndexOf('/') + 1));
    }
    // As if they had come: their bytes are not looked at.
    ids.forEach(
        id ->
            Sql.change(
                "update gateway.upload set length_bytes = 3221225472, received_bytes = 3221225472 where id = '%s'"
                    .formatted(id)));
    refused(
        given()
            .contentType(ContentType.JSON)
            .body(Map.of("uploadIds", ids, "options", Map.of("name", "x")))
            .post(API + "/models"),
        413,
        "UPLOAD_TOO_LARGE",
        "uploadIds");
  }

  static String upload(String name, byte[] bytes, int pieces) {
    String path = begin(name, bytes.length);
    int step = (bytes.length + pieces - 1) / pieces;
    for (int at = 0; at < bytes.length; at += step) {
      patch(path, at, Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + step)))
          .then()
          .statusCode(204);
    }
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static String begin(String name, long length) {
    String location =
        tus()
            .header("Upload-Length", length)
            .header(
                "Upload-Metadata",
                "filename "
                    + Base64.getEncoder().encodeToString(name.getBytes(StandardCharsets.UTF_8)))
            .post(API + "/uploads")
            .then()
            .statusCode(201)
            .extract()
            .header("Location");
    return location.substring(location.indexOf("/api"));
  }

  private static Response patch(String path, long offset, byte[] bytes) {
    return tus()
        .header("Upload-Offset", offset)
        .contentType("application/offset+octet-stream")
        .body(bytes)
        .patch(path);
  }

  private static RequestSpecification tus() {
    return given()
        .config(
            io.restassured.RestAssured.config()
                .encoderConfig(
                    io.restassured.config.EncoderConfig.encoderConfig()
                        .encodeContentTypeAs("application/offset+octet-stream", ContentType.TEXT)))
        .header("Tus-Resumable", "1.0.0");
  }

  private static RequestSpecification form(String options) {
    return given().multiPart("options", options, "application/json");
  }

  private static long rows() {
    return Stream.of("model", "job", "outbox", "artifact_use", "artifact_garbage")
        .mapToLong(table -> table.equals("outbox") ? 0 : Sql.count(table))
        .sum();
  }

  private static long artifacts() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("target/test/artifacts"))) {
      return files.filter(Files::isRegularFile).count();
    }
  }
}
