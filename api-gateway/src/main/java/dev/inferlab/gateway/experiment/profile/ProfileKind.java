package dev.inferlab.gateway.experiment.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.protobuf.ByteString;
import dev.inferlab.gateway.experiment.ExperimentKind;
import dev.inferlab.gateway.experiment.Plan;
import dev.inferlab.gateway.experiment.ProjectContext;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.gateway.model.ImageInput;
import dev.inferlab.gateway.model.InputSpec;
import dev.inferlab.gateway.model.Port;
import dev.inferlab.gateway.target.Device;
import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.proto.job.v1.Digest;
import dev.inferlab.proto.job.v1.FileRef;
import dev.inferlab.proto.job.v1.Placement;
import dev.inferlab.proto.job.v1.ProfileMode;
import dev.inferlab.proto.job.v1.ProfileOptions;
import dev.inferlab.proto.job.v1.ProfilePointRequest;
import dev.inferlab.proto.job.v1.TensorShape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How fast, and which layers cost the time: one job that measures point after point. */
public final class ProfileKind implements ExperimentKind {
  public static final String NAME = "profile";

  /** For reading, compiling and the counter pass of one point on a slow machine. */
  private static final Duration OVERHEAD_PER_POINT = Duration.ofMinutes(3);

  private static final Duration OVERHEAD = Duration.ofMinutes(10);

  private final Json json;

  public ProfileKind(Json json) {
    this.json = json;
  }

  @Override
  public Plan plan(ProjectContext project, JsonNode options, String path, Violations violations) {
    ProfileRequest request =
        ProfileRequest.read(
            options == null ? JsonNodeFactory.instance.objectNode() : options, path, violations);
    project.device().ifPresent(device -> DeviceRange.check(request, device, path, violations));
    checkModel(project);
    refuseTexts(project.model().inputs());
    refuseTexts(project.model().outputs());
    ProfileRequest sweep = request.withInputs(project.model().inputs(), path, violations);
    InputSpec given = project.model().inputSpec().orElse(InputSpec.NOTHING);
    ImageInput input = ImageInput.of(project.model().inputs(), given.layout());
    if (project.dataset().isPresent() && input instanceof ImageInput.DoesNotFit misfit) {
      throw new ProblemException(ProblemCode.MODEL_INPUT_NOT_IMAGE, misfit.reason());
    }
    return new Plan(
        json.write(sweep),
        inputs(project),
        jobOptions(sweep, given, input),
        Placement.newBuilder()
            .setTargetId(project.targetId().toString())
            .setDevice(project.deviceId())
            .setExclusive(true)
            .build(),
        timeLimit(request));
  }

  private static void checkModel(ProjectContext project) {
    if (!project.model().state().equals("READY")) {
      throw new ProblemException(
          ProblemCode.MODEL_NOT_READY,
          "The project's model is %s.".formatted(project.model().state()));
    }
    if (project.device().filter(Device::available).isEmpty()) {
      String reason =
          project
              .device()
              .map(Device::whyUnavailable)
              .orElse("The target does not report it any more.");
      throw new ProblemException(
          ProblemCode.DEVICE_UNAVAILABLE,
          "The device %s cannot be used. %s".formatted(project.deviceId(), reason));
    }
  }

  /** The agent refuses them too; it may be long until it comes to that. */
  private static void refuseTexts(List<Port> ports) {
    for (Port port : ports) {
      if (port.elementType().equals(ElementType.STRING.irName())) {
        throw new ProblemException(
            ProblemCode.MODEL_INPUT_UNFILLABLE,
            "The model's '%s' holds texts; only models whose inputs and outputs are numbers are measured."
                .formatted(port.name()));
      }
    }
  }

  private static List<FileRef> inputs(ProjectContext project) {
    List<FileRef> inputs = new ArrayList<>();
    inputs.add(file("model.xml", project.model().xml().orElseThrow()));
    inputs.add(file("model.bin", project.model().bin().orElseThrow()));
    project.dataset().ifPresent(zip -> inputs.add(file("dataset.zip", zip)));
    return inputs;
  }

  private static FileRef file(String path, Digest digest) {
    return FileRef.newBuilder().setPath(path).setDigest(digest).build();
  }

  private static ByteString jobOptions(ProfileRequest request, InputSpec given, ImageInput input) {
    ProfileOptions.Builder options =
        ProfileOptions.newBuilder()
            .setMode(
                request.mode().equals("latency") ? ProfileMode.LATENCY : ProfileMode.THROUGHPUT)
            .setDurationSeconds(request.durationSeconds())
            .setWarmupSeconds(request.warmupSeconds())
            .setRepeats(request.repeats())
            .putAllProperties(request.properties())
            .setInput(inputSpec(given, input));
    if (request.inferencePrecision() != null) {
      options.setInferencePrecision(request.inferencePrecision());
    }
    if (request.threads() != null) {
      options.setThreads(request.threads());
    }
    for (Point point : request.sweep()) {
      ProfilePointRequest.Builder asked =
          ProfilePointRequest.newBuilder()
              .setIndex(point.index())
              .setStreams(point.streams())
              .setRequests(point.requests())
              .setAuto(point.auto());
      if (point.shapes() == null) {
        asked.setBatch(point.batch());
      } else {
        point.shapes().byName().forEach((name, shape) -> asked.putShapes(name, tensor(shape)));
      }
      options.addPoints(asked);
    }
    return options.build().toByteString();
  }

  private static TensorShape tensor(List<Integer> shape) {
    return TensorShape.newBuilder()
        .addAllDimensions(shape.stream().map(Long::valueOf).toList())
        .build();
  }

  private static dev.inferlab.proto.job.v1.InputSpec inputSpec(InputSpec given, ImageInput input) {
    dev.inferlab.proto.job.v1.InputSpec.Builder spec =
        dev.inferlab.proto.job.v1.InputSpec.newBuilder();
    if (input instanceof ImageInput.Fits fits) {
      spec.setLayout(fits.layout());
      spec.setColour(fits.channels() == 1 ? "GRAY" : "RGB");
    }
    if (given.colour() != null) {
      spec.setColour(given.colour());
    }
    if (given.resize() != null) {
      spec.setResize(given.resize());
    }
    if (given.padValue() != null) {
      spec.setPadValue(given.padValue());
    }
    return spec.addAllMean(given.mean()).addAllScale(given.scale()).build();
  }

  /** Both passes of every point, and room for what happens around them. */
  private static Duration timeLimit(ProfileRequest request) {
    double pass = request.durationSeconds() + request.warmupSeconds();
    long secondsPerPoint = (long) Math.ceil(pass * (request.repeats() + 1));
    return OVERHEAD.plus(
        OVERHEAD_PER_POINT.plusSeconds(secondsPerPoint).multipliedBy(request.sweep().size()));
  }
}
