package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.ProtoReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The attributes of one NodeDef (tensorflow/core/framework/attr_value.proto): checks the tensors in
 * them, and keeps what describes the node's first output and whom it calls.
 */
final class TensorFlowAttributes {
  private final String file;
  private final Findings findings;
  private ElementType type = ElementType.DYNAMIC;
  private PartialShape shape;
  private PartialShape outputShape;
  private final List<String> called = new ArrayList<>();
  private double[] constant;

  TensorFlowAttributes(String file, Findings findings) {
    this.file = file;
    this.findings = findings;
  }

  ElementType type() {
    return type;
  }

  /** Names that may be those of functions. */
  List<String> called() {
    return called;
  }

  /** The values of the attribute {@code value} if they can be a size, else null. */
  double[] constant() {
    return constant;
  }

  PartialShape shape() {
    return shape != null ? shape : outputShape != null ? outputShape : PartialShape.unknownRank();
  }

  void read(ProtoReader entry, String node) throws RefusedException, MalformedModelException {
    String key = "";
    // The key may come last.
    Optional<ProtoReader> value = Optional.empty();
    Set<Integer> seen = new HashSet<>();
    while (entry.next()) {
      if (entry.field() == 1) {
        key = entry.text();
      } else if (entry.field() == 2) {
        entry.once(seen);
        value = Optional.of(entry.message());
      }
    }
    if (value.isPresent()) {
      value(key, value.get(), node);
    }
  }

  private void value(String key, ProtoReader value, String node)
      throws RefusedException, MalformedModelException {
    Set<Integer> seen = new HashSet<>();
    while (value.next()) {
      value.once(seen);
      switch (value.field()) {
        case 1 -> list(key, value.message(), node);
        case 6 -> {
          // DstT: of a Cast.
          if (key.equals("dtype")
              || key.equals("DstT")
              || (key.equals("T") && type == ElementType.DYNAMIC)) {
            type = TensorFlowTypes.of(value.number());
          }
        }
        case 7 -> {
          if (key.equals("shape")) {
            shape = TensorFlowShape.readToKeep(value.message(), findings, file, node);
          } else {
            TensorFlowShape.read(value.message(), findings, file, node);
          }
        }
        case 8 -> {
          Optional<double[]> numbers = tensor(value.message(), node);
          if (key.equals("value") && numbers.isPresent()) {
            constant = numbers.get();
            value.budget().keep(constant.length * (long) Double.BYTES, value.payloadOffset());
          }
        }
        case 10 -> called.add(nameIn(value.message()));
        default -> {}
      }
    }
  }

  private void list(String key, ProtoReader list, String node)
      throws RefusedException, MalformedModelException {
    boolean first = true;
    while (list.next()) {
      switch (list.field()) {
        case 6 -> {
          if (key.equals("output_types") && type == ElementType.DYNAMIC) {
            ElementType[] firstType = new ElementType[1];
            list.forEachVarint(
                v -> firstType[0] = firstType[0] == null ? TensorFlowTypes.of(v) : firstType[0]);
            type = firstType[0] == null ? type : firstType[0];
          }
        }
        case 7 -> {
          if (first && (key.equals("_output_shapes") || key.equals("output_shapes"))) {
            outputShape = TensorFlowShape.readToKeep(list.message(), findings, file, node);
          } else {
            TensorFlowShape.read(list.message(), findings, file, node);
          }
          first = false;
        }
        case 8 -> tensor(list.message(), node);
        case 9 -> called.add(nameIn(list.message()));
        default -> {}
      }
    }
  }

  private Optional<double[]> tensor(ProtoReader tensor, String node)
      throws RefusedException, MalformedModelException {
    return new TensorFlowTensor(
            findings, Place.atOffset(file, tensor.payloadOffset()).inLayer(node))
        .check(tensor, file, node);
  }

  /** Of an OpDef or a NameAttrList: its name. */
  static String nameIn(ProtoReader named) throws MalformedModelException {
    String name = "";
    while (named.next()) {
      name = named.field() == 1 ? named.text() : name;
    }
    return name;
  }
}
