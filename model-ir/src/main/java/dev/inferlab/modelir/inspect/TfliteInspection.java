package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import dev.inferlab.modelir.wire.Budget;
import dev.inferlab.modelir.wire.FileBytes;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.MalformedModelException.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * TensorFlow Lite: a FlatBuffer. Field numbers are those of schema.fbs (tensorflow/lite/schema).
 * Every table, vector and buffer is followed to its end, because a cut file keeps its beginning.
 */
final class TfliteInspection implements FormatInspection {

  @Override
  public void inspect(Upload upload, String topology, Findings findings)
      throws RefusedException, MalformedModelException {
    findings.file(FileRole.TOPOLOGY, topology);
    new Walk(upload, topology, findings).model();
  }

  private static final class Walk {
    private final FileBytes file;
    private final FlatTable.Extent extent = new FlatTable.Extent();
    private final Budget budget;
    private final FlatTable model;
    private final FlatTable.Vector buffers;
    private final String topology;
    private final Findings findings;
    private final List<String> operators = new ArrayList<>();

    Walk(Upload upload, String topology, Findings findings) throws MalformedModelException {
      this.file = upload.get(topology);
      this.topology = topology;
      this.findings = findings;
      this.budget = upload.budget();
      this.model = FlatTable.root(file, extent, budget);
      this.buffers = model.vector(4, 4);
    }

    void model() throws RefusedException, MalformedModelException {
      findings.version(Long.toString(model.u32(0, 0)));
      model.text(3);
      operatorCodes();
      for (long i = 0; i < buffers.size(); i++) {
        bufferSize(i);
      }
      FlatTable.Vector subgraphs = model.vector(2, 4);
      if (subgraphs.size() == 0) {
        throw MalformedModelException.atOffset(Fault.MALFORMED, "the model has no graph", 0);
      }
      for (long i = 0; i < subgraphs.size(); i++) {
        subgraph(subgraphs.table(i), i == 0);
      }
      model.vector(5, 4);
      FlatTable.Vector metadata = model.vector(6, 4);
      for (long i = 0; i < metadata.size(); i++) {
        metadata.table(i).text(0);
      }
      signatures();
      tail();
    }

    private void operatorCodes() throws MalformedModelException {
      FlatTable.Vector codes = model.vector(1, 4);
      for (long i = 0; i < codes.size(); i++) {
        budget.keep(16, codes.start() + 4 * i);
        String custom = codes.table(i).text(1);
        operators.add(custom.isEmpty() ? operator(codes.table(i)) : custom);
        if (!custom.isEmpty()) {
          findings.note(
              "Custom operator %s; conversion works only where it is known."
                  .formatted(Place.shorten(custom)));
        }
      }
    }

    /** Those of BuiltinOperator that others care for; older files have them in one byte. */
    private static String operator(FlatTable code) throws MalformedModelException {
      int number = Math.max(code.u8(0, 0), code.i32(3, 0));
      return switch (number) {
        case 5 -> "DepthToSpace";
        case 6 -> "Dequantize";
        case 22 -> "Reshape";
        case 25 -> "Softmax";
        case 43 -> "Squeeze";
        case 53 -> "Cast";
        case 114 -> "Quantize";
        case 118 -> "If";
        case 119 -> "While";
        case 120, 121 -> "NonMaxSuppression";
        default -> "Builtin" + number;
      };
    }

    private List<String> numbers(FlatTable.Vector indices) throws MalformedModelException {
      List<String> numbers = new ArrayList<>();
      for (long i = 0; i < indices.size(); i++) {
        budget.keep(16, indices.start() + 4 * i);
        numbers.add(Integer.toString(indices.i32(i)));
      }
      return numbers;
    }

    /** Bytes that a buffer holds; the largest files keep them behind the FlatBuffer. */
    private long bufferSize(long index) throws MalformedModelException {
      FlatTable buffer = buffers.table(index);
      long offset = buffer.i64(1, 0);
      if (offset > 1) {
        long size = buffer.i64(2, 0);
        file.check(offset, size);
        extent.claim(offset, size);
        return size;
      }
      return buffer.vector(0, 1).size();
    }

    private void subgraph(FlatTable graph, boolean main)
        throws RefusedException, MalformedModelException {
      FlatTable.Vector tensors = graph.vector(0, 4);
      for (long i = 0; i < tensors.size(); i++) {
        tensor(tensors.table(i));
      }
      indices(graph.vector(1, 4), tensors, false, main ? findings::input : null);
      indices(graph.vector(2, 4), tensors, false, main ? findings::output : null);
      FlatTable.Vector operators = graph.vector(3, 4);
      for (long i = 0; i < operators.size(); i++) {
        FlatTable operator = operators.table(i);
        long code = operator.u32(0, 0);
        if (code >= this.operators.size()) {
          throw MalformedModelException.atOffset(
              Fault.MALFORMED, "an operator has an unknown code", operators.start() + 4 * i);
        }
        indices(operator.vector(1, 4), tensors, true, null);
        indices(operator.vector(2, 4), tensors, true, null);
        operator.table(4);
        operator.vector(5, 1);
        operator.vector(8, 4);
        String type = this.operators.get((int) code);
        if (main) {
          FlatTable.Vector taken = operator.vector(1, 4);
          findings
              .operations()
              .add(
                  type,
                  taken.size() == 0 ? "" : Integer.toString(taken.i32(0)),
                  numbers(operator.vector(2, 4)));
        } else {
          findings.operations().inner(type);
        }
      }
      if (main) {
        numbers(graph.vector(2, 4)).forEach(findings.operations()::end);
      }
      graph.text(4);
    }

    private TensorInfo tensor(FlatTable tensor) throws RefusedException, MalformedModelException {
      String name = tensor.text(3);
      Place place = Place.inFile(topology).inLayer(name);
      ElementType type = TfliteTypes.of(tensor.u8(1, 0));
      long[] lengths = lengths(tensor.vector(0, 4));
      long elements = findings.elements(lengths, true, place);
      long[] signature = lengths(tensor.vector(7, 4));
      findings.elements(signature, true, place);
      FlatTable quantization = tensor.table(4);
      if (quantization != null) {
        quantization.vector(0, 4);
        quantization.vector(1, 4);
        quantization.vector(2, 4);
        quantization.vector(3, 8);
      }
      long buffer = tensor.u32(2, 0);
      if (buffer >= buffers.size() && buffer != 0) {
        throw MalformedModelException.atOffset(
            Fault.MALFORMED, "a tensor's buffer %d does not exist".formatted(buffer), 0);
      }
      boolean sparse = tensor.has(6);
      long held = buffers.size() == 0 ? 0 : bufferSize(buffer);
      if (held > 0
          && elements >= 0
          && !sparse
          && type.bits() > 0
          && held != type.byteSize(elements)) {
        findings.problem(
            ProblemCode.MODEL_CONSTANT_SIZE_MISMATCH,
            "A tensor holds %,d bytes where its shape needs %,d. Export the model again."
                .formatted(held, type.byteSize(elements)),
            place);
      }
      return new TensorInfo(
          name, type, shape(signature.length == lengths.length ? signature : lengths));
    }

    /** Less than -1 is a problem by now. */
    private static PartialShape shape(long[] lengths) {
      return LongStream.of(lengths).allMatch(length -> length >= -1)
          ? PartialShape.of(lengths)
          : PartialShape.unknownRank();
    }

    private static long[] lengths(FlatTable.Vector vector) throws MalformedModelException {
      if (vector.size() > 64) {
        throw MalformedModelException.atOffset(
            Fault.TOO_COMPLEX, "a tensor has more than 64 dimensions", vector.start());
      }
      long[] lengths = new long[(int) vector.size()];
      for (int i = 0; i < lengths.length; i++) {
        lengths[i] = vector.i32(i);
      }
      return lengths;
    }

    private void indices(
        FlatTable.Vector indices, FlatTable.Vector tensors, boolean optional, Report report)
        throws RefusedException, MalformedModelException {
      for (long i = 0; i < indices.size(); i++) {
        int index = indices.i32(i);
        if (optional && index == -1) {
          continue;
        }
        if (index < 0 || index >= tensors.size()) {
          throw MalformedModelException.atOffset(
              Fault.MALFORMED,
              "tensor %d is referred to but does not exist".formatted(index),
              indices.start() + 4 * i);
        }
        if (report != null) {
          TensorInfo info = tensor(tensors.table(index));
          if (!findings.hasProblems()) {
            report.add(info.name(), info.type(), info.shape());
          }
        }
      }
    }

    private void signatures() throws MalformedModelException {
      FlatTable.Vector signatures = model.vector(7, 4);
      for (long i = 0; i < signatures.size(); i++) {
        FlatTable signature = signatures.table(i);
        for (int side = 0; side < 2; side++) {
          FlatTable.Vector maps = signature.vector(side, 4);
          for (long j = 0; j < maps.size(); j++) {
            maps.table(j).text(0);
          }
        }
        signature.text(2);
      }
    }

    /** Behind the tables there may be padding, or a zip with labels, which must have its end. */
    private void tail() throws MalformedModelException {
      for (long at = extent.end(); at < Math.min(file.size(), extent.end() + 64); at++) {
        if (file.has(at, Sniffer.bytes("PK\u0003\u0004"))) {
          if (ZipNames.endRecord(file) < 0) {
            throw MalformedModelException.atOffset(
                Fault.TRUNCATED, "the attached archive has no end", file.size());
          }
          findings.note("The file carries attached files (labels, for example).");
          return;
        }
      }
    }

    /** Where an input or output goes. */
    private interface Report {
      void add(String name, ElementType type, PartialShape shape);
    }
  }
}
