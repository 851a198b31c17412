package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.tensor.ElementType;
import java.util.Optional;

/** TensorProto.DataType of onnx.proto. */
final class OnnxTypes {
  private OnnxTypes() {}

  static Optional<ElementType> of(long dataType) {
    return Optional.ofNullable(
        switch ((int) dataType) {
          case 1 -> ElementType.F32;
          case 2 -> ElementType.U8;
          case 3 -> ElementType.I8;
          case 4 -> ElementType.U16;
          case 5 -> ElementType.I16;
          case 6 -> ElementType.I32;
          case 7 -> ElementType.I64;
          case 8 -> ElementType.STRING;
          case 9 -> ElementType.BOOLEAN;
          case 10 -> ElementType.F16;
          case 11 -> ElementType.F64;
          case 12 -> ElementType.U32;
          case 13 -> ElementType.U64;
          case 14 -> ElementType.COMPLEX64;
          case 15 -> ElementType.COMPLEX128;
          case 16 -> ElementType.BF16;
          // The FN and FNUZ variants are as wide as the types that stand for them here.
          case 17, 18 -> ElementType.F8E4M3;
          case 19, 20 -> ElementType.F8E5M2;
          case 21 -> ElementType.U4;
          case 22 -> ElementType.I4;
          case 23 -> ElementType.F4E2M1;
          case 24 -> ElementType.F8E8M0;
          default -> null;
        });
  }
}
