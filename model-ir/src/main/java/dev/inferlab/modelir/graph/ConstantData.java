package dev.inferlab.modelir.graph;

import dev.inferlab.modelir.tensor.ElementType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The value of a constant: a read-only slice, of the mapped weights file or of memory. Several
 * constants may hold the same data; it is written once.
 */
public final class ConstantData {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final MemorySegment bytes;

  /** All of the file that this was read from, or null. */
  private final MemorySegment file;

  private final long fileOffset;

  private ConstantData(MemorySegment bytes, MemorySegment file, long fileOffset) {
    this.bytes = bytes.asReadOnly();
    this.file = file;
    this.fileOffset = fileOffset;
  }

  /** Data in memory. */
  public static ConstantData of(byte[] bytes) {
    return new ConstantData(MemorySegment.ofArray(bytes.clone()), null, -1);
  }

  /**
   * Data that stays where it is, little-endian: a part of a mapped file, for instance. It must live
   * as long as the constants that hold it.
   */
  public static ConstantData of(MemorySegment bytes) {
    return new ConstantData(bytes, null, -1);
  }

  public static ConstantData ofFloats(float... values) {
    MemorySegment bytes = MemorySegment.ofArray(new byte[Math.multiplyExact(values.length, 4)]);
    for (int i = 0; i < values.length; i++) {
      bytes.set(FLOAT, 4L * i, values[i]);
    }
    return new ConstantData(bytes, null, -1);
  }

  public static ConstantData ofLongs(long... values) {
    MemorySegment bytes = MemorySegment.ofArray(new byte[Math.multiplyExact(values.length, 8)]);
    for (int i = 0; i < values.length; i++) {
      bytes.set(LONG, 8L * i, values[i]);
    }
    return new ConstantData(bytes, null, -1);
  }

  static ConstantData ofFile(MemorySegment file, long offset, long size) {
    return new ConstantData(file.asSlice(offset, size), file, offset);
  }

  /** Little-endian bytes, read-only. */
  public MemorySegment bytes() {
    return bytes;
  }

  public long byteSize() {
    return bytes.byteSize();
  }

  /** All of the mapped file that this data was read from; empty when it is new. */
  Optional<MemorySegment> file() {
    return Optional.ofNullable(file);
  }

  /** Offset in {@link #file}. */
  long fileOffset() {
    return fileOffset;
  }

  /** Element {@code index} as a number; {@code type} is the constant's own type. */
  public double get(ElementType type, long index) {
    return switch (type) {
      case F64 -> bytes.get(DOUBLE, 8 * index);
      case F32 -> bytes.get(FLOAT, 4 * index);
      case F16 -> Float.float16ToFloat(bytes.get(SHORT, 2 * index));
      case BF16 -> Float.intBitsToFloat(bytes.get(SHORT, 2 * index) << 16);
      case I64 -> bytes.get(LONG, 8 * index);
      case U64 -> unsigned(bytes.get(LONG, 8 * index));
      case I32 -> bytes.get(INT, 4 * index);
      case U32 -> Integer.toUnsignedLong(bytes.get(INT, 4 * index));
      case I16 -> bytes.get(SHORT, 2 * index);
      case U16 -> Short.toUnsignedInt(bytes.get(SHORT, 2 * index));
      case I8 -> bytes.get(ValueLayout.JAVA_BYTE, index);
      case U8, BOOLEAN -> Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, index));
      case U4, I4 -> nibble(type, index);
      default ->
          throw new IllegalArgumentException(
              "elements of type " + type.irName() + " cannot be read as numbers");
    };
  }

  /** All values as floats; wide integers lose precision as a cast does. */
  public float[] toFloats(ElementType type) {
    float[] values = new float[elements(type)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) get(type, i);
    }
    return values;
  }

  /** All values as longs, for shapes, axes and the like. */
  public long[] toLongs(ElementType type) {
    long[] values = new long[elements(type)];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          type == ElementType.I64 || type == ElementType.U64
              ? bytes.get(LONG, 8L * i)
              : (long) get(type, i);
    }
    return values;
  }

  /** True when this element is zero; the sign of a floating zero does not matter. */
  public boolean isZero(ElementType type, long index) {
    return type.bits() > 0 && get(type, index) == 0;
  }

  private int elements(ElementType type) {
    if (type.bits() == 0) {
      throw new IllegalArgumentException(type.irName() + " has no fixed width");
    }
    return Math.toIntExact(bytes.byteSize() * 8 / type.bits());
  }

  private static double unsigned(long bits) {
    return bits < 0 ? (bits >>> 1) * 2.0 : bits;
  }

  /** Two values a byte, the first in the low half. */
  private double nibble(ElementType type, long index) {
    int value = bytes.get(ValueLayout.JAVA_BYTE, index / 2) >> (index % 2 == 0 ? 0 : 4) & 0xf;
    return type == ElementType.I4 && value > 7 ? value - 16 : value;
  }
}
