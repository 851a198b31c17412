package dev.inferlab.agent.profile;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.inferlab.agent.executor.JobContext;
import dev.inferlab.agent.executor.JobRunner;
import dev.inferlab.agent.failure.Failure;
import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.agent.runtime.RuntimeProblems;
import dev.inferlab.openvino.Core;
import dev.inferlab.openvino.OpenVino;
import dev.inferlab.openvino.OpenVinoException;
import dev.inferlab.openvino.Property;
import dev.inferlab.proto.job.v1.Environment;
import dev.inferlab.proto.job.v1.Problem;
import dev.inferlab.proto.job.v1.ProfileOptions;
import dev.inferlab.proto.job.v1.ProfilePoint;
import dev.inferlab.proto.job.v1.ProfilePointRequest;
import dev.inferlab.proto.job.v1.ProfileResult;
import dev.inferlab.proto.job.v1.ResultPart;
import io.opentelemetry.api.trace.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Kind "profile": measures a model at several points, each point a part of the result as soon as it
 * is done.
 */
public final class ProfileRunner implements JobRunner {
  private static final double OVERHEAD_SECONDS =
      3; // compiling and the counter pass, for the progress only

  @Override
  public String kind() {
    return "profile";
  }

  @Override
  public ByteString run(JobContext job)
      throws JobFailedException, IOException, InterruptedException {
    ProfileOptions options = options(job);
    Path xml = job.inputs().resolve("model.xml");
    if (!Files.isRegularFile(xml)) {
      throw Failure.JOB_OPTIONS_INVALID.exception("The job has no model to measure.");
    }
    Map<Integer, ProfilePoint> points = earlier(job);
    Path archive = job.inputs().resolve("dataset.zip");
    Optional<DatasetImages> dataset =
        Files.isRegularFile(archive) ? Optional.of(new DatasetImages(archive)) : Optional.empty();
    double seconds =
        options.getWarmupSeconds()
            + Math.max(1, options.getRepeats()) * options.getDurationSeconds()
            + OVERHEAD_SECONDS;
    try (Core core = new Core();
        Ticker ticker = new Ticker(job, options.getPointsCount(), seconds)) {
      checkDevice(core, job.device());
      InputFiller filler = new InputFiller(dataset, options.getInput());
      for (int i = 0; i < options.getPointsCount(); i++) {
        ProfilePointRequest point = options.getPoints(i);
        if (!points.containsKey(point.getIndex())) {
          ticker.begin(i, describe(point));
          ProfilePoint measured = measure(job, core, xml, options, point, filler);
          points.put(point.getIndex(), measured);
          job.part("point/" + point.getIndex(), measured.toByteString());
        }
      }
      requireAny(points);
      return result(job, core, points, filler).toByteString();
    } catch (OpenVinoException e) {
      throw RuntimeProblems.failure(
          Failure.DEVICE_UNAVAILABLE, "OpenVINO cannot be used on this target", e);
    } finally {
      if (dataset.isPresent()) {
        dataset.get().close();
      }
    }
  }

  private static ProfileOptions options(JobContext job) throws JobFailedException {
    ProfileOptions options;
    try {
      options = ProfileOptions.parseFrom(job.spec().getOptions());
    } catch (InvalidProtocolBufferException e) {
      throw Failure.JOB_OPTIONS_INVALID.exception(
          "The options of the measurement cannot be read.", e);
    }
    boolean sane =
        options.getPointsCount() > 0
            && options.getDurationSeconds() > 0
            && options.getWarmupSeconds() >= 0
            && options.getPointsList().stream()
                .allMatch(p -> p.getBatch() >= 0 && p.getStreams() >= 0 && p.getRequests() >= 0);
    if (!sane) {
      throw Failure.JOB_OPTIONS_INVALID.exception(
          "A measurement needs at least one point, a duration above 0, and no negative numbers.");
    }
    return options;
  }

  /** What need not be measured again. */
  private static Map<Integer, ProfilePoint> earlier(JobContext job) throws JobFailedException {
    Map<Integer, ProfilePoint> points = new HashMap<>();
    Set<String> toRepeat = new HashSet<>();
    for (ResultPart part : job.earlierParts()) {
      if (part.getKey().startsWith("point/")) {
        try {
          ProfilePoint point = ProfilePoint.parseFrom(part.getPayload());
          if (point.hasProblem() && mayPass(point.getProblem())) {
            toRepeat.add(part.getKey());
          } else {
            points.put(point.getIndex(), point);
          }
        } catch (InvalidProtocolBufferException e) {
          throw Failure.JOB_OPTIONS_INVALID.exception(
              "A part of an earlier attempt cannot be read.", e);
        }
      }
    }
    for (String key : job.completedParts()) {
      if (key.matches("point/\\d{1,9}") && !toRepeat.contains(key)) {
        points.putIfAbsent(Integer.parseInt(key.substring(6)), ProfilePoint.getDefaultInstance());
      }
    }
    return points;
  }

  /** As with whole jobs: what ran out of memory, say, may fit the next time. */
  private static boolean mayPass(Problem problem) {
    return switch (problem.getErrorClass()) {
      case INVALID_INPUT, UNSUPPORTED, ABORTED -> false;
      case RESOURCE, TRANSIENT, CRASHED, TIMEOUT, ERROR_CLASS_UNSPECIFIED, UNRECOGNIZED -> true;
    };
  }

  private static void checkDevice(Core core, String device) throws JobFailedException {
    try {
      core.property(device, Property.FULL_DEVICE_NAME);
    } catch (OpenVinoException e) {
      throw RuntimeProblems.failure(
          Failure.DEVICE_UNAVAILABLE, "The device " + device + " cannot be used", e);
    }
  }

  private static ProfilePoint measure(
      JobContext job,
      Core core,
      Path xml,
      ProfileOptions options,
      ProfilePointRequest point,
      InputFiller filler)
      throws IOException {
    Span span =
        job.tracing()
            .start("measure point")
            .setAttribute("inferlab.point", point.getIndex())
            .setAttribute("inferlab.batch", point.getBatch())
            .setAttribute("inferlab.streams", point.getStreams());
    try {
      return new PointMeasurement(job, core, xml, options, point, filler).measure();
    } catch (JobFailedException e) {
      span.recordException(e);
      // A point that cannot be measured is a result too; the others go on.
      return ProfilePoint.newBuilder()
          .setIndex(point.getIndex())
          .setBatch(point.getBatch())
          .putAllShapes(point.getShapesMap())
          .setStreams(point.getStreams())
          .setRequests(point.getRequests())
          .setProblem(e.problem())
          .build();
    } finally {
      span.end();
    }
  }

  /** A sweep of which nothing could be measured has failed, for its first point's reason. */
  private static void requireAny(Map<Integer, ProfilePoint> points) throws JobFailedException {
    if (points.values().stream().allMatch(ProfilePoint::hasProblem)) {
      Problem first = points.get(Collections.min(points.keySet())).getProblem();
      throw new JobFailedException(
          first.toBuilder().setDetail("No point could be measured. " + first.getDetail()).build());
    }
  }

  private static ProfileResult result(
      JobContext job, Core core, Map<Integer, ProfilePoint> points, InputFiller filler) {
    int failed = (int) points.values().stream().filter(ProfilePoint::hasProblem).count();
    Environment.Builder environment =
        job.environment().toBuilder()
            .setDevice(job.device())
            .setDeviceFullName(core.property(job.device(), Property.FULL_DEVICE_NAME))
            .setRuntimeVersion(OpenVino.version())
            .setInputSource(filler.source());
    core.versions(job.device())
        .forEach(plugin -> environment.putExtra("plugin." + plugin.device(), plugin.build()));
    return ProfileResult.newBuilder()
        .setEnvironment(environment)
        .setPointsSucceeded(points.size() - failed)
        .setPointsFailed(failed)
        .build();
  }

  private static String describe(ProfilePointRequest point) {
    if (point.getAuto()) {
      return "automatic";
    }
    String shape =
        point.getShapesCount() == 0
            ? "batch " + point.getBatch()
            : point.getShapesMap().entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue().getDimensionsList())
                .sorted()
                .collect(Collectors.joining(", "));
    return "%s, streams %d".formatted(shape, point.getStreams());
  }
}
