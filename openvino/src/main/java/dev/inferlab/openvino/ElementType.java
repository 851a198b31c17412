package dev.inferlab.openvino;

import dev.inferlab.openvino.internal.loader.NativeLibrary;
import java.util.Locale;
import java.util.Map;

/**
 * What one element of a tensor is. Codes are those of {@code ov_element_type_e}; they have moved
 * between releases, so the loader checks them against the runtime.
 */
public enum ElementType {
  DYNAMIC(0, 0),
  BOOLEAN(1, 8),
  BF16(2, 16),
  F16(3, 16),
  F32(4, 32),
  F64(5, 64),
  I4(6, 4),
  I8(7, 8),
  I16(8, 16),
  I32(9, 32),
  I64(10, 64),
  U1(11, 1),
  U2(12, 2),
  U3(13, 3),
  U4(14, 4),
  U6(15, 6),
  U8(16, 8),
  U16(17, 16),
  U32(18, 32),
  U64(19, 64),
  NF4(20, 4),
  F8E4M3(21, 8),
  F8E5M2(22, 8),
  /** Text: elements are C++ strings, their bytes cannot be viewed. */
  STRING(23, 256),
  F4E2M1(24, 4),
  F8E8M0(25, 8);

  private static final Map<String, ElementType> OTHER_NAMES =
      Map.of("float", F32, "half", F16, "fp32", F32, "fp16", F16, "undefined", DYNAMIC);

  private final int code;
  private final int bits;

  ElementType(int code, int bits) {
    this.code = code;
    this.bits = bits;
  }

  /** The value in the C API. */
  public int code() {
    return code;
  }

  /** Bits of one element; 0 for {@link #DYNAMIC}. Elements under 8 bits are packed. */
  public int bits() {
    return bits;
  }

  /** Bytes that so many elements take, the last one filled up. */
  public long byteSize(long elements) {
    return Math.ceilDivExact(Math.multiplyExact(elements, (long) bits), 8L);
  }

  /** The runtime's own name, such as {@code f32}. */
  public String openVinoName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @param code as the runtime reports it
   * @throws NativeLibraryException for one that came with a later release
   */
  static ElementType of(int code) {
    if (code < 0 || code >= values().length) {
      throw new NativeLibraryException(
          "OpenVINO reported element type number %d, which this binding does not know. Remedy: use release %s, or a model without it."
              .formatted(code, NativeLibrary.SUPPORTED_RELEASE));
    }
    return values()[code];
  }

  /** Reads {@code f32}, {@code FP32}, {@code I8} and the like. */
  public static ElementType parse(String name) {
    String lower = name.strip().toLowerCase(Locale.ROOT);
    ElementType other = OTHER_NAMES.get(lower);
    return other != null ? other : valueOf(lower.toUpperCase(Locale.ROOT));
  }
}
