package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.graph.ConstantData;
import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.ProtoReader;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/**
 * The values that one field of a constant lists, from which an operation may take a size. A list of
 * more values than a shape has dimensions is none, so its values are counted and not kept.
 */
final class Numbers {
  private static final Set<ElementType> TYPES =
      EnumSet.of(
          ElementType.I8,
          ElementType.I16,
          ElementType.I32,
          ElementType.I64,
          ElementType.U8,
          ElementType.U16,
          ElementType.U32,
          ElementType.U64,
          ElementType.F16,
          ElementType.BF16,
          ElementType.F32,
          ElementType.F64);

  private final List<Long> bits = new ArrayList<>(4);
  private long count;

  /** Adds the current field: one whole number, or a packed list of them. */
  void addVarints(ProtoReader field) throws MalformedModelException {
    count += field.countVarints();
    if (count <= PartialShape.HIGHEST_RANK) {
      field.forEachVarint(bits::add);
    }
  }

  /** Adds the current field: one number of {@code width} bytes, or a packed list of them. */
  void addFixed(ProtoReader field, int width) throws MalformedModelException {
    count += field.countFixed(width);
    if (count <= PartialShape.HIGHEST_RANK) {
      field.forEachFixed(width, bits::add);
    }
  }

  /** Counts a text, which is no number. */
  void addText() {
    count++;
  }

  /** How many there are, kept or not. */
  long count() {
    return count;
  }

  /** The values as numbers of this type, if all were kept and it is a type of numbers. */
  Optional<double[]> of(ElementType type) {
    return count == bits.size() && TYPES.contains(type)
        ? Optional.of(bits.stream().mapToDouble(each -> number(each, type)).toArray())
        : Optional.empty();
  }

  /** The same of values as they stand in memory, the lowest byte first. */
  static Optional<double[]> inMemory(MemorySegment bytes, ElementType type) {
    if (!TYPES.contains(type)) {
      return Optional.empty();
    }
    long count = bytes.byteSize() * Byte.SIZE / type.bits();
    ConstantData data = ConstantData.of(bytes);
    return count <= PartialShape.HIGHEST_RANK
        ? Optional.of(LongStream.range(0, count).mapToDouble(i -> data.get(type, i)).toArray())
        : Optional.empty();
  }

  /** What a cast to this type makes of the values, if it is a type of numbers. */
  static Optional<double[]> cast(double[] values, ElementType type) {
    return TYPES.contains(type)
        ? Optional.of(
            DoubleStream.of(values).map(value -> number(bits(value, type), type)).toArray())
        : Optional.empty();
  }

  /** A file may list a number with more bits than its type has: readers take the lowest. */
  private static double number(long bits, ElementType type) {
    return ConstantData.ofLongs(bits).get(type, 0);
  }

  private static long bits(double value, ElementType type) {
    return switch (type) {
      case F64 -> Double.doubleToLongBits(value);
      case F32 -> Float.floatToIntBits((float) value);
      case F16 -> Float.floatToFloat16((float) value);
      case BF16 -> Float.floatToIntBits((float) value) >>> 16;
      default -> (long) value;
    };
  }
}
