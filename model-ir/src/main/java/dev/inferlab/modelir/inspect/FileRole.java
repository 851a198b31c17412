package dev.inferlab.modelir.inspect;

/** What an uploaded file is for in its model. */
public enum FileRole {
  /** The file that describes the network; the one to hand to a reader. */
  TOPOLOGY,
  /** The weights beside the topology ({@code .bin}, {@code .pdiparams}, {@code .caffemodel}, …). */
  WEIGHTS,
  /** Tensors that an ONNX model keeps outside its own file. */
  EXTERNAL_DATA,
  /** TensorFlow's table of variables. */
  VARIABLES_INDEX,
  /** TensorFlow's values of variables. */
  VARIABLES_DATA,
  /** Nothing that the model refers to. */
  UNUSED
}
