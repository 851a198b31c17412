package dev.inferlab.gateway.model;

import dev.inferlab.modelir.inspect.FileRole;
import dev.inferlab.modelir.inspect.ModelFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Formats under the names that REST and the convert job use. */
final class Formats {
  private static final String IR = "IR";
  private static final String CAFFE = "CAFFE";
  private static final String MXNET = "MXNET";
  private static final String SAVED_MODEL = "TENSORFLOW_SAVED_MODEL";

  private Formats() {}

  static String name(ModelFormat format) {
    return switch (format) {
      case OPENVINO_IR -> IR;
      case ONNX -> "ONNX";
      case TENSORFLOW_FROZEN -> "TENSORFLOW";
      case TENSORFLOW_SAVED_MODEL -> SAVED_MODEL;
      case TENSORFLOW_META_GRAPH -> "TENSORFLOW_META_GRAPH";
      case TFLITE -> "TFLITE";
      case PADDLE -> "PADDLE";
      case CAFFE -> CAFFE;
      case MXNET -> MXNET;
    };
  }

  static Set<String> names() {
    return Arrays.stream(ModelFormat.values()).map(Formats::name).collect(Collectors.toSet());
  }

  /** What the convert job reads first: a SavedModel is read by its folder, all else by a file. */
  static String mainPath(String format, List<ModelFile> files) {
    String topology = withRole(FileRole.TOPOLOGY, files).orElseThrow();
    if (!format.equals(SAVED_MODEL)) {
      return topology;
    }
    int slash = topology.lastIndexOf('/');
    return slash < 0 ? "" : topology.substring(0, slash);
  }

  /** The file of the weights where the main file does not name it; else empty. */
  static String weightsPath(String format, List<ModelFile> files) {
    return Set.of(IR, CAFFE, MXNET).contains(format)
        ? withRole(FileRole.WEIGHTS, files).orElse("")
        : "";
  }

  private static Optional<String> withRole(FileRole role, List<ModelFile> files) {
    return files.stream()
        .filter(file -> file.role().equals(role.name()))
        .map(ModelFile::name)
        .findFirst();
  }
}
