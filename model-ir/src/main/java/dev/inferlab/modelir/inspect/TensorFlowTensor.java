package dev.inferlab.modelir.inspect;

import static dev.inferlab.modelir.wire.ProtoReader.LENGTH_DELIMITED;

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
  private static final int NO_LIST = 0;

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
    long content = 0;
    long values = 0;
    Map<Integer, Numbers> lists = new HashMap<>();
    Set<Integer> seen = new HashSet<>();
    MemorySegment raw = MemorySegment.NULL;
    long offset = tensor.payloadOffset();
    while (tensor.next()) {
      switch (tensor.field()) {
        case 1 -> type = TensorFlowTypes.of(tensor.number());
        case 2 -> {
          tensor.once(seen);
          shape = TensorFlowShape.read(tensor.message(), findings, file, node);
        }
        case 4 -> {
          content = tensor.payloadLength();
          raw = tensor.payload();
        }
        case 5 -> {
          values += fixed(tensor, 4);
          numbers(lists, tensor).addFloats(tensor, ElementType.F32);
        }
        case 6 -> {
          values += fixed(tensor, 8);
          numbers(lists, tensor).addFloats(tensor, ElementType.F64);
        }
        case 7, 10, 13, 16, 17 -> {
          values += tensor.countVarints();
          numbers(lists, tensor).addVarints(tensor);
        }
        case 11 -> values += tensor.countVarints();
        case 8 -> values++;
        case 9 -> values += fixed(tensor, 4) / 2;
        case 12 -> values += fixed(tensor, 8) / 2;
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
    boolean sizeWrong = content > 0 && type.bits() > 0 && content != type.byteSize(count);
    if (sizeWrong || values > Math.max(count, 1)) {
      findings.problem(
          ProblemCode.MODEL_CONSTANT_SIZE_MISMATCH,
          "A constant's values do not fit its shape %s of %s. Export the model again."
              .formatted(shape, type.irName()),
          place);
    }
    if (shape.rank() > 1 || count > PartialShape.HIGHEST_RANK) {
      return Optional.empty();
    }
    Numbers listed = lists.getOrDefault(list(type), new Numbers()).ofType(type);
    if (content > 0) {
      listed = new Numbers();
      listed.addBytes(raw, type);
    } else if (list(type) == NO_LIST) {
      return Optional.empty();
    }
    return listed.kept(tensor.budget(), offset).map(all -> repeated(all, (int) count));
  }

  private static Numbers numbers(Map<Integer, Numbers> lists, ProtoReader list) {
    return lists.computeIfAbsent(list.field(), _ -> new Numbers());
  }

  /** The field that tensor.proto prescribes for values of a type that can be a size. */
  private static int list(ElementType type) {
    return switch (type) {
      case F32 -> 5;
      case F64 -> 6;
      case I8, I16, I32, U8, U16 -> 7;
      case I64 -> 10;
      case F16, BF16 -> 13;
      case U32 -> 16;
      case U64 -> 17;
      default -> NO_LIST;
    };
  }

  /** The last value stands for those that are not written, 0 where none is. */
  private static double[] repeated(double[] values, int count) {
    double[] all = Arrays.copyOf(values, count);
    if (values.length > 0 && values.length < count) {
      Arrays.fill(all, values.length, count, values[values.length - 1]);
    }
    return all;
  }

  private static long fixed(ProtoReader tensor, int width) throws MalformedModelException {
    return tensor.wireType() == LENGTH_DELIMITED ? tensor.payloadLength() / width : 1;
  }
}
