package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.ProtoReader;
import java.util.ArrayList;
import java.util.List;

/** A named way to call a SavedModel: SignatureDef of meta_graph.proto under its key. */
record Signature(String key, List<TensorInfo> inputs, List<Result> outputs) {

  /** An output, and the tensor of the graph that it is. */
  record Result(TensorInfo info, String tensor) {}

  static Signature read(ProtoReader entry, String file, Findings findings)
      throws RefusedException, MalformedModelException {
    String key = "";
    List<TensorInfo> inputs = new ArrayList<>();
    List<Result> outputs = new ArrayList<>();
    while (entry.next()) {
      if (entry.field() == 1) {
        key = entry.text();
      } else if (entry.field() == 2) {
        ProtoReader signature = entry.message();
        while (signature.next()) {
          switch (signature.field()) {
            case 1 -> inputs.add(tensor(signature.message(), file, findings).info());
            case 2 -> outputs.add(tensor(signature.message(), file, findings));
            default -> {}
          }
        }
      }
    }
    return new Signature(key, inputs, outputs);
  }

  private static Result tensor(ProtoReader entry, String file, Findings findings)
      throws RefusedException, MalformedModelException {
    String key = "";
    String tensor = "";
    ElementType type = ElementType.DYNAMIC;
    PartialShape shape = PartialShape.unknownRank();
    while (entry.next()) {
      if (entry.field() == 1) {
        key = entry.text();
      } else if (entry.field() == 2) {
        ProtoReader info = entry.message();
        while (info.next()) {
          switch (info.field()) {
            case 1 -> tensor = info.text();
            case 2 -> type = TensorFlowTypes.of(info.number());
            case 3 -> shape = TensorFlowShape.readToKeep(info.message(), findings, file, key);
            default -> {}
          }
        }
      }
    }
    return new Result(new TensorInfo(key, type, shape), tensor);
  }
}
