package dev.inferlab.modelir.inspect;

import java.util.Locale;
import java.util.Optional;

/** The formats in which users bring models. */
public enum ModelFormat {
  OPENVINO_IR("OpenVINO IR"),
  ONNX("ONNX"),
  TENSORFLOW_FROZEN("TensorFlow frozen graph"),
  TENSORFLOW_SAVED_MODEL("TensorFlow SavedModel"),
  TENSORFLOW_META_GRAPH("TensorFlow MetaGraph"),
  TFLITE("TensorFlow Lite"),
  PADDLE("PaddlePaddle"),
  CAFFE("Caffe"),
  MXNET("MXNet");

  private final String title;

  ModelFormat(String title) {
    this.title = title;
  }

  /** True for a framework whose images are [N, height, width, channels]. */
  public boolean channelsLast() {
    return switch (this) {
      case TENSORFLOW_FROZEN, TENSORFLOW_SAVED_MODEL, TENSORFLOW_META_GRAPH, TFLITE -> true;
      case OPENVINO_IR, ONNX, PADDLE, CAFFE, MXNET -> false;
    };
  }

  /** The format that a file's name promises, for a file whose content is of none. */
  static Optional<ModelFormat> ofName(String file) {
    String name = file.toLowerCase(Locale.ROOT);
    if (name.endsWith("symbol.json")) {
      return Optional.of(MXNET);
    }
    return Optional.ofNullable(
        switch (name.substring(name.lastIndexOf('.') + 1)) {
          case "xml" -> OPENVINO_IR;
          case "onnx" -> ONNX;
          case "pb" -> TENSORFLOW_FROZEN;
          case "meta" -> TENSORFLOW_META_GRAPH;
          case "tflite" -> TFLITE;
          case "pdmodel" -> PADDLE;
          case "prototxt" -> CAFFE;
          default -> null;
        });
  }

  /** The format's name for people. */
  public String title() {
    return title;
  }
}
