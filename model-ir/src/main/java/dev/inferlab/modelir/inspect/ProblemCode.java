package dev.inferlab.modelir.inspect;

/** Stable codes of what can be wrong with an uploaded model. */
public enum ProblemCode {
  /** No file of the upload is a model in a known format. */
  MODEL_NOT_RECOGNISED,
  /** The upload holds more than one model. */
  MODEL_AMBIGUOUS,
  /** A file ends before what it announces. */
  MODEL_TRUNCATED,
  /** A file contradicts its own format. */
  MODEL_MALFORMED,
  /** A file that the model needs is not in the upload. */
  MODEL_FILE_MISSING,
  /** A file's name is absolute, leaves the upload, or is not a plain file. */
  MODEL_FILE_NAME_FORBIDDEN,
  /** The XML has a DOCTYPE or entities, or is not in UTF-8. */
  MODEL_XML_FORBIDDEN,
  /** A constant points outside its weights file. */
  MODEL_CONSTANT_OUT_OF_BOUNDS,
  /** A constant's bytes do not fit its shape and type. */
  MODEL_CONSTANT_SIZE_MISMATCH,
  /** A shape has a negative or an absurdly large dimension. */
  MODEL_SHAPE_INVALID,
  /**
   * The graph has a cycle, refers to what it does not hold, holds two things of one name, or has an
   * input or output that nobody can name.
   */
  MODEL_GRAPH_INVALID,
  /** Tensors are kept at an absolute path, outside the upload, or behind a link. */
  MODEL_EXTERNAL_DATA_FORBIDDEN,
  /** The upload holds or asks for code: pickle, HDF5/Keras, native libraries, Python operations. */
  MODEL_CODE_FORBIDDEN,
  /** The format's version is one that nothing here reads. */
  MODEL_VERSION_UNSUPPORTED,
  /** The model has more parts, or nests deeper, than a model should. */
  MODEL_TOO_COMPLEX
}
