package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.ProtoReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Walks a GraphDef (tensorflow/core/framework/graph.proto) and keeps what inputs and outputs need.
 */
final class TensorFlowGraph {
  /** Operations that end a graph without being a result of it. */
  private static final Set<String> SINKS =
      Set.of("NoOp", "Assert", "Placeholder", "Const", "SaveV2", "RestoreV2", "AssignVariableOp");

  private final String file;
  private final Findings findings;
  private final Map<String, TensorFlowBody.Node> nodes = new LinkedHashMap<>();
  private final Set<String> consumed = new HashSet<>();
  private final Map<String, String> references = new HashMap<>();
  private final TensorFlowFunctions functions = new TensorFlowFunctions();
  private boolean hasVariables;
  private boolean hasVersion;

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

  void read(ProtoReader graph) throws RefusedException, MalformedModelException {
    List<TensorFlowBody.Node> main = new ArrayList<>();
    while (graph.next()) {
      switch (graph.field()) {
        case 1 -> main.add(node(graph.message(), true));
        case 2 -> library(graph.message());
        case 3, 4 -> hasVersion = true;
        default -> {}
      }
    }
    main.forEach(node -> nodes.putIfAbsent(node.name(), node));
    if (nodes.isEmpty()) {
      throw MalformedModelException.atOffset(
          MalformedModelException.Fault.TRUNCATED, "the graph has no nodes", graph.payloadOffset());
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
    functions.add(new TensorFlowBody("", main));
    List<TensorFlowBody> called = functions.called();
    for (TensorFlowBody body : called) {
      body.check(file, findings);
    }
    functions.check(called, file, findings);
  }

  /** Reports placeholders as inputs and what nobody takes as outputs. */
  void reportEnds() {
    for (TensorFlowBody.Node node : nodes.values()) {
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
      function(library.message());
    }
  }

  private void function(ProtoReader function) throws RefusedException, MalformedModelException {
    String name = "";
    List<TensorFlowBody.Node> body = new ArrayList<>();
    Set<Integer> seen = new HashSet<>();
    while (function.next()) {
      switch (function.field()) {
        case 1 -> {
          function.once(seen);
          name = TensorFlowAttributes.nameIn(function.message());
        }
        case 3 -> body.add(node(function.message(), false));
        default -> {}
      }
    }
    functions.add(new TensorFlowBody(name, body));
  }

  private TensorFlowBody.Node node(ProtoReader node, boolean main)
      throws RefusedException, MalformedModelException {
    String name = "";
    String op = "";
    List<String> inputs = new ArrayList<>();
    TensorFlowAttributes attributes = new TensorFlowAttributes(file, findings);
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
    findings.operations().name(op, name);
    attributes.called().add(op);
    UnaryOperator<String> source = main ? TensorFlowGraph::source : TensorFlowGraph::innerSource;
    List<String> sources = inputs.stream().map(source).toList();
    boolean ordered = inputs.stream().anyMatch(TensorFlowGraph::isControl);
    return new TensorFlowBody.Node(
        name,
        op,
        attributes.type(),
        attributes.shape(),
        ordered ? inputs.stream().filter(input -> !isControl(input)).map(source).toList() : sources,
        sources,
        attributes.called(),
        op.equals("Const") ? attributes.constant() : null);
  }

  /**
   * The node of an input: {@code node}, {@code node:1}, or {@code ^node} where only order counts.
   */
  static String source(String input) {
    int colon = input.lastIndexOf(':');
    return input.substring(isControl(input) ? 1 : 0, colon > 0 ? colon : input.length());
  }

  /** In a function's body: {@code node:output:0}. */
  private static String innerSource(String input) {
    int colon = input.indexOf(':');
    return input.substring(isControl(input) ? 1 : 0, colon > 0 ? colon : input.length());
  }

  private static boolean isControl(String input) {
    return input.startsWith("^");
  }

  private void refer(String input, String by) {
    String source = source(input);
    references.putIfAbsent(source, by);
    if (!isControl(input)) {
      consumed.add(source);
    }
  }
}
