package dev.inferlab.gateway.testing;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;

import dev.inferlab.platform.artifact.ArtifactStore;
import dev.inferlab.platform.artifact.Digest;
import dev.inferlab.proto.job.v1.ConvertResult;
import dev.inferlab.proto.job.v1.Device;
import dev.inferlab.proto.job.v1.ErrorClass;
import dev.inferlab.proto.job.v1.JobSpec;
import dev.inferlab.proto.job.v1.JobState;
import dev.inferlab.proto.job.v1.ModelPort;
import dev.inferlab.proto.job.v1.Problem;
import dev.inferlab.proto.job.v1.Range;
import dev.inferlab.proto.job.v1.Resources;
import dev.inferlab.proto.job.v1.TargetChanged;
import dev.inferlab.proto.job.v1.TargetState;
import io.quarkus.arc.Arc;
import io.restassured.builder.MultiPartSpecBuilder;
import io.restassured.http.ContentType;
import io.restassured.mapper.ObjectMapperType;
import io.restassured.specification.MultiPartSpecification;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import javax.imageio.ImageIO;

/** Things that most tests need, made over REST and Kafka as users and the scheduler make them. */
public final class Lab {
  public static final String API = "/api/v1";

  private Lab() {}

  /** A target with a CPU of 1 to 4 streams and an NPU that cannot be used. */
  public static String target() {
    String id = UUID.randomUUID().toString();
    tell(target(id, 1, TargetState.ONLINE).build());
    return id;
  }

  public static TargetChanged.Builder target(String id, long version, TargetState state) {
    return TargetChanged.newBuilder()
        .setTargetId(id)
        .setVersion(version)
        .setName("lab-" + id.substring(0, 8))
        .setState(state)
        .putLabels("rack", "7")
        .addDevices(
            Device.newBuilder()
                .setId("CPU")
                .setFullName("A fine CPU")
                .addCapabilities("FP32")
                .setStreamsRange(Range.newBuilder().setMin(1).setMax(4).setStep(1))
                .setRequestsRange(Range.newBuilder().setMin(1).setMax(1).setStep(1))
                .setAvailable(true))
        .addDevices(
            Device.newBuilder()
                .setId("NPU")
                .setAvailable(false)
                .setReason("The driver is missing."))
        .setResources(Resources.newBuilder().setLogicalCores(4).setOs("Linux"))
        .setAgentVersion("0.1")
        .setRuntimeVersion("2026.4")
        .addJobKinds("profile");
  }

  /** Says it and waits until REST shows that version's state. */
  public static void tell(TargetChanged target) {
    FakeScheduler.get().say(FakeScheduler.get().target(target));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              var response = given().get(API + "/targets/" + target.getTargetId());
              return target.getForgotten()
                  ? response.statusCode() == 404
                  : response.statusCode() == 200
                      && response.path("state").equals(target.getState().name());
            });
  }

  /** A READY model with one image input. */
  public static String model() {
    return model(1, 3, 8, 8);
  }

  public static String model(long... shape) {
    String id = importModel(shape);
    convert(id, shape);
    return id;
  }

  /** A model that is still IMPORTING. */
  public static String importModel(long... shape) {
    return given()
        .multiPart("file", "net.xml", TinyIr.xml(shape))
        .multiPart("file", "net.bin", TinyIr.BIN)
        .multiPart("options", "{\"name\": \"plus one\"}", "application/json")
        .post(API + "/models")
        .then()
        .statusCode(202)
        .extract()
        .path("id");
  }

  /** A model whose conversion failed. */
  public static String failedModel() {
    String id = importModel(1, 3, 5, 5);
    FakeScheduler.get()
        .say(
            FakeScheduler.get()
                .changed(
                    convertJob(id),
                    JobState.FAILED,
                    change ->
                        change.setProblem(
                            Problem.newBuilder()
                                .setErrorClass(ErrorClass.INVALID_INPUT)
                                .setCode("MODEL_CONVERSION_FAILED")
                                .setDetail("No rule for layer 'plus'."))));
    awaitState("/models/" + id, "FAILED");
    return id;
  }

  /** A model that was looked at and not converted. */
  public static String scannedModel() {
    return given()
        .multiPart("file", "net.xml", TinyIr.xml(1, 3, 8, 8))
        .multiPart("file", "net.bin", TinyIr.BIN)
        .multiPart("options", "{\"name\": \"scan\", \"convert\": false}", "application/json")
        .post(API + "/models")
        .then()
        .statusCode(201)
        .extract()
        .path("id");
  }

  public static JobSpec convertJob(String modelId) {
    // The job's id is known to the database only; its inputs name the model's files.
    return FakeScheduler.get()
        .awaitJob(job -> job.getKind().equals("convert") && job.getJobId().equals(jobOf(modelId)));
  }

  public static String jobOf(String modelId) {
    return Sql.one("select job_id from gateway.model where id = '%s'".formatted(modelId));
  }

  public static void convert(String modelId, long... shape) {
    convert(modelId, result -> {}, shape);
  }

  /** Plays the conversion's success; {@code more} may change the result. */
  public static void convert(String modelId, Consumer<ConvertResult.Builder> more, long... shape) {
    JobSpec job = convertJob(modelId);
    ConvertResult.Builder result =
        converted(store(TinyIr.xml(shape)).toProto(), store(TinyIr.BIN).toProto(), shape);
    more.accept(result);
    FakeScheduler.get()
        .say(
            FakeScheduler.get()
                .changed(
                    job,
                    JobState.SUCCEEDED,
                    change -> change.setResult(result.build().toByteString())));
    awaitState("/models/" + modelId, "READY");
  }

  /** What a conversion gives that made these files, with one input of this shape. */
  public static ConvertResult.Builder converted(
      dev.inferlab.proto.job.v1.Digest xml, dev.inferlab.proto.job.v1.Digest bin, long... shape) {
    ModelPort.Builder port = ModelPort.newBuilder().setName("image").setElementType("f32");
    for (long length : shape) {
      port.addShape(length);
    }
    return ConvertResult.newBuilder()
        .setXml(xml)
        .setBin(bin)
        .addInputs(port)
        .addOutputs(port.clone().setName("sum"))
        .setRuntimeVersion("2026.4")
        .setParameters(1);
  }

  public static void awaitState(String path, String state) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> given().get(API + path).path("state"), state::equals);
  }

  /** A dataset of two images. */
  public static String dataset() {
    return given()
        .multiPart("file", "a.png", image("png", 20, 10))
        .multiPart("file", "b.jpg", image("jpg", 30, 40))
        .multiPart("options", "{\"name\": \"two\"}", "application/json")
        .post(API + "/datasets")
        .then()
        .statusCode(202)
        .extract()
        .path("id");
  }

  public static byte[] image(String format, int width, int height) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), format, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** A form's options, in UTF-8. */
  public static MultiPartSpecification options(Map<String, ?> options) {
    return new MultiPartSpecBuilder(options, ObjectMapperType.JACKSON_2)
        .controlName("options")
        .mimeType("application/json")
        .charset(StandardCharsets.UTF_8)
        .build();
  }

  /** A project that an experiment can be started in. */
  public static String project() {
    return project(model(), dataset(), target());
  }

  public static String project(String model, String dataset, String target) {
    Map<String, Object> body = new java.util.HashMap<>();
    body.put("modelId", model);
    body.put("datasetId", dataset);
    body.put("targetId", target);
    body.put("device", "CPU");
    return given()
        .contentType(ContentType.JSON)
        .body(body)
        .post(API + "/projects")
        .then()
        .statusCode(201)
        .extract()
        .path("id");
  }

  public static Map<String, Object> noop(String projectId) {
    return Map.of("projectId", projectId, "kind", "noop", "options", Map.of("n", 1));
  }

  public static Map<String, Object> profile(String projectId) {
    return Map.of(
        "projectId",
        projectId,
        "kind",
        "profile",
        "options",
        Map.of(
            "grid",
            Map.of("batches", List.of(1, 2), "streams", List.of(1, 2)),
            "durationSeconds",
            1));
  }

  public static String submit(Map<String, Object> experiment) {
    return given()
        .contentType(ContentType.JSON)
        .body(experiment)
        .post(API + "/experiments")
        .then()
        .statusCode(202)
        .extract()
        .path("id");
  }

  public static Digest store(byte[] bytes) {
    try {
      return Arc.container()
          .instance(ArtifactStore.class)
          .get()
          .put(new ByteArrayInputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
