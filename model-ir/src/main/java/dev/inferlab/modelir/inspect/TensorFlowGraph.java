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
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

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
  private final TensorFlowFunctions functions = new TensorFlowFunctions();
  private boolean hasVariables;
  private boolean hasVersion;

  /**
   * A node with the attributes that describe its first output.
   *
   * @param inputs the nodes whose tensors it takes
   * @param sources the nodes that it waits for: those, and others of which only the order counts
   * @param called names in it that may be those of functions
   * @param constant its values if they can be a size, else null
   */
  record Node(
      String name,
      String op,
      ElementType type,
      PartialShape shape,
      List<String> inputs,
      List<String> sources,
      List<String> called,
      double[] constant) {}

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
    List<Node> main = new ArrayList<>();
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
    functions.add(new TensorFlowFunctions.Function("", main));
    List<TensorFlowFunctions.Function> called = functions.called();
    for (TensorFlowFunctions.Function function : called) {
      check(function.body());
    }
    functions.check(called, file, findings);
  }

  /** What only a whole graph, or a function's whole body, tells. */
  private void check(List<Node> body) throws RefusedException {
    Map<String, Node> named = new HashMap<>();
    for (Node node : body) {
      if (named.putIfAbsent(node.name(), node) != null) {
        findings.problem(
            ProblemCode.MODEL_GRAPH_INVALID,
            "Two nodes are named '%s'. Export the model again."
                .formatted(Place.shorten(node.name())),
            Place.inFile(file).inLayer(node.name()));
      }
    }
    int[][] sources =
        Cycles.sources(
            body,
            node -> Stream.of(node.name()),
            node -> node.sources().stream().filter(source -> !goesBack(named.get(source))));
    sizes(body, sources);
    OptionalInt found = Cycles.find(sources);
    if (found.isPresent()) {
      String name = body.get(found.getAsInt()).name();
      findings.problem(
          ProblemCode.MODEL_GRAPH_INVALID,
          "The graph has a cycle: the node '%s' waits for its own output. Export the model again."
              .formatted(Place.shorten(name)),
          Place.inFile(file).inLayer(name));
    }
  }

  private void sizes(List<Node> body, int[][] sources) throws RefusedException {
    Map<String, double[]> constants = new HashMap<>();
    for (int each : Cycles.order(sources)) {
      Node node = body.get(each);
      Optional.ofNullable(node.constant())
          .or(() -> passedOn(node, constants))
          .ifPresent(values -> constants.put(node.name(), values));
      Optional<long[]> size =
          ComputedSize.of(
              node.op(),
              input ->
                  Optional.of(input)
                      .filter(i -> i < node.inputs().size())
                      .map(i -> constants.get(node.inputs().get(i))));
      if (size.isPresent()) {
        findings.elements(size.get(), false, Place.inFile(file).inLayer(node.name()));
      }
    }
  }

  private static Optional<double[]> passedOn(Node node, Map<String, double[]> constants) {
    return node.inputs().stream()
        .findFirst()
        .map(constants::get)
        .flatMap(values -> ComputedSize.passedOn(node.op(), node.type(), values));
  }

  /** The one edge that goes back in TensorFlow 1's loops comes from such a node. */
  private static boolean goesBack(Node source) {
    return source != null && source.op().equals("NextIteration");
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
      function(library.message());
    }
  }

  private void function(ProtoReader function) throws RefusedException, MalformedModelException {
    String name = "";
    List<Node> body = new ArrayList<>();
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
    functions.add(new TensorFlowFunctions.Function(name, body));
  }

  private Node node(ProtoReader node, boolean main)
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
    return new Node(
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
