package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.graph.ConstantData;
import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import dev.inferlab.modelir.wire.Budget;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.ProtoReader;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The values of a constant from which an operation may take a size. A constant of more values than
 * a shape has dimensions is none, so its values are counted and not kept.
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

  private final List<Double> values = new ArrayList<>(4);
  private long count;

  /** Adds the current field: one whole number, or a packed list of them. */
  void addVarints(ProtoReader field) throws MalformedModelException {
    count += field.countVarints();
    if (count <= PartialShape.HIGHEST_RANK) {
      field.forEachVarint(value -> values.add((double) value));
    }
  }

  /** Takes the whole numbers for what they are: the bits of floats, if {@code type} has 16. */
  Numbers ofType(ElementType type) {
    switch (type) {
      case F16 -> values.replaceAll(bits -> (double) Float.float16ToFloat(bits.shortValue()));
      case BF16 -> values.replaceAll(bits -> (double) Float.intBitsToFloat(bits.intValue() << 16));
      default -> {}
    }
    return this;
  }

  /** Adds the current field: one number of 32 or 64 bits, or a packed list of them. */
  void addFloats(ProtoReader field, ElementType type) throws MalformedModelException {
    if (field.wireType() == ProtoReader.LENGTH_DELIMITED) {
      addBytes(field.payload(), type);
    } else {
      count++;
      if (count <= PartialShape.HIGHEST_RANK) {
        values.add(
            type == ElementType.F32 ? field.float32() : Double.longBitsToDouble(field.number()));
      }
    }
  }

  /** Adds values as they stand in memory, the lowest byte first. */
  void addBytes(MemorySegment bytes, ElementType type) {
    if (!TYPES.contains(type)) {
      count = Long.MAX_VALUE;
      return;
    }
    long added = bytes.byteSize() * Byte.SIZE / type.bits();
    count += added;
    if (count <= PartialShape.HIGHEST_RANK) {
      ConstantData data = ConstantData.of(bytes);
      for (long i = 0; i < added; i++) {
        values.add(data.get(type, i));
      }
    }
  }

  /** The values, if none were left out. */
  Optional<double[]> values() {
    return count == values.size()
        ? Optional.of(values.stream().mapToDouble(Double::doubleValue).toArray())
        : Optional.empty();
  }

  /** The values, if none were left out, for keeping them: the budget pays. */
  Optional<double[]> kept(Budget budget, long offset) throws MalformedModelException {
    Optional<double[]> kept = values();
    if (kept.isPresent()) {
      budget.keep((kept.get().length + 8L) * Double.BYTES, offset);
    }
    return kept;
  }
}
