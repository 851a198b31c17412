package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.tensor.ElementType;
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
  private Optional<ElementType> type = Optional.empty();
  private long dataType;
  private boolean isExternal;
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
        case 4 -> list(tensor).addFixed(tensor, 4);
        case 10 -> list(tensor).addFixed(tensor, 8);
        case 5, 7, 11 -> list(tensor).addVarints(tensor);
        case 6 -> list(tensor).addText();
        case 8 -> name = tensor.text();
        case 9 -> raw = tensor.payload();
        case 13 -> location = location.with(tensor.message());
        case 14 -> isExternal = (int) tensor.number() == 1;
        default -> {}
      }
    }
    type = OnnxTypes.of(dataType);
    check(Place.atOffset(topology, offset).inLayer(name));
    return this;
  }

  /** Its values, where they can be a size. */
  Optional<double[]> numbers() {
    if (type.isEmpty() || isExternal || location != OnnxExternalData.Location.NONE) {
      return Optional.empty();
    }
    return raw != null ? Numbers.inMemory(raw, type.get()) : listed(type.get()).of(type.get());
  }

  private Numbers list(ProtoReader tensor) {
    return lists.computeIfAbsent(tensor.field(), _ -> new Numbers());
  }

  /** The values in the field that onnx.proto prescribes for their type. */
  private Numbers listed(ElementType type) {
    int field =
        switch (type) {
          case F32, COMPLEX64 -> 4;
          case STRING -> 6;
          case I64 -> 7;
          case F64, COMPLEX128 -> 10;
          case U32, U64 -> 11;
          default -> 5;
        };
    return lists.getOrDefault(field, new Numbers());
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

  private void check(Place place) throws RefusedException {
    long elements = findings.elements(dims.build().toArray(), false, place);
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
    long held = raw != null ? raw.byteSize() : listed(type.get()).count();
    long needed = raw != null ? type.get().byteSize(elements) : needed(type.get(), elements);
    if (held != needed) {
      findings.problem(
          ProblemCode.MODEL_CONSTANT_SIZE_MISMATCH,
          "A tensor holds %,d %s where its shape needs %,d. Export the model again."
              .formatted(held, raw != null ? "bytes" : "values", needed),
          place);
    }
  }

  private static long needed(ElementType type, long elements) {
    return switch (type) {
      case COMPLEX64, COMPLEX128 -> 2 * elements;
      case U4, I4, F4E2M1 -> Math.ceilDiv(elements, 2L);
      default -> elements;
    };
  }
}
