package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.tensor.ElementType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One ONNX graph: its nodes and the tensors between them. A name means this graph's own tensor, or
 * else one of the graph around it.
 */
final class OnnxGraph {
  private final OnnxGraph outer;
  private final List<Node> nodes = new ArrayList<>();
  private final Set<String> made = new HashSet<>();
  private final Set<String> given = new HashSet<>();
  private final Set<String> initialized = new HashSet<>();
  private final Set<String> twice = new HashSet<>();
  private final Map<String, double[]> constants = new HashMap<>();

  /** {@code outer}: the graph whose node holds this one; null for the model's own. */
  OnnxGraph(OnnxGraph outer) {
    this.outer = outer;
  }

  /**
   * A node.
   *
   * @param captured tensors that the graphs inside it take from around them
   * @param castTo the type that a Cast makes
   * @param offset of its bytes in the file
   */
  record Node(
      String name,
      String type,
      List<String> inputs,
      Set<String> captured,
      List<String> outputs,
      ElementType castTo,
      long offset) {
    /** Its name, which may be left out, else that of a tensor that it makes. */
    String title() {
      return name.isEmpty() && !outputs.isEmpty() ? outputs.getFirst() : name;
    }

    /** Tensors that must be there before it runs; an input that is left out has no name. */
    private Stream<String> taken() {
      return Stream.concat(inputs.stream(), captured.stream()).filter(name -> !name.isEmpty());
    }
  }

  void add(Node node) {
    for (String output : node.outputs()) {
      // An output that is left out has no name.
      if (!made.add(output) && !output.isEmpty()) {
        twice.add(output);
      }
    }
    nodes.add(node);
  }

  void input(String tensor) {
    given.add(tensor);
  }

  /** An initializer, of which an input may have the name; false if there was one of this name. */
  boolean initializer(String tensor) {
    given.add(tensor);
    return initialized.add(tensor);
  }

  /** True for a tensor that nodes make and that is also given, or made by several. */
  boolean isTwice(String output) {
    return twice.contains(output) || (!output.isEmpty() && given.contains(output));
  }

  /** Values of an initializer or of what a Constant makes. */
  void constant(String tensor, double[] values) {
    constants.put(tensor, values);
  }

  List<Node> nodes() {
    return nodes;
  }

  private boolean holds(String tensor) {
    return given.contains(tensor) || made.contains(tensor);
  }

  /** True for a tensor of this graph or of one around it. */
  boolean knows(String tensor) {
    return holds(tensor) || (outer != null && outer.knows(tensor));
  }

  /** The values of a node's input, if they are known. */
  Optional<double[]> constant(Node node, int input) {
    return input < node.inputs().size() ? constant(node.inputs().get(input)) : Optional.empty();
  }

  private Optional<double[]> constant(String tensor) {
    double[] own = constants.get(tensor);
    return own != null || outer == null || holds(tensor)
        ? Optional.ofNullable(own)
        : outer.constant(tensor);
  }

  /** Makes a constant of what this node passes on of one; those before it come first. */
  void passOn(Node node) {
    if (!node.outputs().isEmpty()) {
      constant(node, 0)
          .flatMap(values -> ComputedSize.passedOn(node.type(), node.castTo(), values))
          .ifPresent(values -> constants.put(node.outputs().getFirst(), values));
    }
  }

  /** Which node waits for which. */
  Dependencies<Node> dependencies() {
    return new Dependencies<>(nodes, node -> node.outputs().stream(), Node::taken);
  }

  /** Tensors that the graph takes from around it. */
  Set<String> captured() {
    Set<String> captured = new HashSet<>();
    for (Node node : nodes) {
      node.taken().filter(tensor -> !holds(tensor)).forEach(captured::add);
    }
    return captured;
  }
}
