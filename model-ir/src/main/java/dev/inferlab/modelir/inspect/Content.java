package dev.inferlab.modelir.inspect;

/** What a file's bytes look like, whatever its name says. */
enum Content {
  XML("an XML document"),
  WIDE_XML("an XML document in UTF-16"),
  ONNX("an ONNX model"),
  TF_GRAPH("a TensorFlow graph"),
  TF_SAVED_MODEL("a TensorFlow SavedModel"),
  TF_META_GRAPH("a TensorFlow MetaGraph"),
  TF_TABLE("a TensorFlow table of variables"),
  TFLITE("a TensorFlow Lite model"),
  PADDLE_PROGRAM("a PaddlePaddle program"),
  PROTOTXT("a Caffe prototxt"),
  CAFFEMODEL("Caffe weights"),
  MXNET_SYMBOL("an MXNet symbol"),
  MXNET_PARAMS("MXNet parameters"),
  PICKLE("a Python pickle"),
  TORCH_ZIP("a PyTorch archive"),
  KERAS_ZIP("a Keras archive"),
  HDF5("an HDF5 file (Keras)"),
  NPY_OBJECT("a NumPy file with pickled objects"),
  NATIVE_LIBRARY("a native library or program"),
  PYTHON("a Python program"),
  ARCHIVE("an archive"),
  EMPTY("an empty file"),
  OTHER("a file of unknown content");

  private final String title;

  Content(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  /** True for what could run code when it is read by the library that it was made for. */
  boolean isCode() {
    return switch (this) {
      case PICKLE, TORCH_ZIP, KERAS_ZIP, HDF5, NPY_OBJECT, NATIVE_LIBRARY, PYTHON -> true;
      default -> false;
    };
  }

  /** What to do instead of uploading code. */
  String instead() {
    return switch (this) {
      case KERAS_ZIP, HDF5 ->
          "In Keras, model.export('folder') writes a SavedModel without code: upload that.";
      default -> "Export the network to ONNX or OpenVINO IR.";
    };
  }

  /** True for a file that describes a network. */
  boolean isTopology() {
    return switch (this) {
      case XML, ONNX, TF_GRAPH, TF_SAVED_MODEL, TF_META_GRAPH, TFLITE -> true;
      case PADDLE_PROGRAM, PROTOTXT, MXNET_SYMBOL -> true;
      default -> false;
    };
  }
}
