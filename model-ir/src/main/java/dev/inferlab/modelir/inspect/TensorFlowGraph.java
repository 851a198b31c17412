package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.ProtoReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Walks a GraphDef (tensorflow/core/framework/graph.proto) and keeps what inputs and outputs need.
 */
final class TensorFlowGraph {
  /** Operations that end a graph without being a result of it. */
  private static final Set<String> SINKS =
      Set.of("NoOp", "Assert", "Placeholder", "Const", "SaveV2", "RestoreV2", "AssignVariableOp");

  private final String file;
  private final Findings findings;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Set<String> consumed = new HashSet<>();
  private final Map<String, String> references = new HashMap<>();
  private boolean hasVariables;
  private boolean hasVersion;

  /** A node with the attributes that describe its first output. */
  record Node(String name, String op, ElementType type, PartialShape shape) {}

  TensorFlowGraph(String file, Findings findings) {
    this.file = file;
    this.findings = findings;
  }

  boolean hasVariables() {
    return hasVariables;
  }

  boolean hasVersion() {
    return hasVersion;
  }

  Node node(String name) {
    return nodes.get(name);
  }

  void read(ProtoReader graph) throws RefusedException, MalformedModelException {
    while (graph.next()) {
      switch (graph.field()) {
        case 1 -> {
          Node node = node(graph.message(), true);
          nodes.put(node.name(), node);
        }
        case 2 -> library(graph.message());
        case 3, 4 -> hasVersion = true;
        default -> {}
      }
    }
    if (nodes.isEmpty()) {
      throw MalformedModelException.atOffset(
          MalformedModelException.Fault.TRUNCATED, "the graph has no nodes", 0);
    }
    for (Map.Entry<String, String> reference : references.entrySet()) {
      if (!nodes.containsKey(reference.getKey())) {
        findings.problem(
            ProblemCode.MODEL_GRAPH_INVALID,
            "A node takes '%s', which the graph does not hold. Export the model again."
                .formatted(Place.shorten(reference.getKey())),
            Place.inFile(file).inLayer(reference.getValue()));
      }
    }
  }

  /** Reports placeholders as inputs and what nobody takes as outputs. */
  void reportEnds() {
    for (Node node : nodes.values()) {
      boolean iterator = node.op().equals("IteratorGetNext");
      if (node.op().equals("Placeholder") || node.op().equals("PlaceholderV2") || iterator) {
        findings.input(node.name(), node.type(), node.shape());
      }
      if (!consumed.contains(node.name()) && !SINKS.contains(node.op())) {
        findings.output(node.name(), node.type(), node.shape());
        findings.operations().end(node.name());
      }
    }
  }

  private void library(ProtoReader library) throws RefusedException, MalformedModelException {
    while (library.next()) {
      if (library.field() != 1) {
        continue;
      }
      ProtoReader function = library.message();
      while (function.next()) {
        if (function.field() == 3) {
          node(function.message(), false);
        }
      }
    }
  }

  private Node node(ProtoReader node, boolean main)
      throws RefusedException, MalformedModelException {
    String name = "";
    String op = "";
    List<String> inputs = new ArrayList<>();
    Attributes attributes = new Attributes();
    while (node.next()) {
      switch (node.field()) {
        case 1 -> name = node.text();
        case 2 -> op = node.text();
        case 3 -> inputs.add(node.text());
        case 5 -> attributes.read(node.message(), name);
        default -> {}
      }
    }
    Place place = Place.inFile(file).inLayer(name);
    if (name.isEmpty() || op.isEmpty()) {
      findings.problem(
          ProblemCode.MODEL_MALFORMED,
          "A node has no name or no operation. Export the model again.",
          place);
    }
    if (op.equals("PyFunc") || op.equals("PyFuncStateless") || op.equals("EagerPyFunc")) {
      findings.problem(
          ProblemCode.MODEL_CODE_FORBIDDEN,
          "A node runs Python code (%s). Use a model of standard operations.".formatted(op),
          place);
    }
    hasVariables |= op.equals("VarHandleOp") || op.equals("VariableV2") || op.equals("Variable");
    if (main) {
      for (String input : inputs) {
        refer(input, name);
      }
      findings
          .operations()
          .add(op, inputs.isEmpty() ? "" : source(inputs.getFirst()), List.of(name));
    } else {
      findings.operations().inner(op);
    }
    return new Node(name, op, attributes.type, attributes.shape());
  }

  /**
   * The node of an input: {@code node}, {@code node:1}, or {@code ^node} where only order counts.
   */
  static String source(String input) {
    int colon = input.lastIndexOf(':');
    return input.substring(input.startsWith("^") ? 1 : 0, colon > 0 ? colon : input.length());
  }

  private void refer(String input, String by) {
    boolean control = input.startsWith("^");
    String source = source(input);
    references.putIfAbsent(source, by);
    if (!control) {
      consumed.add(source);
    }
  }

  /** The attributes of one node. */
  private final class Attributes {
    private ElementType type = ElementType.DYNAMIC;
    private PartialShape shape;
    private PartialShape outputShape;

    PartialShape shape() {
      return shape != null ? shape : outputShape != null ? outputShape : PartialShape.unknownRank();
    }

    void read(ProtoReader entry, String node) throws RefusedException, MalformedModelException {
      String key = "";
      while (entry.next()) {
        if (entry.field() == 1) {
          key = entry.text();
        } else if (entry.field() == 2) {
          value(key, entry.message(), node);
        }
      }
    }

    private void value(String key, ProtoReader value, String node)
        throws RefusedException, MalformedModelException {
      while (value.next()) {
        switch (value.field()) {
          case 1 -> list(key, value.message(), node);
          case 6 -> {
            if (key.equals("dtype") || (key.equals("T") && type == ElementType.DYNAMIC)) {
              type = TensorFlowTypes.of(value.number());
            }
          }
          case 7 -> {
            PartialShape declared = TensorFlowShape.read(value.message(), findings, file, node);
            shape = key.equals("shape") ? declared : shape;
          }
          case 8 -> tensor(value.message(), node);
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
            PartialShape declared = TensorFlowShape.read(list.message(), findings, file, node);
            if (first && (key.equals("_output_shapes") || key.equals("output_shapes"))) {
              outputShape = declared;
            }
            first = false;
          }
          case 8 -> tensor(list.message(), node);
          default -> {}
        }
      }
    }

    private void tensor(ProtoReader tensor, String node)
        throws RefusedException, MalformedModelException {
      new TensorFlowTensor(findings, Place.atOffset(file, tensor.payloadOffset()).inLayer(node))
          .check(tensor, file, node);
    }
  }
}
