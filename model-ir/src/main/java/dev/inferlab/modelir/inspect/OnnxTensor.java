package dev.inferlab.modelir.inspect;

import static dev.inferlab.modelir.wire.ProtoReader.LENGTH_DELIMITED;

import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.ProtoReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** Checks one TensorProto: its values, wherever they are kept, must fill its shape exactly. */
final class OnnxTensor {
  /** TensorProto.DataType. */
  private static final int INT64 = 7;

  private final LongStream.Builder dims = LongStream.builder();
  private final OnnxExternalData external;
  private final Findings findings;
  private final String topology;
  private final List<Long> listed = new ArrayList<>(4);
  private long[] raw;
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
    long offset = -1;
    while (tensor.next()) {
      offset = offset < 0 ? tensor.payloadOffset() : offset;
      switch (tensor.field()) {
        case 1 -> tensor.forEachVarint(this::addDimension);
        case 2 -> dataType = tensor.number();
        case 4 -> floats += fixed(tensor, 4);
        case 5 -> int32s += tensor.countVarints();
        case 6 -> strings++;
        case 7 -> {
          int64s += tensor.countVarints();
          keep(tensor);
        }
        case 8 -> name = tensor.text();
        case 9 -> {
          rawBytes = tensor.payloadLength();
          if (rawBytes <= PartialShape.HIGHEST_RANK * Long.BYTES) {
            raw = tensor.fixedLongs();
          }
        }
        case 10 -> doubles += fixed(tensor, 8);
        case 11 -> uint64s += tensor.countVarints();
        case 13 -> location = location.with(tensor.message());
        case 14 -> isExternal = tensor.number() == 1;
        default -> {}
      }
    }
    check(Place.atOffset(topology, Math.max(0, offset)).inLayer(name));
    return this;
  }

  private void keep(ProtoReader tensor) throws MalformedModelException {
    if (int64s <= PartialShape.HIGHEST_RANK) {
      tensor.forEachVarint(value -> listed.add(value));
    }
  }

  /** Its values, where they can be a shape: whole numbers of 64 bits and not too many. */
  Optional<long[]> shape() {
    if (dataType != INT64 || rank > 1) {
      return Optional.empty();
    }
    if (rawBytes >= 0) {
      return Optional.ofNullable(raw);
    }
    return int64s > 0 && int64s == listed.size()
        ? Optional.of(listed.stream().mapToLong(Long::longValue).toArray())
        : Optional.empty();
  }

  private void addDimension(long length) throws MalformedModelException {
    if (++rank > 64) {
      throw MalformedModelException.atOffset(
          MalformedModelException.Fault.TOO_COMPLEX, "a tensor has more than 64 dimensions", 0);
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
