package dev.inferlab.agent.convert;

import dev.inferlab.modelir.inspect.ModelFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The formats by the names that a job's options use. */
final class Formats {
  private static final Map<String, ModelFormat> BY_NAME =
      new TreeMap<>(
          Map.of(
              "IR", ModelFormat.OPENVINO_IR,
              "ONNX", ModelFormat.ONNX,
              "TENSORFLOW", ModelFormat.TENSORFLOW_FROZEN,
              "TENSORFLOW_SAVED_MODEL", ModelFormat.TENSORFLOW_SAVED_MODEL,
              "TENSORFLOW_META_GRAPH", ModelFormat.TENSORFLOW_META_GRAPH,
              "TFLITE", ModelFormat.TFLITE,
              "PADDLE", ModelFormat.PADDLE,
              "CAFFE", ModelFormat.CAFFE,
              "MXNET", ModelFormat.MXNET));

  private Formats() {}

  static Optional<ModelFormat> byName(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  static String names() {
    return String.join(", ", new TreeSet<>(BY_NAME.keySet()));
  }
}
