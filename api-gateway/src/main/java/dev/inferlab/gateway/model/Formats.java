package dev.inferlab.gateway.model;

import dev.inferlab.modelir.inspect.ModelFormat;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Formats under the names that REST and the convert job use. */
final class Formats {
  private Formats() {}

  /** Empty for formats that are recognised, but that no agent converts yet. */
  static Optional<String> name(ModelFormat format) {
    return switch (format) {
      case OPENVINO_IR -> Optional.of("IR");
      case ONNX -> Optional.of("ONNX");
      case TENSORFLOW_FROZEN -> Optional.of("TENSORFLOW");
      case TENSORFLOW_SAVED_MODEL -> Optional.of("TENSORFLOW_SAVED_MODEL");
      case TFLITE -> Optional.of("TFLITE");
      case PADDLE -> Optional.of("PADDLE");
      case TENSORFLOW_META_GRAPH, CAFFE, MXNET -> Optional.empty();
    };
  }

  static Set<String> names() {
    return Arrays.stream(ModelFormat.values())
        .map(Formats::name)
        .flatMap(Optional::stream)
        .collect(Collectors.toSet());
  }
}
