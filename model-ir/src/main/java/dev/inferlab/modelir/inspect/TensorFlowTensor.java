package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.ProtoReader;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Checks a TensorProto (tensorflow/core/framework/tensor.proto). Its values are either raw bytes of
 * exactly the shape's size, or a list that may be shorter, whose last value then repeats.
 */
final class TensorFlowTensor {
  private final Findings findings;
  private final Place place;

  TensorFlowTensor(Findings findings, Place place) {
    this.findings = findings;
    this.place = place;
  }

  /** Returns the values where they can be a size. */
  Optional<double[]> check(ProtoReader tensor, String file, String node)
      throws RefusedException, MalformedModelException {
    ElementType type = ElementType.DYNAMIC;
    PartialShape shape = PartialShape.of();
    Map<Integer, Numbers> lists = new HashMap<>();
    Set<Integer> seen = new HashSet<>();
    MemorySegment raw = MemorySegment.NULL;
    while (tensor.next()) {
      switch (tensor.field()) {
        case 1 -> type = TensorFlowTypes.of(tensor.number());
        case 2 -> {
          tensor.once(seen);
          shape = TensorFlowShape.read(tensor.message(), findings, file, node);
        }
        case 4 -> raw = tensor.payload();
        case 5, 9 -> list(lists, tensor).addFixed(tensor, 4);
        case 6, 12 -> list(lists, tensor).addFixed(tensor, 8);
        case 7, 10, 11, 13, 16, 17 -> list(lists, tensor).addVarints(tensor);
        case 8 -> list(lists, tensor).addText();
        default -> {}
      }
    }
    OptionalLong elements = shape.elements();
    if (elements.isEmpty()) {
      if (shape.hasRank() && !shape.isStatic()) {
        findings.problem(
            ProblemCode.MODEL_SHAPE_INVALID, "A constant cannot have a dynamic shape.", place);
      }
      return Optional.empty();
    }
    long count = elements.getAsLong();
    // A shape without dimensions is not written; then an empty tensor and a scalar look the same.
    boolean isRaw = raw.byteSize() > 0;
    boolean sizeWrong = isRaw && type.bits() > 0 && raw.byteSize() != type.byteSize(count);
    long values = lists.values().stream().mapToLong(Numbers::count).sum();
    if (sizeWrong || values > Math.max(count, 1) * parts(type)) {
      findings.problem(
          ProblemCode.MODEL_CONSTANT_SIZE_MISMATCH,
          "A constant's values do not fit its shape %s of %s. Export the model again."
              .formatted(shape, type.irName()),
          place);
    }
    if (count > PartialShape.HIGHEST_RANK) {
      return Optional.empty();
    }
    return isRaw
        ? Numbers.inMemory(raw, type)
        : lists
            .getOrDefault(field(type), new Numbers())
            .of(type)
            .map(all -> repeated(all, (int) count));
  }

  private static Numbers list(Map<Integer, Numbers> lists, ProtoReader tensor) {
    return lists.computeIfAbsent(tensor.field(), _ -> new Numbers());
  }

  /** The field that tensor.proto prescribes for values of a type that can be a size; else 0. */
  private static int field(ElementType type) {
    return switch (type) {
      case F32 -> 5;
      case F64 -> 6;
      case I8, I16, I32, U8, U16 -> 7;
      case I64 -> 10;
      case F16, BF16 -> 13;
      case U32 -> 16;
      case U64 -> 17;
      default -> 0;
    };
  }

  /** Numbers that a list has for one value. */
  private static int parts(ElementType type) {
    return type == ElementType.COMPLEX64 || type == ElementType.COMPLEX128 ? 2 : 1;
  }

  /** The last value stands for those that are not written, 0 where none is. */
  private static double[] repeated(double[] values, int count) {
    double[] all = Arrays.copyOf(values, count);
    if (values.length > 0 && values.length < count) {
      Arrays.fill(all, values.length, count, values[values.length - 1]);
    }
    return all;
  }
}
