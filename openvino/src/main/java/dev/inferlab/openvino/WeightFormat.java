package dev.inferlab.openvino;

/** How {@link Model#save} writes constants. */
public enum WeightFormat {
  /** As they are: FP32 weights stay FP32. */
  UNCHANGED,
  /** FP32 and FP64 weights are rounded to FP16; the file is half as large. */
  FP16
}
