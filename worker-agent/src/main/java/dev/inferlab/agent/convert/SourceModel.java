package dev.inferlab.agent.convert;

import dev.inferlab.agent.failure.Failure;
import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.modelir.inspect.FileRole;
import dev.inferlab.modelir.inspect.Inspection;
import dev.inferlab.modelir.inspect.ModelFormat;
import dev.inferlab.modelir.inspect.ModelInspector;
import dev.inferlab.modelir.inspect.Operations;
import dev.inferlab.modelir.inspect.Place;
import dev.inferlab.modelir.inspect.ProblemCode;
import dev.inferlab.proto.job.v1.ConvertOptions;
import dev.inferlab.proto.job.v1.ErrorClass;
import dev.inferlab.proto.job.v1.Location;
import dev.inferlab.proto.job.v1.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The user's model among a job's inputs, after a look into it: OpenVINO's readers follow paths that
 * a model names and trust its numbers, so they get no file that was not checked here, whoever sent
 * the job.
 *
 * @param main the file or folder that is read first
 * @param topology the file that describes the network: the main one, or one in the folder
 * @param weights the file of the weights, where the format has one beside the main file
 */
record SourceModel(
    ModelFormat format, Path main, Path topology, Optional<Path> weights, Operations operations) {

  static SourceModel find(Path inputs, ConvertOptions options)
      throws JobFailedException, IOException {
    ModelFormat format =
        Formats.byName(options.getFormat())
            .orElseThrow(
                () ->
                    Failure.MODEL_FORMAT_UNSUPPORTED.exception(
                        "Models of the format '%s' cannot be converted on this target; it reads %s."
                            .formatted(options.getFormat(), Formats.names())));
    boolean folder = format == ModelFormat.TENSORFLOW_SAVED_MODEL;
    Path main = inside(inputs, options.getMainPath(), folder, "main");
    Inspection.Accepted found = inspect(inputs);
    if (found.format() != format) {
      throw Failure.JOB_OPTIONS_INVALID.exception(
          "The files are a model in the format %s, not %s."
              .formatted(found.format().title(), format.title()));
    }
    Optional<Path> weights = Optional.empty();
    if (!options.getWeightsPath().isEmpty()) {
      weights = Optional.of(inside(inputs, options.getWeightsPath(), false, "weights"));
    } else if (format == ModelFormat.OPENVINO_IR
        || format == ModelFormat.PADDLE
        || format == ModelFormat.CAFFE
        || format == ModelFormat.MXNET) {
      weights =
          found.files().getOrDefault(FileRole.WEIGHTS, List.of()).stream()
              .findFirst()
              .map(inputs::resolve);
    }
    return new SourceModel(
        format, main, inputs.resolve(found.topology()), weights, found.operations());
  }

  /**
   * What is read first, under a name that OpenVINO takes for its format: the inspection goes by the
   * content, some of OpenVINO's readers by the name alone.
   *
   * @param scratch folder in which links may be made, also to what stands beside the file
   */
  Path readable(Path scratch) throws IOException {
    String name = topology.getFileName().toString();
    String stem = name.indexOf('.') > 0 ? name.substring(0, name.lastIndexOf('.')) : name;
    String taken =
        switch (format) {
          case TFLITE -> stem + ".tflite";
          case PADDLE -> stem + ".pdmodel";
          case TENSORFLOW_META_GRAPH -> stem + ".meta";
          case TENSORFLOW_SAVED_MODEL -> "saved_model.pb";
          case OPENVINO_IR, ONNX, TENSORFLOW_FROZEN, CAFFE, MXNET -> name;
        };
    if (taken.equals(name)) {
      return main;
    }
    Path folder = Files.createDirectory(scratch.resolve("named"));
    Path file = folder.resolve(taken);
    Files.createSymbolicLink(file, topology.toAbsolutePath());
    try (Stream<Path> beside = Files.list(topology.toAbsolutePath().getParent())) {
      for (Path other : beside.toList()) {
        Path link = folder.resolve(other.getFileName());
        if (!link.equals(file)) {
          Files.createSymbolicLink(link, other);
        }
      }
    }
    return format == ModelFormat.TENSORFLOW_SAVED_MODEL ? folder : file;
  }

  /** The same failure with the place that OpenVINO did not tell, as far as it is known. */
  JobFailedException located(JobFailedException e) {
    Problem.Builder problem = e.problem().toBuilder();
    Location.Builder location = problem.getLocationBuilder();
    if (location.getFile().isEmpty()) {
      location.setFile(topology.getFileName().toString());
    }
    if (location.getLayer().isEmpty()
        && problem.getCode().equals(Failure.MODEL_OPERATION_UNSUPPORTED.name())) {
      location.setLayer(operations.first().getOrDefault(location.getLayerType(), ""));
    }
    return new JobFailedException(problem.build(), e);
  }

  private static Path inside(Path inputs, String name, boolean folder, String kind)
      throws JobFailedException {
    Path path = inputs.resolve(name).normalize();
    boolean fits =
        folder
            ? Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
            : Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    if (!path.startsWith(inputs) || !fits) {
      throw Failure.JOB_OPTIONS_INVALID.exception(
          "The model's %s %s is not among its files.".formatted(kind, folder ? "folder" : "file"));
    }
    return path;
  }

  private static Inspection.Accepted inspect(Path inputs) throws JobFailedException, IOException {
    Map<String, Path> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(inputs)) {
      all.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
          .forEach(path -> files.put(inputs.relativize(path).toString(), path));
    }
    return switch (new ModelInspector().inspect(files)) {
      case Inspection.Accepted accepted -> accepted;
      case Inspection.Refused refused ->
          throw new JobFailedException(problem(refused.problems().getFirst()));
    };
  }

  private static Problem problem(dev.inferlab.modelir.inspect.Problem found) {
    Place place = found.place();
    Location.Builder location = Location.newBuilder().setFile(place.file());
    place.line().ifPresent(location::setLine);
    place.layer().ifPresent(location::setLayer);
    String where =
        place.offset().isPresent() ? " (At byte %d.)".formatted(place.offset().getAsLong()) : "";
    return Problem.newBuilder()
        .setErrorClass(
            found.code() == ProblemCode.MODEL_VERSION_UNSUPPORTED
                ? ErrorClass.UNSUPPORTED
                : ErrorClass.INVALID_INPUT)
        .setCode(found.code().name())
        .setDetail(found.reason() + where)
        .setLocation(location)
        .build();
  }
}
