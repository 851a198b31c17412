package dev.inferlab.gateway;

import static dev.inferlab.gateway.testing.Lab.API;
import static dev.inferlab.gateway.testing.Problems.refused;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.inferlab.gateway.testing.FakeScheduler;
import dev.inferlab.gateway.testing.Lab;
import dev.inferlab.gateway.testing.Sql;
import dev.inferlab.gateway.testing.TinyIr;
import dev.inferlab.proto.job.v1.ConvertOptions;
import dev.inferlab.proto.job.v1.ErrorClass;
import dev.inferlab.proto.job.v1.ImageInputGuess;
import dev.inferlab.proto.job.v1.InputSpec;
import dev.inferlab.proto.job.v1.JobSpec;
import dev.inferlab.proto.job.v1.JobState;
import dev.inferlab.proto.job.v1.Problem;
import dev.inferlab.proto.job.v1.ProfileOptions;
import dev.inferlab.proto.job.v1.Violation;
import dev.inferlab.testkit.InfraResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models in several versions: what each was made with, and what it inherits. */
@QuarkusTest
@WithTestResource(InfraResource.class)
class ModelVersionTest {
  private static final String NORMALISED =
      """
      {"precision": "FP16", "inputs": [{"name": "image", "shape": [-1, 3, 8, 8],
       "mean": [1, 2, 3], "scale": [2], "reverseChannels": true}], "cutOutputs": ["plus"]}
      """;

  private final FakeScheduler scheduler = FakeScheduler.get();

  @Test
  void aScanIsLookedAtAndConvertedLater() throws Exception {
    Response scanned = importTiny("{\"name\": \"scan\", \"convert\": false}", 1, 3, 8, 8);
    String id = scanned.then().statusCode(201).extract().path("id");
    scanned
        .then()
        .body("state", equalTo("SCANNED"))
        .body("origin", equalTo("IMPORT"))
        .body("rootId", equalTo(id))
        .body("inputs[0].shape", contains(1, 3, 8, 8))
        .body("inputSpec.layout", equalTo("NCHW"))
        .body("inputSpecSource.source", equalTo("guessed"))
        .body("inputSpecSource.confidence", equalTo(0.6f))
        .body("inputSpecSource.reason", containsString("channels"))
        .body("conversion", nullValue())
        .body("precision", nullValue());
    for (String content : List.of("/archive", "/analysis", "/graph")) {
      refused(given().get(API + "/models/" + id + content), 409, "MODEL_NOT_READY");
    }
    assertThat(Sql.one("select count(*) from gateway.job where model_id = '%s'".formatted(id)))
        .isEqualTo("0");

    String version = convert(id, NORMALISED).then().statusCode(202).extract().path("id");
    JobSpec job = Lab.convertJob(version);
    ConvertOptions options = ConvertOptions.parseFrom(job.getOptions());
    assertThat(options.getFormat()).isEqualTo("IR");
    assertThat(options.getMainPath()).isEqualTo("net.xml");
    assertThat(options.getWeightsPath()).isEqualTo("net.bin");
    assertThat(options.getCompressToFp16()).isTrue();
    assertThat(options.getCutOutputsList()).containsExactly("plus");
    assertThat(options.getInputs(0).getName()).isEqualTo("image");
    assertThat(options.getInputs(0).getShape().getDimensionsList())
        .containsExactly(-1L, 3L, 8L, 8L);
    assertThat(options.getInputs(0).getLayout()).isEqualTo("NCHW");
    assertThat(options.getInputs(0).getMeanList()).containsExactly(1.0, 2.0, 3.0);
    assertThat(options.getInputs(0).getScaleList()).containsExactly(2.0);
    assertThat(options.getInputs(0).getReverseChannels()).isTrue();
    assertThat(job.getInputsList())
        .extracting(file -> file.getPath())
        .containsExactlyInAnyOrder("net.xml", "net.bin");
    given().get(API + "/models/" + id).then().body("state", equalTo("SCANNED"));
    refused(given().delete(API + "/models/" + id), 409, "MODEL_IN_USE", "id");
    given().delete(API + "/models/" + version).then().statusCode(204);
    given().delete(API + "/models/" + id).then().statusCode(204);
  }

  @Test
  void otherOptionsMakeAVersionAndTheOldOneStays() {
    String root = Lab.model();
    String half = convert(root, "{\"precision\": \"FP16\"}").path("id");
    convertVersion(half);
    String reshaped =
        convert(half, "{\"inputs\": [{\"name\": \"image\", \"shape\": [2, 3, 8, 8]}]}").path("id");
    given()
        .get(API + "/models/" + half + "/versions")
        .then()
        .statusCode(200)
        .body("items.id", contains(root, half, reshaped))
        .body("items.origin", contains("IMPORT", "CONVERSION", "CONVERSION"))
        .body("items.state", contains("READY", "READY", "IMPORTING"))
        .body("items.conversion.precision", contains(nullValue(), equalTo("FP16"), nullValue()))
        .body("items[2].conversion.inputs[0].shape", contains(2, 3, 8, 8))
        .body("items[1].parentId", equalTo(root))
        .body("items[2].rootId", equalTo(root));
    given()
        .queryParam("rootId", root)
        .queryParam("origin", "CONVERSION")
        .queryParam("sort", "createdAt")
        .get(API + "/models")
        .then()
        .body("items.id", contains(half, reshaped));
    given().get(API + "/models/" + root + "/archive").then().statusCode(200);
    Lab.project(root, null, Lab.target());
  }

  @Test
  void weightsAreMadeWholeOnlyWhereThatWasAskedFor() throws Exception {
    String root = Lab.model();
    ConvertOptions asItIs = ConvertOptions.parseFrom(Lab.convertJob(root).getOptions());
    assertThat(asItIs.getExpandToFp32()).isFalse();
    assertThat(asItIs.getCompressToFp16()).isFalse();
    Response whole = convert(root, "{\"precision\": \"FP32\"}");
    whole.then().statusCode(202).body("conversion.precision", equalTo("FP32"));
    ConvertOptions asked = ConvertOptions.parseFrom(Lab.convertJob(whole.path("id")).getOptions());
    assertThat(asked.getExpandToFp32()).isTrue();
    assertThat(asked.getCompressToFp16()).isFalse();
  }

  @Test
  void theSameOptionsGiveTheSameVersionAndOneJob() {
    String root = Lab.model();
    Response first =
        convert(root, "{\"inputs\": [{\"name\": \"image\", \"shape\": [4, 3, 8, 8]}]}");
    String version = first.then().statusCode(202).extract().path("id");
    assertThat(first.header("Location")).endsWith("/models/" + version);
    convert(
            version,
            "{\"inputs\": [{\"shape\": [4, 3, 8, 8], \"name\": \"image\", \"scale\": [1]}]}")
        .then()
        .statusCode(200)
        .body("id", equalTo(version));
    convert(root, "{}").then().statusCode(200).body("id", equalTo(root));
    assertThat(jobsOfFamily(root)).isEqualTo(2);
  }

  @Test
  void twoWhoAskAtOnceGetOneVersion() throws Exception {
    String root = Lab.model();
    Callable<String> ask = () -> convert(root, "{\"precision\": \"FP16\"}").path("id");
    try (ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> answers = users.invokeAll(java.util.Collections.nCopies(8, ask));
      List<String> ids = new java.util.ArrayList<>();
      for (Future<String> answer : answers) {
        ids.add(answer.get());
      }
      assertThat(java.util.Set.copyOf(ids)).hasSize(1).doesNotContainNull();
    }
    assertThat(jobsOfFamily(root)).isEqualTo(2);
  }

  @Test
  void afterAFailureTheSameMayBeTriedAgain() {
    String root = Lab.model();
    String failed = convert(root, "{\"cutOutputs\": [\"nowhere\"]}").path("id");
    scheduler.say(
        scheduler.changed(
            Lab.convertJob(failed),
            JobState.FAILED,
            change ->
                change.setProblem(
                    Problem.newBuilder()
                        .setErrorClass(ErrorClass.INVALID_INPUT)
                        .setCode("MODEL_CONVERSION_FAILED")
                        .setDetail("No tensor is called 'nowhere'.")
                        .addViolations(
                            Violation.newBuilder()
                                .setPath("cutOutputs[0]")
                                .setReason("No tensor is called 'nowhere'.")))));
    Lab.awaitState("/models/" + failed, "FAILED");
    given()
        .get(API + "/models/" + failed)
        .then()
        .body("problem.violations[0].path", equalTo("cutOutputs[0]"));
    String again =
        convert(root, "{\"cutOutputs\": [\"nowhere\"]}")
            .then()
            .statusCode(202)
            .extract()
            .path("id");
    assertThat(again).isNotEqualTo(failed);
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeAnyJob() {
    String root = Lab.model();
    refused(
            convert(
                root,
                "{\"precision\": \"FP8\", \"inputs\": [{\"name\": \"picture\"}, {\"name\": \"image\", \"shape\": [1, 3]}]}"),
            422,
            "MODEL_CONVERSION_OPTIONS_INVALID",
            "precision",
            "inputs[0].name",
            "inputs[1].shape")
        .body(
            "violations.find { it.path == 'inputs[0].name' }.reason",
            equalTo("unknown: the model has no input 'picture'; it has image"));
    refused(convert(root, "[]"), 400, "REQUEST_INVALID");
    refused(convert(root, "{"), 400, "JSON_MALFORMED");
    refused(convert("01936b1e-7a00-7000-8000-000000000000", "{}"), 404, "MODEL_NOT_FOUND");
    refused(
        importTiny(
            "{\"name\": \"x\", \"conversion\": {\"inputs\": [{\"name\": \"data\"}]}}", 1, 3, 8, 8),
        422,
        "MODEL_CONVERSION_OPTIONS_INVALID",
        "options.conversion.inputs[0].name");
    refused(
        importTiny("{\"name\": \"x\", \"convert\": false, \"conversion\": {}}", 1, 3, 8, 8),
        400,
        "REQUEST_INVALID",
        "options.conversion");
    refused(
        importTiny(
            """
            {"name": "x", "conversion": {"inputs": [{"name": "image", "mean": [1]}]},
             "inputSpec": {"mean": [1, 1, 1]}}
            """,
            1,
            3,
            8,
            8),
        422,
        "MODEL_INPUT_SPEC_UNSUITABLE",
        "options.inputSpec.mean");
    assertThat(jobsOfFamily(root)).isEqualTo(1);
  }

  @Test
  void anImportsInputSpecMustFitWhatTheConversionMakes() {
    long before = Sql.count("model");
    String turned = "\"inputSpec\": {\"layout\": \"NHWC\"}";
    for (String more : new String[] {"", ", \"convert\": false"}) {
      refused(
          importTiny("{\"name\": \"x\", %s%s}".formatted(turned, more), 1, 3, 8, 8),
          422,
          "MODEL_INPUT_SPEC_UNSUITABLE",
          "options.inputSpec.layout");
    }
    refused(
        importTiny(
            """
            {"name": "x", "conversion": {"inputs": [{"name": "image", "shape": [1, 1, 8, 8]}]},
             "inputSpec": {"colour": "RGB"}}
            """,
            1,
            -1,
            8,
            8),
        422,
        "MODEL_INPUT_SPEC_UNSUITABLE",
        "options.inputSpec.colour");
    assertThat(Sql.count("model")).isEqualTo(before);
  }

  @Test
  void anInheritedInputSpecMustFitWhatTheConversionMakes() {
    String root =
        importTiny("{\"name\": \"x\", \"inputSpec\": {\"colour\": \"RGB\"}}", 1, -1, 8, 8)
            .path("id");
    long before = Sql.count("model");
    refused(
        convert(root, "{\"inputs\": [{\"name\": \"image\", \"shape\": [1, 1, 8, 8]}]}"),
        422,
        "MODEL_INPUT_SPEC_UNSUITABLE",
        "inputSpec.colour");
    assertThat(Sql.count("model")).isEqualTo(before);
    convert(root, "{\"inputs\": [{\"name\": \"image\", \"shape\": [1, 3, 8, 8]}]}")
        .then()
        .statusCode(202)
        .body("inputSpec.colour", equalTo("RGB"));
  }

  @Test
  void anInputSpecThatIsGivenWhileAModelIsMadeMustFitWhatItWillBe() {
    String id =
        importTiny(
                """
                {"name": "x", "conversion": {"inputs": [{"name": "image", "shape": [1, 1, 8, 8]}]}}
                """,
                1,
                3,
                8,
                8)
            .path("id");
    refused(
        patch(id, "{\"inputSpec\": {\"colour\": \"RGB\"}}"),
        422,
        "MODEL_INPUT_SPEC_UNSUITABLE",
        "inputSpec.colour");
    patch(id, "{\"inputSpec\": {\"colour\": \"GRAY\"}}").then().statusCode(200);
  }

  @Test
  void aCalibratedModelHasNoOriginals() {
    String root = Lab.model();
    String child = "01936b1e-0000-7000-8000-" + root.substring(24);
    Sql.change(
        """
        insert into gateway.model (id, name, owner, state, format, format_version, precision, parent_id, root_id, origin,
          files, inputs, outputs, scan_inputs, scan_outputs, notes, size_bytes, created_at, updated_at)
        select '%s', name, owner, state, 'IR', '', 'INT8', id, id, 'CALIBRATION',
          '[]', inputs, outputs, inputs, outputs, '[]', 1, now(), now() from gateway.model where id = '%s'
        """
            .formatted(child, root));
    refused(convert(child, "{}"), 409, "MODEL_WITHOUT_ORIGINALS");
    refused(given().delete(API + "/models/" + root), 409, "MODEL_IN_USE", "id")
        .body("violations[0].reason", equalTo("used by calibration " + child));
    given()
        .queryParam("parentId", root)
        .get(API + "/models")
        .then()
        .body("items.id", contains(child));
  }

  @Test
  void theIdempotencyKeyHoldsForConversions() {
    String root = Lab.model();
    Response first = convert(root, "{\"precision\": \"FP16\"}", "c-" + root);
    Response again = convert(root, "{\"precision\": \"FP16\"}", "c-" + root);
    assertThat(again.statusCode()).isEqualTo(202);
    assertThat(again.asString()).isEqualTo(first.asString());
    refused(convert(root, "{}", "c-" + root), 409, "IDEMPOTENCY_KEY_REUSED");
  }

  @Test
  void whatIsBuiltInIsNotAppliedAgain() throws Exception {
    String root =
        importTiny(
                """
                {"name": "x", "task": "image-classification", "labels": {"names": ["no", "yes"]},
                 "inputSpec": {"layout": "NCHW", "colour": "BGR", "mean": [1, 2, 3], "scale": [2, 2, 2],
                               "resize": "LETTERBOX", "padValue": 114}}
                """,
                1,
                3,
                8,
                8)
            .path("id");
    Lab.convert(root, 1, 3, 8, 8);
    String version = convert(root, NORMALISED).path("id");
    convertVersion(version);
    given()
        .get(API + "/models/" + version)
        .then()
        .body("inputSpec.mean", nullValue())
        .body("inputSpec.scale", nullValue())
        .body("inputSpec.colour", equalTo("RGB"))
        .body("inputSpec.resize", equalTo("LETTERBOX"))
        .body("inputSpecSource.source", equalTo("given"))
        .body("task", equalTo("image-classification"))
        .body("taskSource.source", equalTo("given"))
        .body("labels.names", contains("no", "yes"));
    InputSpec used = inputOfAProfile(version);
    assertThat(used.getMeanList()).isEmpty();
    assertThat(used.getColour()).isEqualTo("RGB");
    assertThat(used.getResize()).isEqualTo("LETTERBOX");
    assertThat(used.getPadValue()).isEqualTo(114);
    InputSpec ofRoot = inputOfAProfile(root);
    assertThat(ofRoot.getMeanList()).containsExactly(1.0, 2.0, 3.0);
    assertThat(ofRoot.getColour()).isEqualTo("BGR");
  }

  @Test
  void aVersionWithoutWhatTheImportBuiltInGetsItBack() {
    String root =
        importTiny(
                """
                {"name": "x", "conversion": {"inputs": [{"name": "image", "mean": [5], "scale": [2], "reverseChannels": true}]},
                 "inputSpec": {"layout": "NCHW", "colour": "RGB"}}
                """,
                1,
                3,
                8,
                8)
            .path("id");
    String plain = convert(root, "{}").then().statusCode(202).extract().path("id");
    given()
        .get(API + "/models/" + plain)
        .then()
        .body("inputSpec.mean", contains(5.0f, 5.0f, 5.0f))
        .body("inputSpec.scale", contains(2.0f, 2.0f, 2.0f))
        .body("inputSpec.colour", equalTo("BGR"));
  }

  @Test
  void whatIsBuiltInForValuesUpToOneLeavesTheDivisionBy255() {
    String root =
        importTiny(
                """
                {"name": "x", "inputSpec": {"mean": [127.5, 127.5, 127.5], "scale": [127.5, 127.5, 127.5]}}
                """,
                1,
                3,
                8,
                8)
            .path("id");
    convert(root, "{\"inputs\": [{\"name\": \"image\", \"mean\": [0.5], \"scale\": [0.5]}]}")
        .then()
        .statusCode(202)
        .body("inputSpec.mean", nullValue())
        .body("inputSpec.scale", contains(255.0f, 255.0f, 255.0f));
  }

  @Test
  void whatIsBuiltInAloneLeavesTheOtherOrIsRefused() {
    String root =
        importTiny(
                """
                {"name": "x", "inputSpec": {"mean": [127.5, 127.5, 127.5], "scale": [128, 128, 128]}}
                """,
                1,
                3,
                8,
                8)
            .path("id");
    convert(root, "{\"inputs\": [{\"name\": \"image\", \"scale\": [128]}]}")
        .then()
        .statusCode(202)
        .body("inputSpec.mean", contains(127.5f, 127.5f, 127.5f))
        .body("inputSpec.scale", nullValue());
    refused(
            convert(root, "{\"inputs\": [{\"name\": \"image\", \"mean\": [127.5]}]}"),
            422,
            "MODEL_CONVERSION_OPTIONS_INVALID",
            "inputs[0].mean")
        .body("violations[0].reason", startsWith("unsuitable: "))
        .body("violations[0].reason", containsString("128"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[127.5, 127.5, 127.5] | [127.5, 127.5, 127.5] | \"mean\": [0.5]                    | mean",
        "[127.5, 127.5, 127.5] | [127.5, 127.5, 127.5] | \"mean\": [127.5]                  | mean",
        "[127.5, 127.5, 127.5] | [127.5, 127.5, 127.5] | \"scale\": [2]                     | scale",
        "[123.675, 116.28, 103.53] | [58.395, 57.12, 57.375] | \"mean\": [0.485, 0.456, 0.406] | mean",
        "[123.675, 116.28, 103.53] | [58.395, 57.12, 57.375] | \"mean\": [127.5], \"scale\": [128] | mean",
        "[104, 117, 123] | null                          | \"scale\": [127.5]                 | scale",
        "null | [255, 255, 255]                          | \"mean\": [0.5], \"scale\": [0.5]    | mean"
      })
  void whatIsBuiltInIsAPartOfTheInputSpecOrRefused(
      String mean, String scale, String built, String field) {
    String root = rootWith("\"mean\": %s, \"scale\": %s".formatted(mean, scale));
    refused(
            convert(root, building(built)),
            422,
            "MODEL_CONVERSION_OPTIONS_INVALID",
            "inputs[0]." + field)
        .body("violations[0].reason", startsWith("unsuitable: the model's inputSpec has "));
  }

  /** (value / 127.5) - 1. */
  @Test
  void aMeanForWhatTheScaleLeavesIsBuiltInBehindIt() {
    String root = rootWith("\"mean\": [127.5, 127.5, 127.5], \"scale\": [127.5, 127.5, 127.5]");
    convert(root, building("\"mean\": [1]"))
        .then()
        .statusCode(202)
        .body("inputSpec.mean", nullValue())
        .body("inputSpec.scale", contains(127.5f, 127.5f, 127.5f));
  }

  @ParameterizedTest
  @CsvSource({"1, 127.5", "127.5, 16256.25", "0.5, 63.75"})
  void theWayBackUndoesWhatTheRootDoesWithWhatIsGivenForIt(double built, float mean) {
    String root =
        importTiny(
                "{\"name\": \"x\", \"conversion\": %s}"
                    .formatted(building("\"mean\": [%s]".formatted(built))),
                1,
                3,
                8,
                8)
            .path("id");
    patch(root, "{\"inputSpec\": {\"scale\": [127.5, 127.5, 127.5]}}").then().statusCode(200);
    convert(root, "{}")
        .then()
        .statusCode(202)
        .body("inputSpec.mean", contains(mean, mean, mean))
        .body("inputSpec.scale", contains(127.5f, 127.5f, 127.5f));
  }

  @Test
  void aSpecThatTellsNoNumbersGetsThoseThatAreLeft() {
    String built = building("\"mean\": [0.5], \"scale\": [0.5]");
    String options =
        "{\"name\": \"x\", \"inputSpec\": {\"colour\": \"BGR\"}, \"conversion\": %s}"
            .formatted(built);
    Response imported = importTiny(options, 1, 3, 8, 8);
    imported.then().statusCode(202).body("inputSpec.scale", contains(255f, 255f, 255f));
    String root = imported.path("id");
    patch(root, "{\"inputSpec\": {\"colour\": \"RGB\"}}")
        .then()
        .body("inputSpec.colour", equalTo("RGB"))
        .body("inputSpec.scale", contains(255f, 255f, 255f));
    convert(root, "{}")
        .then()
        .statusCode(202)
        .body("inputSpec.mean", contains(127.5f, 127.5f, 127.5f))
        .body("inputSpec.scale", contains(127.5f, 127.5f, 127.5f));
  }

  @Test
  void anImportsInputSpecIsOfWhatTheConversionMakes() {
    for (String options :
        List.of(
            "\"inputSpec\": {\"mean\": [127.5, 127.5, 127.5]}, \"conversion\": "
                + building("\"scale\": [128]"),
            "\"inputSpec\": {\"scale\": [255, 255, 255]}, \"conversion\": "
                + building("\"mean\": [0.5], \"scale\": [0.5]"))) {
      importTiny("{\"name\": \"x\", %s}".formatted(options), 1, 3, 8, 8).then().statusCode(202);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"mean\": [127.5, 127.5, 127.5], \"scale\": [128, 128, 128] | \"scale\": [128] | scale",
        "\"scale\": [255, 255, 255] | \"scale\": [255] | scale",
        "\"mean\": [127.5, 127.5, 127.5] | \"mean\": [127.5], \"scale\": [128] | mean",
        "\"mean\": [123.675, 116.28, 103.53], \"scale\": [255, 255, 255] | \"mean\": [0.485, 0.456, 0.406], \"scale\": [0.229, 0.224, 0.225] | mean"
      })
  void whatIsBuiltInMustNotBeInAnImportsInputSpecToo(String spec, String built, String field) {
    refused(
        importTiny(
            "{\"name\": \"x\", \"inputSpec\": {%s}, \"conversion\": %s}"
                .formatted(spec, building(built)),
            1,
            3,
            8,
            8),
        422,
        "MODEL_INPUT_SPEC_UNSUITABLE",
        "options.inputSpec." + field);
  }

  @Test
  void aChangeMayNotDoAgainWhatIsBuiltIn() {
    String root =
        importTiny(
                "{\"name\": \"x\", \"conversion\": %s}"
                    .formatted(building("\"mean\": [127.5], \"scale\": [128]")),
                1,
                3,
                8,
                8)
            .path("id");
    refused(
        patch(root, "{\"inputSpec\": {\"mean\": [127.5, 127.5, 127.5]}}"),
        422,
        "MODEL_INPUT_SPEC_UNSUITABLE",
        "inputSpec.mean");
    patch(root, "{\"inputSpec\": {\"scale\": [2, 2, 2]}}").then().statusCode(200);
  }

  /** Earlier versions stored a spec without numbers as it was given. */
  @Test
  void aSpecThatWasStoredWithoutTheDivisionThatIsLeftGetsIt() {
    String root =
        importTiny(
                "{\"name\": \"x\", \"inputSpec\": {\"colour\": \"BGR\"}, \"conversion\": %s}"
                    .formatted(building("\"mean\": [0.5], \"scale\": [0.5]")),
                1,
                3,
                8,
                8)
            .path("id");
    Sql.change(
        "update gateway.model set input_spec = '{\"colour\": \"BGR\"}' where id = '%s'"
            .formatted(root));
    convert(root, "{}")
        .then()
        .statusCode(202)
        .body("inputSpec.mean", contains(127.5f, 127.5f, 127.5f))
        .body("inputSpec.scale", contains(127.5f, 127.5f, 127.5f));
  }

  @Test
  void aNetworkThatBeginsElsewhereHasAnotherInputSpec() {
    String grey =
        importTiny(
                "{\"name\": \"x\", \"inputSpec\": {\"layout\": \"NCHW\", \"mean\": [127.5]}}",
                1,
                1,
                28,
                28)
            .path("id");
    String colour = rootWith("\"mean\": [127.5, 127.5, 127.5], \"scale\": [128, 128, 128]");
    for (String root : List.of(grey, colour)) {
      convert(root, "{\"cutInputs\": [\"conv1\"]}")
          .then()
          .statusCode(202)
          .body("inputSpec", nullValue())
          .body("inputSpecSource", nullValue());
    }
  }

  @Test
  void aVersionThatBeginsAtTheSameCutTakesTheInputSpecOver() {
    String root =
        importTiny(
                "{\"name\": \"x\", \"inputSpec\": {\"colour\": \"BGR\"}, \"conversion\": {\"cutInputs\": [\"plus\"]}}",
                1,
                3,
                8,
                8)
            .path("id");
    convert(root, "{\"cutInputs\": [\"plus\"], \"precision\": \"FP16\"}")
        .then()
        .statusCode(202)
        .body("inputSpec.colour", equalTo("BGR"));
    convert(root, "{\"precision\": \"FP16\"}")
        .then()
        .statusCode(202)
        .body("inputSpec", nullValue());
  }

  @Test
  void whereTheShapeTellsNoLayoutTheOneThatIsGivenCounts() throws Exception {
    String values = "\"mean\": [1, 2, 3]";
    String given =
        importTiny(
                "{\"name\": \"x\", \"inputSpec\": {\"layout\": \"NHWC\"}, \"conversion\": %s}"
                    .formatted(building(values)),
                1,
                3,
                64,
                3)
            .path("id");
    assertThat(builtInLayout(given)).isEqualTo("NHWC");
    String root =
        importTiny("{\"name\": \"x\", \"inputSpec\": {\"layout\": \"NHWC\"}}", 1, 3, 64, 3)
            .path("id");
    String built = convert(root, building(values)).path("id");
    assertThat(builtInLayout(built)).isEqualTo("NHWC");
    convert(root, building("\"layout\": \"NCHW\", " + values))
        .then()
        .statusCode(202)
        .body("inputSpec.layout", equalTo("NCHW"));
    importTiny(
            "{\"name\": \"x\", \"conversion\": %s}".formatted(building("\"layout\": \"NHWC\"")),
            1,
            3,
            64,
            3)
        .then()
        .statusCode(202)
        .body("inputSpec.layout", equalTo("NHWC"))
        .body("inputSpecSource.source", equalTo("guessed"));
  }

  @Test
  void aChangeThatIsTakenBackLeavesWhatTheModelCameWith() {
    String root = rootWith("\"colour\": \"BGR\", \"scale\": [255, 255, 255]");
    String version = convert(root, building("\"scale\": [255]")).path("id");
    for (String id : List.of(root, version)) {
      patch(id, "{\"task\": \"generic\", \"inputSpec\": {\"colour\": \"RGB\"}}")
          .then()
          .statusCode(200);
      patch(id, "{\"task\": null, \"inputSpec\": null}")
          .then()
          .statusCode(200)
          .body("task", equalTo("image-classification"))
          .body("taskSource.source", equalTo("given"))
          .body("inputSpec.colour", equalTo("BGR"))
          .body("inputSpecSource.source", equalTo("given"));
    }
    given().get(API + "/models/" + version).then().body("inputSpec.scale", nullValue());
  }

  @Test
  void aGreyModelsSpecHasOneNumberWhateverIsBuiltIn() {
    String built = "{\"inputs\": [{\"name\": \"image\", \"mean\": [0.5], \"scale\": [0.5]}]}";
    String root =
        importTiny("{\"name\": \"grey\", \"inputSpec\": {\"colour\": \"GRAY\"}}", 1, 1, 8, 8)
            .path("id");
    convert(root, built).then().statusCode(202).body("inputSpec.scale", contains(255f));

    String other =
        importTiny(
                "{\"name\": \"grey\", \"inputSpec\": {\"layout\": \"NCHW\"}, \"conversion\": %s}"
                    .formatted(built),
                1,
                1,
                8,
                8)
            .path("id");
    convert(other, "{}")
        .then()
        .statusCode(202)
        .body("inputSpec.mean", contains(127.5f))
        .body("inputSpec.scale", contains(127.5f));
  }

  @Test
  void theGuessIsOfTheVersionAsItIs() {
    String id =
        importTiny(
                "{\"name\": \"x\", \"conversion\": {\"inputs\": [{\"name\": \"image\", \"mean\": [0.5]}]}}",
                1,
                3,
                8,
                8)
            .path("id");
    Lab.convert(
        id,
        result ->
            result.setImageInput(
                ImageInputGuess.newBuilder()
                    .setInput("image")
                    .setConfidence(0.9)
                    .setReason("So it looks.")
                    .setSpec(
                        InputSpec.newBuilder()
                            .setLayout("NCHW")
                            .setColour("RGB")
                            .addScale(255)
                            .setResize("CROP"))),
        1,
        3,
        8,
        8);
    given()
        .get(API + "/models/" + id)
        .then()
        .body("inputSpec.mean", nullValue())
        .body("inputSpec.scale", contains(255.0f, 255.0f, 255.0f))
        .body("inputSpec.resize", equalTo("CROP"))
        .body("inputSpecSource.confidence", equalTo(0.9f));
  }

  private InputSpec inputOfAProfile(String model) throws Exception {
    String experiment = Lab.submit(Lab.profile(Lab.project(model, Lab.dataset(), Lab.target())));
    return ProfileOptions.parseFrom(scheduler.awaitJobOf(experiment).getOptions()).getInput();
  }

  private static String builtInLayout(String version) throws Exception {
    return ConvertOptions.parseFrom(Lab.convertJob(version).getOptions()).getInputs(0).getLayout();
  }

  private static String rootWith(String spec) {
    return importTiny(
            "{\"name\": \"x\", \"task\": \"image-classification\", \"inputSpec\": {%s}}"
                .formatted(spec),
            1,
            3,
            8,
            8)
        .then()
        .statusCode(202)
        .extract()
        .path("id");
  }

  private static String building(String values) {
    return "{\"inputs\": [{\"name\": \"image\", %s}]}".formatted(values);
  }

  private static void convertVersion(String id) {
    Lab.convert(id, 1, 3, 8, 8);
  }

  private static long jobsOfFamily(String root) {
    return Long.parseLong(
        Sql.one(
            "select count(*) from gateway.job j join gateway.model m on m.id = j.model_id where m.root_id = '%s'"
                .formatted(root)));
  }

  private static Response importTiny(String options, long... shape) {
    return given()
        .multiPart("file", "net.xml", TinyIr.xml(shape))
        .multiPart("file", "net.bin", TinyIr.BIN)
        .multiPart("options", options, "application/json")
        .post(API + "/models");
  }

  private static Response patch(String id, String body) {
    return given().contentType(ContentType.JSON).body(body).patch(API + "/models/" + id);
  }

  private static Response convert(String id, String body) {
    return given()
        .contentType(ContentType.JSON)
        .body(body.getBytes(StandardCharsets.UTF_8))
        .post(API + "/models/" + id + "/conversions");
  }

  private static Response convert(String id, String body, String key) {
    return given()
        .contentType(ContentType.JSON)
        .header("Idempotency-Key", key)
        .body(body)
        .post(API + "/models/" + id + "/conversions");
  }
}
