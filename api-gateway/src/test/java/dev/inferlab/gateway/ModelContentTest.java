package dev.inferlab.gateway;

import static dev.inferlab.gateway.testing.Lab.API;
import static dev.inferlab.gateway.testing.Problems.refused;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.inferlab.gateway.testing.Lab;
import dev.inferlab.gateway.testing.Sql;
import dev.inferlab.gateway.testing.TinyIr;
import dev.inferlab.platform.artifact.ArtifactStore;
import dev.inferlab.platform.artifact.Digest;
import dev.inferlab.proto.job.v1.ImageInputGuess;
import dev.inferlab.proto.job.v1.InputSpec;
import dev.inferlab.proto.job.v1.ModelAnalysis;
import dev.inferlab.proto.job.v1.TaskGuess;
import dev.inferlab.testkit.InfraResource;
import io.quarkus.arc.Arc;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a READY model gives: analysis, graph, files; and what users say about it. */
@QuarkusTest
@WithTestResource(InfraResource.class)
class ModelContentTest {
  private static final byte[] XML = TinyIr.xml(1, 3, 8, 8);
  private static final String GRAPH = "{\"nodes\":[{\"id\":0,\"name\":\"image\"}],\"edges\":[]}";

  @Test
  void anIrInThreePiecesIsReadyAndGivesTheSameBytesBack() throws Exception {
    byte[] weights = TinyIr.BIN;
    String xml = ModelTest.upload("net.xml", XML, 3);
    String bin = ModelTest.upload("net.bin", weights, 3);
    String id =
        given()
            .contentType(ContentType.JSON)
            .body(Map.of("uploadIds", List.of(xml, bin), "options", Map.of("name", "pieces")))
            .post(API + "/models")
            .then()
            .statusCode(202)
            .body("files.find { it.name == 'net.bin' }.sha256", equalTo(sha256(weights)))
            .body("files.find { it.name == 'net.xml' }.sha256", equalTo(sha256(XML)))
            .extract()
            .path("id");
    Lab.convert(id, 1, 3, 8, 8);
    Response archive =
        given().queryParam("include", "originals").get(API + "/models/" + id + "/archive");
    byte[] zip = archive.then().statusCode(200).extract().asByteArray();
    assertThat(Long.parseLong(archive.header("Content-Length"))).isEqualTo(zip.length);
    assertThat(archive.header("Repr-Digest"))
        .isEqualTo(
            "sha-256=:"
                + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256(zip)))
                + ":");
    Map<String, byte[]> files = unzip(zip);
    assertThat(files)
        .containsOnlyKeys(
            "model.xml", "model.bin", "originals/net.xml", "originals/net.bin", "checksums.txt");
    assertThat(files.get("originals/net.xml")).isEqualTo(XML);
    assertThat(files.get("originals/net.bin")).isEqualTo(weights);
    for (String line :
        new String(files.get("checksums.txt"), StandardCharsets.UTF_8).lines().toList()) {
      assertThat(sha256(files.get(line.substring(66)))).isEqualTo(line.substring(0, 64));
    }

    // The length and check sum of the same bytes are not found by reading them once more.
    Digest stored = new Digest(sha256(files.get("model.bin")), files.get("model.bin").length);
    ArtifactStore store = Arc.container().instance(ArtifactStore.class).get();
    store.delete(stored, Instant.MAX);
    Response head =
        given().queryParam("include", "originals").head(API + "/models/" + id + "/archive");
    Lab.store(files.get("model.bin"));
    head.then()
        .statusCode(200)
        .header("Content-Length", archive.header("Content-Length"))
        .header("Repr-Digest", archive.header("Repr-Digest"));

    String tag = archive.header("ETag");
    given()
        .header("If-None-Match", tag)
        .queryParam("include", "originals")
        .get(API + "/models/" + id + "/archive")
        .then()
        .statusCode(304)
        .header("ETag", tag);
    given()
        .header("If-None-Match", tag)
        .get(API + "/models/" + id + "/archive")
        .then()
        .statusCode(200);
    refused(
        given().queryParam("include", "secrets").get(API + "/models/" + id + "/archive"),
        400,
        "FILTER_INVALID",
        "include");
  }

  @Test
  void theAnalysisHasUnitsInItsNames() {
    String id = analysed();
    given()
        .get(API + "/models/" + id + "/analysis")
        .then()
        .statusCode(200)
        .contentType(ContentType.JSON)
        .body("parameters", equalTo(1000))
        .body("zeroParameters", equalTo(250))
        .body("sparsity", equalTo(0.25f))
        .body("weightsBytes", equalTo(4000))
        .body("floatOperations", equalTo(2_500_000_000L))
        .body("gflops", equalTo(2.5f))
        .body("integerOperations", equalTo(0))
        .body("giops", equalTo(0.0f))
        .body("minMemoryBytes", equalTo(5000))
        .body("maxMemoryBytes", nullValue())
        .body("operations.Convolution", equalTo(2))
        .body("operationCount", equalTo(3))
        .body("opsets", contains("opset1"))
        .body("weightPrecisions.f16", equalTo(900))
        .body("quantized.value", equalTo(false))
        .body("quantized.reason", equalTo("No FakeQuantize."))
        .body("inputs[0].shape", contains(1, 3, 8, 8))
        .body("outputs[0].name", equalTo("sum"))
        .body("task.task", equalTo("image-classification"))
        .body("task.confidence", equalTo(0.7f))
        .body("task.reason", equalTo("A list comes out."))
        .body("imageInput.spec.colour", equalTo("BGR"))
        .body("notes", contains("An open length."));
    given().get(API + "/models/" + id).then().body("precision", equalTo("FP16"));
  }

  @Test
  void theGraphIsStreamedAndCompressedIfAsked() throws Exception {
    String id = analysed();
    URI uri =
        URI.create(
            "%s:%d%s/models/%s/graph"
                .formatted(
                    io.restassured.RestAssured.baseURI, io.restassured.RestAssured.port, API, id));
    HttpResponse<byte[]> plain = send(HttpRequest.newBuilder(uri));
    assertThat(plain.statusCode()).isEqualTo(200);
    assertThat(new String(plain.body(), StandardCharsets.UTF_8)).isEqualTo(GRAPH);
    assertThat(plain.headers().firstValue("content-encoding")).isEmpty();
    assertThat(plain.headers().firstValue("vary")).contains("Accept-Encoding");
    HttpResponse<byte[]> zipped =
        send(HttpRequest.newBuilder(uri).header("Accept-Encoding", "br, gzip;q=0.5"));
    assertThat(zipped.headers().firstValue("content-encoding")).contains("gzip");
    assertThat(new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes())
        .isEqualTo(plain.body());
    String tag = plain.headers().firstValue("etag").orElseThrow();
    assertThat(zipped.headers().firstValue("etag").orElseThrow()).isNotEqualTo(tag);
    assertThat(
            send(HttpRequest.newBuilder(uri).header("Accept-Encoding", "gzip;q=0"))
                .headers()
                .firstValue("content-encoding"))
        .isEmpty();
    assertThat(
            send(HttpRequest.newBuilder(uri).header("If-None-Match", "\"x\", " + tag)).statusCode())
        .isEqualTo(304);

    String graph =
        Sql.one(
            "select graph_sha256 from gateway.model_analysis where model_id = '%s'".formatted(id));
    given().delete(API + "/models/" + id).then().statusCode(204);
    assertThat(
            Sql.one(
                "select count(*) from gateway.artifact_use where owner_kind = 'MODEL' and owner_id = '%s' or sha256 = '%s' and owner_id = '%s'"
                    .formatted(id, graph, id)))
        .isEqualTo("0");
  }

  @Test
  void whatWasNeverAnalysedSaysSo() {
    String id = Lab.model();
    refused(given().get(API + "/models/" + id + "/analysis"), 404, "MODEL_ANALYSIS_NOT_FOUND");
    refused(given().get(API + "/models/" + id + "/graph"), 404, "MODEL_ANALYSIS_NOT_FOUND");
    refused(
        given().get(API + "/models/01936b1e-7a00-7000-8000-000000000000/graph"),
        404,
        "MODEL_NOT_FOUND");
  }

  @Test
  void guessesCountUntilSomebodySaysOtherwise() {
    String id = analysed();
    given()
        .get(API + "/models/" + id)
        .then()
        .body("task", equalTo("image-classification"))
        .body("taskSource.source", equalTo("guessed"))
        .body("taskSource.confidence", equalTo(0.7f))
        .body("inputSpec.colour", equalTo("BGR"))
        .body("inputSpec.mean", contains(104.0f, 104.0f, 104.0f))
        .body("inputSpecSource.reason", equalTo("Caffe's habit."));
    patch(
            id,
            """
            {"task": "object-detection", "taskSettings": {"threshold": 0.5, "nested": {"a": [1, null]}},
             "inputSpec": {"layout": "NCHW", "resize": "LETTERBOX", "padValue": 114},
             "labels": {"names": ["cat", "dog"]}}
            """)
        .then()
        .statusCode(200)
        .body("task", equalTo("object-detection"))
        .body("taskSource.source", equalTo("given"))
        .body("taskSource.confidence", nullValue())
        .body("taskSettings.nested.a", contains(1, null))
        .body("inputSpec.padValue", equalTo(114.0f))
        .body("inputSpec.mean", nullValue())
        .body("inputSpecSource.source", equalTo("given"))
        .body("labels.names", contains("cat", "dog"));
    patch(id, "{\"labels\": {\"set\": \"coco-80\"}}")
        .then()
        .body("labels.set", equalTo("coco-80"))
        .body("labels.names", nullValue());
    patch(id, "{\"task\": null, \"inputSpec\": null, \"labels\": null, \"taskSettings\": null}")
        .then()
        .statusCode(200)
        .body("task", equalTo("image-classification"))
        .body("inputSpec.colour", equalTo("BGR"))
        .body("taskSource.source", equalTo("guessed"))
        .body("taskSettings", nullValue())
        .body("labels", nullValue());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1,3,224,224 | {"layout": "NHWC"}                                            | inputSpec.layout
          1,3,224,224 | {"colour": "GRAY"}                                            | inputSpec.colour
          1,3,224,224 | {"colour": "GRAY", "mean": [5], "scale": [2]}                 | inputSpec.mean
          1,3,224,224 | {"colour": "GRAY", "mean": [5], "scale": [2]}                 | inputSpec.scale
          1,28,28,1   | {"layout": "NCHW"}                                            | inputSpec.layout
          1,28,28,1   | {"colour": "BGR"}                                             | inputSpec.colour
          1,28,28,1   | {"mean": [1, 2, 3]}                                           | inputSpec.mean
          1,28,28,1   | {"scale": [1, 2, 3]}                                          | inputSpec.scale
          -1,3,-1,-1  | {"layout": "NCHW", "colour": "GRAY", "resize": "CROP"}        | inputSpec.colour
          1,3,224,224 | {"mean": [1, 2]}                                              | inputSpec.mean
          1,3,224,224 | {"scale": [1, 2, 3, 4, 5, 6]}                                 | inputSpec.scale
          1,28,28,1   | {"colour": "GRAY", "mean": [1, 2, 3]}                         | inputSpec.mean
          -1,-1,-1,-1 | {"layout": "NHWC", "colour": "GRAY", "mean": [1, 2, 3]}       | inputSpec.mean
          -1,-1,-1,-1 | {"layout": "NHWC", "mean": [5]}                               | inputSpec.mean
          -1,-1,-1,-1 | {"layout": "NHWC", "colour": "BGR", "scale": [1, 2]}          | inputSpec.scale
          1,5,32,32   | {"resize": "CROP"}                                            | inputSpec
          1,128       | {"layout": "NCHW"}                                            | inputSpec
          """)
  void anInputSpecThatContradictsTheShapeIsNotStored(String shape, String spec, String path) {
    String id = Lab.model(Stream.of(shape.split(",")).mapToLong(Long::parseLong).toArray());
    String before = given().get(API + "/models/" + id).asString();
    refused(
        patch(id, "{\"name\": \"other\", \"inputSpec\": %s}".formatted(spec)),
        422,
        "MODEL_INPUT_SPEC_UNSUITABLE",
        path);
    assertThat(given().get(API + "/models/" + id).asString()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1,3,224,224   | {"colour": "BGR", "mean": [1, 2, 3], "resize": "LETTERBOX", "padValue": 1}
          1,28,28,1     | {"layout": "NHWC", "colour": "GRAY", "mean": [5], "scale": [2]}
          1,28,28,1     | {"mean": [5]}
          -1,-1,-1,-1   | {"layout": "NHWC", "colour": "GRAY", "mean": [5]}
          -1,-1,-1,-1   | {"colour": "RGB"}
          1,128         | {}
          """)
  void anInputSpecMaySayWhatTheShapeLeavesOpen(String shape, String spec) {
    String id = Lab.model(Stream.of(shape.split(",")).mapToLong(Long::parseLong).toArray());
    patch(id, "{\"inputSpec\": %s}".formatted(spec)).then().statusCode(200);
  }

  @Test
  void whatCannotBeSaidAboutAModel() {
    String id = Lab.model();
    refused(patch(id, "{}"), 400, "REQUEST_INVALID", "");
    refused(patch(id, "{\"name\": null}"), 400, "REQUEST_INVALID", "name");
    refused(
        patch(
            id,
            """
            {"task": "dancing", "taskSettings": [1], "inputSpec": {"resize": "SQUASH", "padValue": 300},
             "labels": {"names": ["a"], "set": "b"}, "size": 3}
            """),
        400,
        "REQUEST_INVALID",
        "task",
        "taskSettings",
        "inputSpec.resize",
        "inputSpec.padValue",
        "labels.names",
        "labels.set",
        "size");
    refused(
        patch(id, "{\"inputSpec\": {\"padValue\": 3}}"),
        400,
        "REQUEST_INVALID",
        "inputSpec.padValue");
    Map.of(
            "{\"a\": \"\\ud800\"}",
            "taskSettings.a",
            "{\"a\\u0000\": 1}",
            "taskSettings.a\uFFFD",
            "{\"a\": [1, 1e999]}",
            "taskSettings.a[1]",
            "{\"a\": \"" + "x".repeat(20_000) + "\"}",
            "taskSettings",
            "{\"a\": ".repeat(20) + "1" + "}".repeat(20),
            "taskSettings" + ".a".repeat(16))
        .forEach(
            (settings, path) ->
                refused(
                    patch(id, "{\"taskSettings\": " + settings + "}"),
                    400,
                    "REQUEST_INVALID",
                    path));
    refused(
        patch(id, "{\"labels\": {\"names\": [\"a\", 7, \"\\u0007\"]}}"),
        400,
        "REQUEST_INVALID",
        "labels.names[1]",
        "labels.names[2]");
    refused(
        patch("01936b1e-7a00-7000-8000-000000000000", "{\"name\": \"x\"}"), 404, "MODEL_NOT_FOUND");
  }

  /** A model whose conversion told everything. */
  private static String analysed() {
    String id = Lab.importModel(1, 3, 8, 8);
    Digest graph = Lab.store(GRAPH.getBytes(StandardCharsets.UTF_8));
    Lab.convert(
        id,
        result ->
            result
                .setAnalysis(
                    ModelAnalysis.newBuilder()
                        .setParameters(1000)
                        .setZeroParameters(250)
                        .setWeightsBytes(4000)
                        .setFloatOperations(2_500_000_000L)
                        .setIntegerOperations(0)
                        .setMinMemoryBytes(5000)
                        .putOperations("Convolution", 2)
                        .putOperations("Relu", 1)
                        .addOpsets("opset1")
                        .putWeightPrecisions("f32", 100)
                        .putWeightPrecisions("f16", 900)
                        .addActivationPrecisions("f32")
                        .setQuantizedReason("No FakeQuantize.")
                        .addNotes("An open length."))
                .setGraph(graph.toProto())
                .setTask(
                    TaskGuess.newBuilder()
                        .setTask("image-classification")
                        .setConfidence(0.7)
                        .setReason("A list comes out."))
                .setImageInput(
                    ImageInputGuess.newBuilder()
                        .setInput("image")
                        .setConfidence(0.6)
                        .setReason("Caffe's habit.")
                        .setSpec(
                            InputSpec.newBuilder()
                                .setLayout("NCHW")
                                .setColour("BGR")
                                .addMean(104))),
        1,
        3,
        8,
        8);
    return id;
  }

  private static Response patch(String id, String body) {
    return given()
        .contentType(ContentType.JSON)
        .body(body.getBytes(StandardCharsets.UTF_8))
        .patch(API + "/models/" + id);
  }

  private static HttpResponse<byte[]> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }
  }

  private static Map<String, byte[]> unzip(byte[] zip) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        files.put(entry.getName(), in.readAllBytes());
      }
    }
    return files;
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
