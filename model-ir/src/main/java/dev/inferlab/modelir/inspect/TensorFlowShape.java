package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.tensor.PartialShape;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.MalformedModelException.Fault;
import dev.inferlab.modelir.wire.ProtoReader;
import java.util.ArrayList;
import java.util.List;

/** TensorShapeProto (tensorflow/core/framework/tensor_shape.proto); -1 is an unknown dimension. */
final class TensorFlowShape {
  private TensorFlowShape() {}

  /** The same as {@link #read}, for keeping it: the budget pays. */
  static PartialShape readToKeep(ProtoReader shape, Findings findings, String file, String node)
      throws RefusedException, MalformedModelException {
    PartialShape kept = read(shape, findings, file, node);
    // A dimension has two numbers.
    shape.budget().keep(kept.hasRank() ? 32L * kept.rank() : 0, shape.payloadOffset());
    return kept;
  }

  static PartialShape read(ProtoReader shape, Findings findings, String file, String node)
      throws RefusedException, MalformedModelException {
    List<Long> lengths = new ArrayList<>();
    boolean unknownRank = false;
    while (shape.next()) {
      if (shape.field() == 3) {
        unknownRank = shape.number() != 0;
      } else if (shape.field() == 2) {
        if (lengths.size() == 64) {
          throw MalformedModelException.atOffset(
              Fault.TOO_COMPLEX, "a shape has more than 64 dimensions", shape.payloadOffset());
        }
        // A size of 0 is the default and so not written.
        long length = 0;
        ProtoReader dimension = shape.message();
        while (dimension.next()) {
          length = dimension.field() == 1 ? dimension.number() : length;
        }
        lengths.add(length);
      }
    }
    long[] array = lengths.stream().mapToLong(Long::longValue).toArray();
    findings.elements(array, true, Place.inFile(file).inLayer(node));
    boolean valid = lengths.stream().allMatch(length -> length >= -1);
    return unknownRank || !valid ? PartialShape.unknownRank() : PartialShape.of(array);
  }
}
