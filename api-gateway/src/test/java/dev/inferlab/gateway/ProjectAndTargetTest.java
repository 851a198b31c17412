package dev.inferlab.gateway;

import static dev.inferlab.gateway.testing.Lab.API;
import static dev.inferlab.gateway.testing.Problems.refused;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import dev.inferlab.gateway.testing.FakeScheduler;
import dev.inferlab.gateway.testing.Lab;
import dev.inferlab.gateway.testing.Sql;
import dev.inferlab.proto.job.v1.TargetChanged;
import dev.inferlab.proto.job.v1.TargetCommand;
import dev.inferlab.proto.job.v1.TargetState;
import dev.inferlab.testkit.InfraResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(InfraResource.class)
class ProjectAndTargetTest {
  private final FakeScheduler scheduler = FakeScheduler.get();

  @Test
  void manyWhoOpenTheSameProjectGetOne() throws Exception {
    String model = Lab.model();
    String target = Lab.target();
    Map<String, String> body = Map.of("modelId", model, "targetId", target, "device", "CPU");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Response>> answers =
          java.util.stream.IntStream.range(0, 16)
              .mapToObj(
                  i ->
                      threads.submit(
                          () ->
                              given()
                                  .contentType(ContentType.JSON)
                                  .body(body)
                                  .post(API + "/projects")))
              .toList();
      int created = 0;
      String id = null;
      for (Future<Response> answer : answers) {
        assertThat(answer.get().statusCode()).isIn(200, 201);
        created += answer.get().statusCode() == 201 ? 1 : 0;
        String found = answer.get().path("id");
        assertThat(id == null || id.equals(found)).isTrue();
        id = found;
        assertThat(answer.get().header("Location")).endsWith("/api/v1/projects/" + id);
      }
      assertThat(created).isEqualTo(1);
      given()
          .queryParam("modelId", model)
          .get(API + "/projects")
          .then()
          .body("items.id", contains(id));
      given().get(API + "/projects/" + id).then().body("device", equalTo("CPU"));
    }
  }

  @Test
  void whatAProjectNeedsMustExist() {
    String model = Lab.importModel(1, 3, 8, 8);
    String target = Lab.target();
    String nobody = UUID.randomUUID().toString();
    refused(
        open(Map.of("modelId", nobody, "datasetId", nobody, "targetId", nobody, "device", "CPU")),
        422,
        "REFERENCE_NOT_FOUND",
        "modelId",
        "datasetId",
        "targetId");
    refused(
            open(Map.of("modelId", model, "targetId", target, "device", "GPU.7")),
            422,
            "DEVICE_UNKNOWN",
            "device")
        .body("violations[0].reason", equalTo("must be one of CPU, NPU"));
    refused(
        open(Map.of("modelId", 7, "device", "")),
        400,
        "REQUEST_INVALID",
        "modelId",
        "targetId",
        "device");
    refused(
        open(Map.of("modelId", model, "targetId", target, "device", "CPU", "name", "x")),
        400,
        "JSON_UNKNOWN_FIELD",
        "name");
  }

  @Test
  void aProjectIsMadeOnlyOfWhatCanRun() {
    String target = Lab.target();
    String importing = Lab.importModel(1, 3, 6, 6);
    String failed = Lab.failedModel();
    String scanned = Lab.scannedModel();
    long before = Sql.count("project");
    refusedModel(importing, target, "is not ready yet: wait until its state is READY");
    refusedModel(failed, target, "has failed and stays so; its 'problem' says why");
    refusedModel(
        scanned, target, "was looked at only: convert it, and give the id of what that makes");
    Lab.convert(importing, 1, 3, 6, 6);
    refused(
            open(Map.of("modelId", importing, "targetId", target, "device", "NPU")),
            422,
            "DEVICE_UNAVAILABLE",
            "device")
        .body("violations[0].reason", equalTo("The driver is missing."));
    assertThat(Sql.count("project")).isEqualTo(before);
    open(Map.of("modelId", importing, "targetId", target, "device", "CPU")).then().statusCode(201);
  }

  @Test
  void aProjectIsMadeOnlyOfImagesThatFitTheModel() {
    String target = Lab.target();
    String dataset = Lab.dataset();
    String vector = Lab.model(1, 10);
    String open = Lab.model(1, -1, 8, 8);
    long before = Sql.count("project");
    refusedDataset(vector, dataset, target)
        .body("violations[0].reason", containsString("images need four dimensions"));
    refusedDataset(Lab.model(1, 5, 32, 32), dataset, target)
        .body("violations[0].reason", containsString("no dimension is 1 or 3 channels"));
    refusedDataset(open, dataset, target)
        .body("violations[0].reason", containsString("inputSpec.layout"));
    assertThat(Sql.count("project")).isEqualTo(before);
    Lab.project(vector, null, target);
    given()
        .contentType(ContentType.JSON)
        .body(Map.of("inputSpec", Map.of("layout", "NCHW")))
        .patch(API + "/models/" + open)
        .then()
        .statusCode(200);
    Lab.project(open, dataset, target);
  }

  private static ValidatableResponse refusedDataset(String model, String dataset, String target) {
    return refused(
        open(Map.of("modelId", model, "datasetId", dataset, "targetId", target, "device", "CPU")),
        422,
        "MODEL_INPUT_NOT_IMAGE",
        "datasetId");
  }

  private static void refusedModel(String model, String target, String reason) {
    refused(
            open(Map.of("modelId", model, "targetId", target, "device", "CPU")),
            409,
            "MODEL_NOT_READY",
            "modelId")
        .body("violations[0].reason", equalTo(reason));
  }

  @Test
  void aProjectIsFoundWhateverItsDeviceHasBecome() {
    String target = Lab.target();
    Map<String, Object> body = Map.of("modelId", Lab.model(), "targetId", target, "device", "CPU");
    String id = open(body).then().statusCode(201).extract().path("id");
    TargetChanged.Builder broken = Lab.target(target, 2, TargetState.DRAINED);
    broken.getDevicesBuilder(0).setAvailable(false).setReason("It is too hot.");
    Lab.tell(broken.build());
    open(body).then().statusCode(200).body("id", equalTo(id));
    Lab.tell(broken.setVersion(3).setState(TargetState.ONLINE).removeDevices(0).build());
    open(body).then().statusCode(200).body("id", equalTo(id));
  }

  @Test
  void aTargetShowsWhatTheSchedulerSaysLast() {
    String id = UUID.randomUUID().toString();
    Lab.tell(Lab.target(id, 5, TargetState.ONLINE).build());
    scheduler.say(scheduler.target(Lab.target(id, 3, TargetState.LOST).build()));
    Lab.tell(Lab.target(id, 6, TargetState.DRAINED).build());
    given()
        .get(API + "/targets/" + id)
        .then()
        .body("labels.rack", equalTo("7"))
        .body("devices[0].streamsRange.max", equalTo(4))
        .body("devices[1].reason", equalTo("The driver is missing."))
        .body("resources.logicalCores", equalTo(4));
    given()
        .queryParam("state", "DRAINED")
        .queryParam("limit", 200)
        .get(API + "/targets")
        .then()
        .body("items.id", hasItem(id));
  }

  @Test
  void ordersGoToTheScheduler() {
    String id = UUID.randomUUID().toString();
    Lab.tell(Lab.target(id, 1, TargetState.ONLINE).build());
    given().post(API + "/targets/" + id + "/drain").then().statusCode(202);
    given().post(API + "/targets/" + id + "/undrain").then().statusCode(202);
    given()
        .contentType(ContentType.JSON)
        .body(Map.of("labels", Map.of("a", "b")))
        .patch(API + "/targets/" + id)
        .then()
        .statusCode(202);
    refused(
        given()
            .contentType(ContentType.JSON)
            .body(Map.of("labels", Map.of("a", 5)))
            .patch(API + "/targets/" + id),
        400,
        "REQUEST_INVALID",
        "labels.a");
    refused(
        given().contentType(ContentType.JSON).body("{}").patch(API + "/targets/" + id),
        400,
        "REQUEST_INVALID",
        "labels");
    refused(given().delete(API + "/targets/" + id), 409, "TARGET_ONLINE");
    Lab.tell(Lab.target(id, 2, TargetState.OFFLINE).build());
    given().delete(API + "/targets/" + id).then().statusCode(202);
    org.awaitility.Awaitility.await().until(() -> commands(id).size() == 4);
    assertThat(commands(id))
        .extracting(TargetCommand::getCommandCase)
        .extracting(Enum::name)
        .containsExactly("DRAIN", "UNDRAIN", "LABEL", "FORGET");
    Lab.tell(Lab.target(id, 3, TargetState.OFFLINE).setForgotten(true).build());
    given()
        .queryParam("limit", 200)
        .get(API + "/targets")
        .then()
        .body("items.id", not(hasItem(id)));
    refused(given().post(API + "/targets/" + id + "/drain"), 404, "TARGET_NOT_FOUND");
    Lab.tell(Lab.target(id, 4, TargetState.ONLINE).build());
  }

  private List<TargetCommand> commands(String id) {
    return scheduler.targetCommands().stream()
        .filter(command -> command.getTargetId().equals(id))
        .toList();
  }

  private static Response open(Map<String, Object> body) {
    return given().contentType(ContentType.JSON).body(body).post(API + "/projects");
  }
}
