package dev.inferlab.modelir.inspect;

import static dev.inferlab.modelir.wire.ProtoReader.LENGTH_DELIMITED;

import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.wire.Budget;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.ProtoReader;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/** Checks one TensorProto: its values, wherever they are kept, must fill its shape exactly. */
final class OnnxTensor {
  private final LongStream.Builder dims = LongStream.builder();
  private final OnnxExternalData external;
  private final Findings findings;
  private final String topology;
  private final Map<Integer, Numbers> lists = new HashMap<>();
  private MemorySegment raw;
  private String name = "";
  private long dataType;
  private boolean isExternal;
  private long rawBytes = -1;
  private long floats;
  private long int32s;
  private long strings;
  private long int64s;
  private long doubles;
  private long uint64s;
  private int rank;
  private long offset;
  private OnnxExternalData.Location location = OnnxExternalData.Location.NONE;

  OnnxTensor(OnnxExternalData external, Findings findings, String topology) {
    this.external = external;
    this.findings = findings;
    this.topology = topology;
  }

  String name() {
    return name;
  }

  /** Reads and checks the tensor; problems go to the findings. */
  OnnxTensor read(ProtoReader tensor) throws RefusedException, MalformedModelException {
    offset = tensor.payloadOffset();
    while (tensor.next()) {
      switch (tensor.field()) {
        case 1 -> tensor.forEachVarint(this::addDimension);
        case 2 -> dataType = tensor.number();
        case 4 -> {
          floats += fixed(tensor, 4);
          list(tensor).addFloats(tensor, ElementType.F32);
        }
        case 5 -> {
          int32s += tensor.countVarints();
          list(tensor).addVarints(tensor);
        }
        case 6 -> strings++;
        case 7 -> {
          int64s += tensor.countVarints();
          list(tensor).addVarints(tensor);
        }
        case 8 -> name = tensor.text();
        case 9 -> {
          rawBytes = tensor.payloadLength();
          raw = tensor.payload();
        }
        case 10 -> {
          doubles += fixed(tensor, 8);
          list(tensor).addFloats(tensor, ElementType.F64);
        }
        case 11 -> {
          uint64s += tensor.countVarints();
          list(tensor).addVarints(tensor);
        }
        case 13 -> location = location.with(tensor.message());
        case 14 -> isExternal = tensor.number() == 1;
        default -> {}
      }
    }
    check(Place.atOffset(topology, offset).inLayer(name));
    return this;
  }

  /** Its values, where they can be a size. */
  Optional<double[]> numbers(Budget budget) throws MalformedModelException {
    ElementType type = OnnxTypes.of(dataType).orElse(ElementType.DYNAMIC);
    if (rank > 1 || isExternal || location != OnnxExternalData.Location.NONE) {
      return Optional.empty();
    }
    if (raw != null) {
      Numbers numbers = new Numbers();
      numbers.addBytes(raw, type);
      return numbers.kept(budget, offset);
    }
    Numbers listed = lists.get(list(type));
    return listed == null ? Optional.empty() : listed.ofType(type).kept(budget, offset);
  }

  private Numbers list(ProtoReader tensor) {
    return lists.computeIfAbsent(tensor.field(), _ -> new Numbers());
  }

  /** The field that onnx.proto prescribes for values of a type that can be a size; else 0. */
  private static int list(ElementType type) {
    return switch (type) {
      case F32 -> 4;
      case I8, I16, I32, U8, U16, F16, BF16 -> 5;
      case I64 -> 7;
      case F64 -> 10;
      case U32, U64 -> 11;
      default -> 0;
    };
  }

  private void addDimension(long length) throws MalformedModelException {
    if (++rank > 64) {
      throw MalformedModelException.atOffset(
          MalformedModelException.Fault.TOO_COMPLEX,
          "a tensor has more than 64 dimensions",
          offset);
    }
    dims.add(length);
  }

  private static long fixed(ProtoReader tensor, int width) throws MalformedModelException {
    return tensor.wireType() == LENGTH_DELIMITED ? tensor.payloadLength() / width : 1;
  }

  private void check(Place place) throws RefusedException {
    long elements = findings.elements(dims.build().toArray(), false, place);
    Optional<ElementType> type = OnnxTypes.of(dataType);
    if (type.isEmpty()) {
      findings.problem(
          ProblemCode.MODEL_MALFORMED,
          "A tensor has no known element type (%d). Export the model again.".formatted(dataType),
          place);
      return;
    }
    // A location counts even where data_location does not ask for it: readers may look at it.
    boolean located = location != OnnxExternalData.Location.NONE;
    if (elements < 0 && !located) {
      return;
    }
    if (isExternal || located) {
      external.check(location, elements < 0 ? 0 : type.get().byteSize(elements), place);
      return;
    }
    long held = rawBytes >= 0 ? rawBytes : stored(type.get());
    long needed = rawBytes >= 0 ? type.get().byteSize(elements) : needed(type.get(), elements);
    if (held != needed) {
      findings.problem(
          ProblemCode.MODEL_CONSTANT_SIZE_MISMATCH,
          "A tensor holds %,d %s where its shape needs %,d. Export the model again."
              .formatted(held, rawBytes >= 0 ? "bytes" : "values", needed),
          place);
    }
  }

  /** Values held by the list that onnx.proto prescribes for the type. */
  private long stored(ElementType type) {
    return switch (type) {
      case F32, COMPLEX64 -> floats;
      case F64, COMPLEX128 -> doubles;
      case I64 -> int64s;
      case U32, U64 -> uint64s;
      case STRING -> strings;
      default -> int32s;
    };
  }

  private static long needed(ElementType type, long elements) {
    return switch (type) {
      case COMPLEX64, COMPLEX128 -> 2 * elements;
      case U4, I4, F4E2M1 -> Math.ceilDiv(elements, 2L);
      default -> elements;
    };
  }
}
