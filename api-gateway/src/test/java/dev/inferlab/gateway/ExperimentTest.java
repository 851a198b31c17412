package dev.inferlab.gateway;

import static dev.inferlab.gateway.testing.Lab.API;
import static dev.inferlab.gateway.testing.Problems.refused;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import com.google.protobuf.Timestamp;
import dev.inferlab.gateway.testing.FakeScheduler;
import dev.inferlab.gateway.testing.Lab;
import dev.inferlab.gateway.testing.Sql;
import dev.inferlab.platform.artifact.Digest;
import dev.inferlab.proto.job.v1.AttemptOutcome;
import dev.inferlab.proto.job.v1.AttemptRecord;
import dev.inferlab.proto.job.v1.Environment;
import dev.inferlab.proto.job.v1.ErrorClass;
import dev.inferlab.proto.job.v1.Event;
import dev.inferlab.proto.job.v1.JobSpec;
import dev.inferlab.proto.job.v1.JobState;
import dev.inferlab.proto.job.v1.LatencyMs;
import dev.inferlab.proto.job.v1.Layer;
import dev.inferlab.proto.job.v1.LayerTable;
import dev.inferlab.proto.job.v1.Problem;
import dev.inferlab.proto.job.v1.ProfileOptions;
import dev.inferlab.proto.job.v1.ProfilePoint;
import dev.inferlab.proto.job.v1.ProfileResult;
import dev.inferlab.testkit.InfraResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(InfraResource.class)
class ExperimentTest {
  private final FakeScheduler scheduler = FakeScheduler.get();

  @Test
  void aProfileFromSubmitToLayers() throws Exception {
    String project = Lab.project();
    String id = Lab.submit(Lab.profile(project));
    given()
        .get(API + "/experiments/" + id)
        .then()
        .statusCode(200)
        .body("state", equalTo("QUEUED"))
        .body("options.grid.batches", contains(1, 2))
        .body("options.warmupSeconds", equalTo(2.0f));
    JobSpec job = scheduler.awaitJobOf(id);
    ProfileOptions options = ProfileOptions.parseFrom(job.getOptions());
    assertThat(options.getPointsCount()).isEqualTo(4);
    assertThat(options.getInput().getLayout()).isEqualTo("NCHW");
    assertThat(job.getPlacement().getExclusive()).isTrue();
    assertThat(job.getInputsList())
        .extracting(file -> file.getPath())
        .containsExactly("model.xml", "model.bin", "dataset.zip");

    scheduler.say(
        scheduler.changed(job, JobState.RUNNING, c -> c.setAttempt(1)),
        scheduler.progressed(job, 1, 1, 0.25, "Measuring point 1 of 4"));
    Lab.awaitState("/experiments/" + id, "RUNNING");
    Digest layers = Lab.store(table().toByteArray());
    Digest graph = Lab.store("<net/>".getBytes(StandardCharsets.UTF_8));
    ProfilePoint measured =
        point(0, 123).setLayers(layers.toProto()).setGraph(graph.toProto()).build();
    ProfilePoint failed =
        ProfilePoint.newBuilder()
            .setIndex(1)
            .setBatch(1)
            .setStreams(2)
            .setProblem(problem("OUT_OF_MEMORY", ErrorClass.RESOURCE))
            .build();
    scheduler.say(
        scheduler.partial(job, 1, "point/0", measured.toByteString()),
        scheduler.partial(job, 1, "point/1", failed.toByteString()));
    org.awaitility.Awaitility.await()
        .until(
            () -> given().get(API + "/experiments/" + id + "/results").path("points[1].state"),
            "FAILED"::equals);
    given()
        .get(API + "/experiments/" + id + "/results")
        .then()
        .body("state", equalTo("RUNNING"))
        .body("points", hasSize(4))
        .body("points[0].throughputFps", equalTo(123.0f))
        .body("points[0].latencyMs.p99", equalTo(9.0f))
        .body("points[1].problem.code", equalTo("OUT_OF_MEMORY"))
        .body("points[2].state", equalTo("QUEUED"))
        .body("points[2].batch", equalTo(2))
        .body("environment", nullValue());

    ProfileResult result =
        ProfileResult.newBuilder()
            .setEnvironment(Environment.newBuilder().setDevice("CPU").setLogicalCores(4))
            .build();
    scheduler.say(
        scheduler.partial(job, 1, "point/2", point(2, 7).build().toByteString()),
        scheduler.partial(job, 1, "point/3", point(3, 8).build().toByteString()),
        scheduler.changed(
            job, JobState.SUCCEEDED, c -> c.setAttempt(1).setResult(result.toByteString())));
    Lab.awaitState("/experiments/" + id, "SUCCEEDED");
    given()
        .get(API + "/experiments/" + id + "/results")
        .then()
        .body("points.state", contains("SUCCEEDED", "FAILED", "SUCCEEDED", "SUCCEEDED"))
        .body("environment.logicalCores", equalTo(4));
    given().get(API + "/experiments/" + id).then().body("progress", equalTo(1.0f));

    given()
        .queryParam("sort", "-timeUs")
        .get(API + "/experiments/" + id + "/points/0/layers")
        .then()
        .statusCode(200)
        .body("items.name", contains("conv", "relu"));
    given()
        .queryParam("sort", "-timeUs")
        .queryParam("limit", "1")
        .get(API + "/experiments/" + id + "/points/0/layers")
        .then()
        .body("items.name", contains("conv"));
    given()
        .queryParam("type", "relu")
        .get(API + "/experiments/" + id + "/points/0/layers")
        .then()
        .body("items.name", contains("relu"));
    given()
        .get(API + "/experiments/" + id + "/points/0/graph")
        .then()
        .statusCode(200)
        .contentType("application/xml")
        .body(containsString("<net/>"));
    refused(
        given().get(API + "/experiments/" + id + "/points/1/layers"),
        404,
        "EXPERIMENT_LAYERS_NOT_FOUND");
    refused(
        given().get(API + "/experiments/" + id + "/points/9/layers"),
        404,
        "EXPERIMENT_POINT_NOT_FOUND");
    refused(
        given().get(API + "/experiments/" + id + "/points/x/graph"),
        404,
        "EXPERIMENT_POINT_NOT_FOUND");
    awaitMetric(fps(project) + "8.0");
    awaitMetric(
        "inferlab_inference_latency_seconds{project=\"" + project + "\",quantile=\"0.99\"} 0.009");

    given().delete(API + "/experiments/" + id).then().statusCode(204);
    assertThat(
            Sql.one(
                "select count(*) from gateway.artifact_garbage where sha256 = '%s'"
                    .formatted(layers.sha256())))
        .isEqualTo("1");
    refused(given().get(API + "/experiments/" + id), 404, "EXPERIMENT_NOT_FOUND");
  }

  @Test
  void layersComeInPagesWhoseCursorIsOfItsPointFiltersAndSort() throws Exception {
    String id = Lab.submit(Lab.profile(Lab.project()));
    JobSpec job = scheduler.awaitJobOf(id);
    LayerTable.Builder table = LayerTable.newBuilder();
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      // Few different times, so that a page also ends between equal ones.
      table.addLayers(
          Layer.newBuilder().setName("layer" + i).setType("Add").setTimeUs(i % 3).setOrder(i));
      all.add("layer" + i);
    }
    Digest layers = Lab.store(table.build().toByteArray());
    ProfilePoint.Builder first = point(0, 1).setLayers(layers.toProto());
    ProfilePoint.Builder second = point(1, 1).setLayers(layers.toProto());
    scheduler.say(
        scheduler.changed(job, JobState.RUNNING, c -> c.setAttempt(1)),
        scheduler.partial(job, 1, "point/0", first.build().toByteString()),
        scheduler.partial(job, 1, "point/1", second.build().toByteString()));
    org.awaitility.Awaitility.await()
        .until(
            () -> given().get(API + "/experiments/" + id + "/results").path("points[1].state"),
            "SUCCEEDED"::equals);
    String path = API + "/experiments/" + id + "/points/0/layers?type=add&sort=-timeUs";

    given()
        .get(path)
        .then()
        .statusCode(200)
        .body("items", hasSize(25))
        .body("$", not(hasKey("nextCursor")));
    List<String> whole = given().get(path).path("items.name");
    List<String> paged = new ArrayList<>();
    String next = null;
    do {
      Response page = given().get(path + "&limit=5" + (next == null ? "" : "&cursor=" + next));
      page.then().statusCode(200).body("items", hasSize(5));
      paged.addAll(page.path("items.name"));
      next = page.path("nextCursor");
    } while (next != null && paged.size() < 100);
    assertThat(paged).isEqualTo(whole).containsExactlyInAnyOrderElementsOf(all);

    String cursor = given().get(path + "&limit=10").path("nextCursor");
    given()
        .get(path + "&cursor=" + cursor)
        .then()
        .statusCode(200)
        .body("items.name", equalTo(whole.subList(10, 25)))
        .body("$", not(hasKey("nextCursor")));
    String experiments = given().get(API + "/experiments?limit=1").path("nextCursor");
    for (String other :
        List.of(
            path.replace("-timeUs", "timeUs") + "&cursor=" + cursor,
            path.replace("type=add&", "") + "&cursor=" + cursor,
            path + "&minTimeUs=0&cursor=" + cursor,
            path.replace("points/0", "points/1") + "&cursor=" + cursor,
            API + "/experiments?cursor=" + cursor,
            path + "&cursor=" + experiments,
            path + "&cursor=5",
            path + "&cursor=",
            path + "&cursor=%00")) {
      refused(given().urlEncodingEnabled(false).get(other), 400, "CURSOR_INVALID");
    }
    refused(given().get(path + "&limit=0"), 400, "FILTER_INVALID", "limit");
    given()
        .get(API + "/experiments/" + id + "/jobs")
        .then()
        .body("items", hasSize(1))
        .body("$", not(hasKey("nextCursor")));
  }

  @Test
  void aModelWithOpenDimensionsIsMeasuredAtGivenShapes() throws Exception {
    String project = Lab.project(Lab.model(-1, 3, -1, -1), Lab.dataset(), Lab.target());
    Map<String, Object> options =
        Map.of(
            "grid",
            Map.of(
                "shapes",
                List.of(List.of(1, 3, 8, 8), Map.of("image", List.of(4, 3, 16, 24))),
                "streams",
                List.of(2)));
    String id = Lab.submit(Map.of("projectId", project, "kind", "profile", "options", options));
    ProfileOptions asked = ProfileOptions.parseFrom(scheduler.awaitJobOf(id).getOptions());
    assertThat(asked.getPoints(0).getShapesOrThrow("image").getDimensionsList())
        .containsExactly(1L, 3L, 8L, 8L);
    assertThat(asked.getPoints(1).getShapesOrThrow("image").getDimensionsList())
        .containsExactly(4L, 3L, 16L, 24L);
    assertThat(asked.getPoints(1).getBatch()).as("the shape has it").isZero();
    given()
        .get(API + "/experiments/" + id + "/results")
        .then()
        .body("points.batch", contains(1, 4))
        .body("points[1].shapes.image", contains(4, 3, 16, 24));
    JobSpec job = scheduler.awaitJobOf(id);
    scheduler.say(
        scheduler.changed(job, JobState.RUNNING, c -> c.setAttempt(1)),
        scheduler.partial(
            job,
            1,
            "point/0",
            point(0, 5)
                .putShapes("image", asked.getPoints(0).getShapesOrThrow("image"))
                .build()
                .toByteString()));
    org.awaitility.Awaitility.await()
        .until(
            () -> given().get(API + "/experiments/" + id + "/results").path("points[0].state"),
            "SUCCEEDED"::equals);
    given()
        .get(API + "/experiments/" + id + "/results")
        .then()
        .body("points[0].shapes.image", contains(1, 3, 8, 8));

    Map<String, Object> wrong =
        Map.of(
            "points",
            List.of(
                Map.of("shape", List.of(1, 3, 8), "streams", 1),
                Map.of("shape", Map.of("sound", List.of(1)), "streams", 1)));
    refused(
        given()
            .contentType(ContentType.JSON)
            .body(Map.of("projectId", project, "kind", "profile", "options", wrong))
            .post(API + "/experiments"),
        422,
        "EXPERIMENT_OPTIONS_INVALID",
        "options.points[0].shape",
        "options.points[1].shape.sound");
  }

  @Test
  void figuresThatAnotherGatewayRecordedAreShownUntilTheirExperimentIsDeleted() {
    String old = Lab.project();
    logPartial(Lab.submit(Lab.profile(old)), 50.5, "61 minutes");
    String project = Lab.project();
    String id = Lab.submit(Lab.profile(project));
    JobSpec job = scheduler.awaitJobOf(id);
    logPartial(id, 70.5, "0");
    awaitMetric(fps(project) + "70.5");
    logPartial(id, 60.5, "0");
    logFigures(id, "\"problem\": {\"detail\": \"\\u0000\"}", "0");
    awaitMetric(fps(project) + "60.5");
    scheduler.say(scheduler.changed(job, JobState.CANCELLED, c -> {}));
    Lab.awaitState("/experiments/" + id, "CANCELLED");
    given().delete(API + "/experiments/" + id).then().statusCode(204);
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> !given().get("/q/metrics").asString().contains(project));
    // Everything was read anew for that.
    assertThat(given().get("/q/metrics").asString()).as("of an hour ago").doesNotContain(old);
  }

  private static void logPartial(String experiment, double fps, String ago) {
    logFigures(
        experiment,
        "\"throughputFps\": %s, \"latencyMs\": {\"p50\": 1, \"p90\": 2, \"p99\": 3}".formatted(fps),
        ago);
  }

  private static void logFigures(String experiment, String figures, String ago) {
    Sql.change(
        "insert into gateway.event_log (type, experiment_id, data, created_at) values ('experiment.partial', '%s', '{\"key\": \"point/0\", \"point\": {%s}}', now() - interval '%s')"
            .formatted(experiment, figures, ago));
  }

  private static String fps(String project) {
    return "inferlab_inference_throughput_fps{project=\"" + project + "\"} ";
  }

  private static void awaitMetric(String line) {
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(given().get("/q/metrics").asString()).contains(line));
  }

  @Test
  void lateDoubledAndShuffledEventsEndInTheSameState() {
    String project = Lab.project();
    Random random = new Random(5);
    for (int round = 0; round < 5; round++) {
      String id = Lab.submit(Lab.noop(project));
      JobSpec job = scheduler.awaitJobOf(id);
      List<Event> events = new ArrayList<>();
      events.add(scheduler.changed(job, JobState.ASSIGNED, c -> c.setAttempt(1)));
      events.add(scheduler.changed(job, JobState.RUNNING, c -> c.setAttempt(1)));
      events.add(scheduler.changed(job, JobState.QUEUED, c -> c.setAttempt(1)));
      events.add(scheduler.changed(job, JobState.RUNNING, c -> c.setAttempt(2)));
      events.add(
          scheduler.changed(
              job,
              JobState.FAILED,
              c -> c.setAttempt(2).setProblem(problem("EXECUTOR_CRASHED", ErrorClass.CRASHED))));
      events.add(scheduler.progressed(job, 1, 3, 0.9, "old"));
      events.addAll(List.copyOf(events));
      Collections.shuffle(events, random);
      scheduler.say(events.toArray(Event[]::new));
      Lab.awaitState("/experiments/" + id, "FAILED");
      String marker = Lab.submit(Lab.noop(project));
      scheduler.say(scheduler.changed(scheduler.awaitJobOf(marker), JobState.CANCELLED));
      Lab.awaitState("/experiments/" + marker, "CANCELLED");
      given()
          .get(API + "/experiments/" + id)
          .then()
          .body("state", equalTo("FAILED"))
          .body("problem.code", equalTo("EXECUTOR_CRASHED"));
    }
  }

  @Test
  void whatCannotBeReadBlocksNobody() {
    scheduler.send("x", new byte[] {(byte) 0xff, 1, 2});
    scheduler.send("x", Event.newBuilder().build().toByteArray());
    String id = Lab.submit(Lab.noop(Lab.project()));
    scheduler.say(scheduler.changed(scheduler.awaitJobOf(id), JobState.RUNNING));
    Lab.awaitState("/experiments/" + id, "RUNNING");
  }

  @Test
  void everyAttemptIsShown() {
    String id = Lab.submit(Lab.noop(Lab.project()));
    JobSpec job = scheduler.awaitJobOf(id);
    Timestamp time = Timestamp.newBuilder().setSeconds(1_700_000_000).build();
    scheduler.say(
        scheduler.changed(
            job,
            JobState.QUEUED,
            c ->
                c.setAttempt(1)
                    .setWaitingFor("no connected target has device NPU")
                    .addAttempts(
                        AttemptRecord.newBuilder()
                            .setNumber(1)
                            .setTargetId("t")
                            .setDevice("CPU")
                            .setAssignedAt(time)
                            .setEndedAt(time)
                            .setOutcome(AttemptOutcome.ATTEMPT_LOST)
                            .setProblem(problem("LEASE_EXPIRED", ErrorClass.TRANSIENT)))));
    org.awaitility.Awaitility.await()
        .until(() -> given().get(API + "/experiments/" + id).path("waitingFor"), w -> w != null);
    given()
        .get(API + "/experiments/" + id + "/jobs")
        .then()
        .statusCode(200)
        .body("items[0].attempts[0].outcome", equalTo("LOST"))
        .body("items[0].attempts[0].assignedAt", equalTo("2023-11-14T22:13:20Z"))
        .body("items[0].attempts[0].problem.code", equalTo("LEASE_EXPIRED"))
        .body("items[0].waitingFor", containsString("NPU"));
  }

  @Test
  void cancelInEveryState() {
    String project = Lab.project();
    String id = Lab.submit(Lab.noop(project));
    JobSpec job = scheduler.awaitJobOf(id);
    given()
        .post(API + "/experiments/" + id + "/cancel")
        .then()
        .statusCode(202)
        .body("cancelRequested", equalTo(true));
    refused(
        given()
            .contentType(ContentType.JSON)
            .body("{\"foo\": 1}")
            .post(API + "/experiments/" + id + "/cancel"),
        400,
        "JSON_UNKNOWN_FIELD",
        "foo");
    given().body("{}").post(API + "/experiments/" + id + "/cancel").then().statusCode(202);
    org.awaitility.Awaitility.await().until(() -> scheduler.cancelsOf(job.getJobId()) == 1);
    refused(given().delete(API + "/experiments/" + id), 409, "EXPERIMENT_LIVE");
    refused(given().delete(API + "/projects/" + project), 409, "PROJECT_IN_USE");
    scheduler.say(
        scheduler.changed(
            job,
            JobState.CANCELLED,
            c -> c.setProblem(problem("JOB_CANCELLED", ErrorClass.ABORTED))));
    Lab.awaitState("/experiments/" + id, "CANCELLED");
    given()
        .post(API + "/experiments/" + id + "/cancel")
        .then()
        .statusCode(200)
        .body("state", equalTo("CANCELLED"))
        .body("problem.errorClass", equalTo("CANCELLED"));
    assertThat(scheduler.cancelsOf(job.getJobId())).isEqualTo(1);
    given().delete(API + "/projects/" + project).then().statusCode(204);
    refused(given().get(API + "/experiments/" + id), 404, "EXPERIMENT_NOT_FOUND");
    refused(given().post(API + "/experiments/" + id + "/cancel"), 404, "EXPERIMENT_NOT_FOUND");
  }

  @Test
  void badInputIsRefusedAndNothingIsStored() {
    String target = Lab.target();
    String dataset = Lab.dataset();
    String good = Lab.project(Lab.model(), dataset, target);
    String lost = Lab.project(Lab.model(), dataset, target);
    String random = Lab.project(Lab.model(1, 128), null, target);
    String turned = Lab.model();
    String misfit = Lab.project(turned, dataset, target);
    long before = Sql.count("experiment") + Sql.count("job") + Sql.count("event_log");

    Map<String, Object> auto = Map.of("auto", true);
    refused(
        post(good, "profile", Map.of("grid", Map.of("batches", List.of(0), "streams", List.of(1)))),
        422,
        "EXPERIMENT_OPTIONS_INVALID",
        "options.grid.batches[0]");
    refused(
        post(
            good,
            "profile",
            Map.of("grid", Map.of("batches", List.of(1), "streams", List.of(1, 5)))),
        422,
        "EXPERIMENT_OPTIONS_INVALID",
        "options.grid.streams[1]");
    refused(
        post(good, "profile", Map.of("auto", true, "duration", 3)),
        422,
        "EXPERIMENT_OPTIONS_INVALID",
        "options.duration");
    refused(post(good, "profile", null), 422, "EXPERIMENT_OPTIONS_INVALID", "options.grid");
    refused(post(good, "calibrate", auto), 422, "EXPERIMENT_KIND_NOT_AVAILABLE", "kind");
    refused(post(good, "dance", auto), 422, "EXPERIMENT_KIND_UNKNOWN", "kind");
    refused(
        post("01936b1e-7a00-7000-8000-000000000000", "profile", auto),
        422,
        "REFERENCE_NOT_FOUND",
        "projectId");
    refused(post("x", "profile", auto), 400, "REQUEST_INVALID", "projectId");
    // As earlier versions let them become.
    Sql.change(
        "update gateway.model set input_spec = '{\"layout\": \"NHWC\"}' where id = '%s'"
            .formatted(turned));
    Sql.change(
        "update gateway.model set state = 'FAILED' where id = (select model_id from gateway.project where id = '%s')"
            .formatted(lost));
    refused(post(lost, "profile", auto), 409, "MODEL_NOT_READY", "projectId");
    refused(post(misfit, "profile", auto), 422, "MODEL_INPUT_NOT_IMAGE", "projectId");
    refused(
        json(
            "{\"projectId\": \""
                + good
                + "\", \"kind\": \"profile\", \"options\": {\"auto\": true}, \"x\": 1}"),
        400,
        "JSON_UNKNOWN_FIELD",
        "x");
    refused(json("[]"), 400, "REQUEST_INVALID");
    refused(json("{\"projectId\": 7"), 400, "JSON_MALFORMED");
    refused(json("{\"kind\": \"noop\", \"kind\": \"noop\"}"), 400, "JSON_MALFORMED");
    refused(json(""), 400, "REQUEST_INVALID");
    refused(json("{\"a\":".repeat(2000) + "1" + "}".repeat(2000)), 400, "JSON_MALFORMED");
    refused(
        given().contentType("text/plain").body("{}").post(API + "/experiments"),
        415,
        "MEDIA_TYPE_UNSUPPORTED");
    refused(
        given()
            .contentType(ContentType.JSON)
            .body(
                Map.of("items", List.of(Lab.noop(good), Map.of("projectId", good, "kind", "nope"))))
            .post(API + "/experiments/batch"),
        422,
        "EXPERIMENT_KIND_UNKNOWN",
        "items[1].kind");
    refused(
        given()
            .contentType(ContentType.JSON)
            .body(Map.of("items", Collections.nCopies(101, Lab.noop(good))))
            .post(API + "/experiments/batch"),
        400,
        "REQUEST_INVALID",
        "items");
    refused(
        given()
            .contentType(ContentType.JSON)
            .body("{\"items\": \"" + "x".repeat(2 << 20) + "\"}")
            .post(API + "/experiments/batch"),
        413,
        "PAYLOAD_TOO_LARGE");

    assertThat(Sql.count("experiment") + Sql.count("job") + Sql.count("event_log"))
        .isEqualTo(before);
    post(random, "profile", auto).then().statusCode(202);
  }

  @Test
  void aModelOfTextsIsNotMeasured() {
    String asked = Lab.importModel(1, 8);
    Lab.convert(asked, result -> result.getInputsBuilder(0).setElementType("string"), 1, 8);
    String answering = Lab.importModel(1, 8);
    Lab.convert(answering, result -> result.getOutputsBuilder(0).setElementType("string"), 1, 8);
    String target = Lab.target();
    Map<String, Object> auto = Map.of("auto", true);
    refused(
            post(Lab.project(asked, null, target), "profile", auto),
            422,
            "MODEL_INPUT_UNFILLABLE",
            "projectId")
        .body("violations[0].reason", containsString("'image'"));
    refused(
            post(Lab.project(answering, null, target), "profile", auto),
            422,
            "MODEL_INPUT_UNFILLABLE",
            "projectId")
        .body("violations[0].reason", containsString("'sum'"));
  }

  @Test
  void aHundredAtOnceAllOrNone() {
    String project = Lab.project();
    List<String> ids =
        given()
            .contentType(ContentType.JSON)
            .body(Map.of("items", Collections.nCopies(100, Lab.noop(project))))
            .post(API + "/experiments/batch")
            .then()
            .statusCode(202)
            .body("items", hasSize(100))
            .extract()
            .path("items.id");
    assertThat(ids).doesNotHaveDuplicates();
    scheduler.awaitJobOf(ids.getLast());
  }

  private static io.restassured.response.Response post(
      String project, String kind, Map<String, Object> options) {
    Map<String, Object> body = new java.util.HashMap<>();
    body.put("projectId", project);
    body.put("kind", kind);
    if (options != null) {
      body.put("options", options);
    }
    return given().contentType(ContentType.JSON).body(body).post(API + "/experiments");
  }

  private static io.restassured.response.Response json(String body) {
    return given().contentType(ContentType.JSON).body(body).post(API + "/experiments");
  }

  private static Problem problem(String code, ErrorClass errorClass) {
    return Problem.newBuilder()
        .setCode(code)
        .setErrorClass(errorClass)
        .setDetail("So it was.")
        .build();
  }

  private static ProfilePoint.Builder point(int index, double fps) {
    return ProfilePoint.newBuilder()
        .setIndex(index)
        .setBatch(1)
        .setStreams(1)
        .setRequests(2)
        .setThroughputFps(fps)
        .setLatency(LatencyMs.newBuilder().setMin(1).setP50(5).setP99(9).setMax(10));
  }

  private static LayerTable table() {
    return LayerTable.newBuilder()
        .addLayers(Layer.newBuilder().setName("relu").setType("Relu").setTimeUs(1).setOrder(0))
        .addLayers(
            Layer.newBuilder().setName("conv").setType("Convolution").setTimeUs(9).setOrder(1))
        .build();
  }
}
