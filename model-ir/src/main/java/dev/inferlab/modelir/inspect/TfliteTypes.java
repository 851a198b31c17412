package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.tensor.ElementType;

/** TensorType of TensorFlow Lite's schema.fbs. */
final class TfliteTypes {
  private TfliteTypes() {}

  static ElementType of(int type) {
    return switch (type) {
      case 0 -> ElementType.F32;
      case 1 -> ElementType.F16;
      case 2 -> ElementType.I32;
      case 3 -> ElementType.U8;
      case 4 -> ElementType.I64;
      case 5 -> ElementType.STRING;
      case 6 -> ElementType.BOOLEAN;
      case 7 -> ElementType.I16;
      case 8 -> ElementType.COMPLEX64;
      case 9 -> ElementType.I8;
      case 10 -> ElementType.F64;
      case 11 -> ElementType.COMPLEX128;
      case 12 -> ElementType.U64;
      case 15 -> ElementType.U32;
      case 16 -> ElementType.U16;
      case 17 -> ElementType.I4;
      case 18 -> ElementType.BF16;
      // Resources and variants have no value that a file could hold.
      default -> ElementType.DYNAMIC;
    };
  }
}
