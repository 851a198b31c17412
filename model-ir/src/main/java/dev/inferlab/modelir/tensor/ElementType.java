package dev.inferlab.modelir.tensor;

import java.util.Locale;
import java.util.Optional;

/**
 * Type of one element of a tensor, under the names that OpenVINO's IR uses in {@code element_type}.
 * Types narrower than a byte are packed; strings and unknown types have no fixed width.
 */
public enum ElementType {
  F64(64, "FP64"),
  F32(32, "FP32"),
  F16(16, "FP16"),
  BF16(16, "BF16"),
  F8E4M3(8, "F8E4M3"),
  F8E5M2(8, "F8E5M2"),
  F8E8M0(8, "F8E8M0"),
  F4E2M1(4, "F4E2M1"),
  NF4(4, "NF4"),
  I64(64, "I64"),
  I32(32, "I32"),
  I16(16, "I16"),
  I8(8, "I8"),
  I4(4, "I4"),
  U64(64, "U64"),
  U32(32, "U32"),
  U16(16, "U16"),
  U8(8, "U8"),
  U6(6, "U6"),
  U4(4, "U4"),
  U3(3, "U3"),
  U2(2, "U2"),
  U1(1, "BIN"),
  BOOLEAN(8, "BOOL"),
  COMPLEX64(64, "COMPLEX64"),
  COMPLEX128(128, "COMPLEX128"),
  STRING(0, "STRING"),
  DYNAMIC(0, "UNSPECIFIED");

  private final int bits;
  private final String precision;

  ElementType(int bits, String precision) {
    this.bits = bits;
    this.precision = precision;
  }

  /** Width in bits, or 0 where the width is not fixed (strings, types known only at run time). */
  public int bits() {
    return bits;
  }

  /** Name as IR writes it in a {@code data} element, such as {@code f32}. */
  public String irName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Name as IR writes it on a port, such as {@code FP32}. */
  public String irPrecision() {
    return precision;
  }

  public boolean isFloat() {
    return switch (this) {
      case F64, F32, F16, BF16, F8E4M3, F8E5M2, F8E8M0, F4E2M1, NF4 -> true;
      default -> false;
    };
  }

  /** Bytes that {@code elements} values take when packed; the last byte may be partly used. */
  public long byteSize(long elements) {
    return Math.ceilDiv(Math.multiplyExact(elements, (long) bits), 8L);
  }

  /** The type of an IR {@code element_type} attribute; empty for a name that IR does not know. */
  public static Optional<ElementType> ofIrName(String name) {
    for (ElementType type : values()) {
      if (type.irName().equals(name)) {
        return Optional.of(type);
      }
    }
    return "undefined".equals(name) ? Optional.of(DYNAMIC) : Optional.empty();
  }

  /**
   * The type of an IR port's {@code precision} attribute; empty for a name that IR does not know.
   */
  public static Optional<ElementType> ofIrPrecision(String precision) {
    for (ElementType type : values()) {
      if (type.precision.equals(precision)) {
        return Optional.of(type);
      }
    }
    return switch (precision) {
      case "dynamic", "undefined" -> Optional.of(DYNAMIC);
      case "U1" -> Optional.of(U1);
      default -> ofIrName(precision.toLowerCase(Locale.ROOT));
    };
  }
}
