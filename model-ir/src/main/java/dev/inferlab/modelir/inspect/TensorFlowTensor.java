package dev.inferlab.modelir.inspect;

import static dev.inferlab.modelir.wire.ProtoReader.LENGTH_DELIMITED;

import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.ProtoReader;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

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
    long content = 0;
    long values = 0;
    Numbers listed = new Numbers();
    MemorySegment raw = MemorySegment.NULL;
    long offset = tensor.payloadOffset();
    while (tensor.next()) {
      switch (tensor.field()) {
        case 1 -> type = TensorFlowTypes.of(tensor.number());
        case 2 -> shape = TensorFlowShape.read(tensor.message(), findings, file, node);
        case 4 -> {
          content = tensor.payloadLength();
          raw = tensor.payload();
        }
        case 5 -> {
          values += fixed(tensor, 4);
          listed.addFloats(tensor, ElementType.F32);
        }
        case 6 -> {
          values += fixed(tensor, 8);
          listed.addFloats(tensor, ElementType.F64);
        }
        case 7, 10 -> {
          values += tensor.countVarints();
          listed.addVarints(tensor);
        }
        case 11, 13, 16, 17 -> values += tensor.countVarints();
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
    if (content > 0) {
      listed = new Numbers();
      listed.addBytes(raw, type);
    }
    return listed.kept(tensor.budget(), offset).map(all -> repeated(all, (int) count));
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
