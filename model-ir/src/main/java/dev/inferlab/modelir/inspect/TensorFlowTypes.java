package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.tensor.ElementType;

/** DataType of TensorFlow's types.proto. */
final class TensorFlowTypes {
  private TensorFlowTypes() {}

  static ElementType of(long type) {
    // From 101 on are the reference variants of the same types.
    return switch ((int) (type > 100 ? type - 100 : type)) {
      case 1 -> ElementType.F32;
      case 2 -> ElementType.F64;
      case 3, 13 -> ElementType.I32;
      case 4, 12 -> ElementType.U8;
      case 5, 15 -> ElementType.I16;
      case 6, 11 -> ElementType.I8;
      case 7 -> ElementType.STRING;
      case 8 -> ElementType.COMPLEX64;
      case 9 -> ElementType.I64;
      case 10 -> ElementType.BOOLEAN;
      case 14 -> ElementType.BF16;
      case 16, 17 -> ElementType.U16;
      case 18 -> ElementType.COMPLEX128;
      case 19 -> ElementType.F16;
      case 22 -> ElementType.U32;
      case 23 -> ElementType.U64;
      case 24 -> ElementType.F8E5M2;
      case 25 -> ElementType.F8E4M3;
      case 29 -> ElementType.I4;
      case 30 -> ElementType.U4;
      default -> ElementType.DYNAMIC;
    };
  }
}
