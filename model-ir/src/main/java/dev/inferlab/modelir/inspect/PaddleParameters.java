package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.inspect.PaddleInspection.Variable;
import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import dev.inferlab.modelir.wire.FileBytes;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.MalformedModelException.Fault;
import dev.inferlab.modelir.wire.ProtoReader;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.LongStream;

/**
 * A combined parameter file: tensors in a row, each with version, level of detail, description and
 * data (paddle/fluid/framework/lod_tensor.cc). Names are not in it; the order of the program's
 * sorted names is all that ties the two files together.
 */
final class PaddleParameters {
  private final Upload upload;
  private final FileBytes file;
  private final String name;
  private final Findings findings;
  private long at;

  PaddleParameters(Upload upload, String name, Findings findings) {
    this.upload = upload;
    this.file = upload.get(name);
    this.name = name;
    this.findings = findings;
  }

  void check(SortedMap<String, Variable> parameters)
      throws RefusedException, MalformedModelException {
    for (Map.Entry<String, Variable> parameter : parameters.entrySet()) {
      Place place = Place.atOffset(name, at).inLayer(parameter.getKey());
      Variable held = tensor(place);
      if (!held.shape().equals(parameter.getValue().shape())) {
        findings.problem(
            ProblemCode.MODEL_CONSTANT_SIZE_MISMATCH,
            "The weights hold %s where the program has %s. They belong to another model."
                .formatted(held.shape(), parameter.getValue().shape()),
            place);
        return;
      }
    }
    if (at != file.size()) {
      findings.problem(
          ProblemCode.MODEL_CONSTANT_SIZE_MISMATCH,
          "The weights hold more than the program needs. They belong to another model.",
          Place.atOffset(name, at));
    }
  }

  private Variable tensor(Place place) throws RefusedException, MalformedModelException {
    upload.budget().step(at);
    requireZero(file.u32(at));
    long levels = file.i64(at + 4);
    at += 12;
    if (levels < 0 || levels > 16) {
      throw MalformedModelException.atOffset(
          Fault.MALFORMED, "a tensor has %d levels of detail".formatted(levels), at);
    }
    for (long level = 0; level < levels; level++) {
      long size = file.i64(at);
      file.check(at + 8, size);
      at += 8 + size;
    }
    requireZero(file.u32(at));
    long length = file.u32(at + 4);
    Variable variable =
        tensor(ProtoReader.of(file, at + 8, length, upload.budget()), false, place, findings);
    at += 8 + length;
    long elements = variable.shape().elements().orElse(-1);
    if (elements < 0 || variable.type().bits() == 0) {
      throw MalformedModelException.atOffset(
          Fault.MALFORMED, "a tensor's description is impossible", at);
    }
    long bytes = variable.type().byteSize(elements);
    file.check(at, bytes);
    at += bytes;
    return variable;
  }

  private void requireZero(long version) throws MalformedModelException {
    if (version != 0) {
      throw MalformedModelException.atOffset(
          Fault.MALFORMED, "a tensor has the unknown version %d".formatted(version), at);
    }
  }

  /** VarType.TensorDesc: data_type = 1, dims = 2. */
  static Variable tensor(ProtoReader tensor, boolean dynamicAllowed, Place place, Findings findings)
      throws RefusedException, MalformedModelException {
    ElementType type = ElementType.DYNAMIC;
    LongStream.Builder dims = LongStream.builder();
    int[] rank = {0};
    while (tensor.next()) {
      switch (tensor.field()) {
        case 1 -> type = type(tensor.number());
        case 2 ->
            tensor.forEachVarint(
                length -> {
                  if (++rank[0] > 64) {
                    throw MalformedModelException.atOffset(
                        Fault.TOO_COMPLEX, "a tensor has more than 64 dimensions", 0);
                  }
                  dims.add(length);
                });
        default -> {}
      }
    }
    long[] lengths = dims.build().toArray();
    findings.elements(lengths, dynamicAllowed, place);
    boolean valid = LongStream.of(lengths).allMatch(length -> length >= -1);
    return new Variable(-1, type, valid ? PartialShape.of(lengths) : PartialShape.unknownRank());
  }

  /** VarType.Type of framework.proto. */
  private static ElementType type(long type) {
    return switch ((int) type) {
      case 0 -> ElementType.BOOLEAN;
      case 1 -> ElementType.I16;
      case 2 -> ElementType.I32;
      case 3 -> ElementType.I64;
      case 4 -> ElementType.F16;
      case 5 -> ElementType.F32;
      case 6 -> ElementType.F64;
      case 19 -> ElementType.U64;
      case 20 -> ElementType.U8;
      case 21 -> ElementType.I8;
      case 22 -> ElementType.BF16;
      case 23 -> ElementType.COMPLEX64;
      case 24 -> ElementType.COMPLEX128;
      default -> ElementType.DYNAMIC;
    };
  }
}
