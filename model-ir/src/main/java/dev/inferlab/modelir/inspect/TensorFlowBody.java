package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The nodes of a GraphDef or of a function in its library, and what only all of them together tell.
 *
 * @param name the function's; empty for the graph itself
 */
record TensorFlowBody(String name, List<Node> nodes) {
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

  /** Names that may be those of functions, one for each call. */
  Stream<String> called() {
    return nodes.stream().flatMap(node -> node.called().stream());
  }

  void check(String file, Findings findings) throws RefusedException {
    Map<String, Node> named = new HashMap<>();
    for (Node node : nodes) {
      if (named.putIfAbsent(node.name(), node) != null) {
        findings.problem(
            ProblemCode.MODEL_GRAPH_INVALID,
            "Two nodes are named '%s'. Export the model again."
                .formatted(Place.shorten(node.name())),
            Place.inFile(file).inLayer(node.name()));
      }
    }
    Dependencies<Node> dependencies =
        new Dependencies<>(
            nodes,
            node -> Stream.of(node.name()),
            node -> node.sources().stream().filter(source -> !goesBack(named.get(source))));
    sizes(dependencies, file, findings);
    Optional<Node> cyclic = dependencies.inCycle();
    if (cyclic.isPresent()) {
      findings.problem(
          ProblemCode.MODEL_GRAPH_INVALID,
          "The graph has a cycle: the node '%s' waits for its own output. Export the model again."
              .formatted(Place.shorten(cyclic.get().name())),
          Place.inFile(file).inLayer(cyclic.get().name()));
    }
  }

  private static void sizes(Dependencies<Node> dependencies, String file, Findings findings)
      throws RefusedException {
    Map<String, double[]> constants = new HashMap<>();
    for (Node node : dependencies.inOrder()) {
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
}
