package dev.inferlab.modelir.graph;

import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A network, or the body of an If, Loop or TensorIterator: nodes in the order of the file. Not
 * thread-safe.
 */
public final class Graph {
  private final Set<Node> nodes = new LinkedHashSet<>();
  private final Map<String, Node> byName = new HashMap<>();

  /** The number last put behind a wished name. */
  private final Map<String, Integer> suffixes = new HashMap<>();

  private final Map<Integer, Node> ids = new HashMap<>();
  private int nextId;

  /** All nodes, in the order of the file; new ones come last. */
  public Collection<Node> nodes() {
    return Collections.unmodifiableSet(nodes);
  }

  public Optional<Node> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The node of this name, which must exist. */
  public Node get(String name) {
    return find(name)
        .orElseThrow(() -> new IllegalArgumentException("the graph has no node '" + name + "'"));
  }

  public List<Node> ofType(String type) {
    return nodes.stream().filter(node -> node.is(type)).toList();
  }

  /** The graph's inputs. */
  public List<Node> parameters() {
    return ofType("Parameter");
  }

  /** The graph's outputs. */
  public List<Node> results() {
    return ofType("Result");
  }

  /** Starts a new node of {@code type}; it joins the graph with {@link NodeBuilder#add}. */
  public NodeBuilder node(String type, String opset) {
    return new NodeBuilder(this, type, opset);
  }

  /** Adds a constant. */
  public Node constant(String name, ConstantData data, ElementType type, long... shape) {
    Node node = node("Const", "opset1").name(name).output(type, PartialShape.of(shape)).add();
    // The order in which OpenVINO writes them.
    node.attributes().put("element_type", "");
    node.setData(data, type, shape);
    return node;
  }

  /** Adds a constant of 64-bit numbers, as shapes and axes are. */
  public Node constant(String name, long... values) {
    return constant(name, ConstantData.ofLongs(values), ElementType.I64, values.length);
  }

  /** Adds a constant that is one 32-bit float. */
  public Node scalar(String name, float value) {
    return constant(name, ConstantData.ofFloats(value), ElementType.F32);
  }

  /**
   * Puts {@code node} onto the tensor {@code output}: everyone who took {@code output} takes {@code
   * node}'s first output, except {@code node} itself. Where that is an output of the model, its
   * names move along.
   */
  public void insertAfter(Output output, Node node) {
    boolean ofModel = output.consumers().stream().anyMatch(input -> input.node().is("Result"));
    if (ofModel && !output.node().is("Parameter")) {
      node.output(0).names(merge(node.output(0).names(), output.names()));
      output.names(List.of());
    }
    for (Input input : output.consumers()) {
      if (input.node() != node) {
        input.connect(node.output(0));
      }
    }
  }

  /** Puts {@code node} between {@code input} and what it took; the other consumers stay. */
  public void insertBefore(Input input, Node node) {
    input.connect(node.output(0));
  }

  /**
   * Lets consumers of {@code old}'s outputs take {@code other}'s, and removes {@code old}; {@code
   * other} must not itself take from {@code old} ({@link #insertAfter} is for that).
   */
  public void replace(Node old, Node other) {
    if (old.consumers().contains(other)) {
      throw new IllegalArgumentException(other + " takes from " + old);
    }
    if (old.outputs().size() > other.outputs().size()) {
      throw new IllegalArgumentException(other + " has fewer outputs than " + old);
    }
    for (int i = 0; i < old.outputs().size(); i++) {
      handOver(old.output(i), other.output(i));
    }
    remove(old);
  }

  /** Lets consumers of the node's first output take its first input, and removes the node. */
  public void bypass(Node node) {
    handOver(node.output(0), node.input(0).source());
    remove(node);
  }

  /**
   * Replaces a part of the graph: consumers of each key take its value, except the value's own
   * node, then all of {@code part} goes.
   */
  public void replace(Collection<Node> part, Map<Output, Output> outputs) {
    outputs.forEach(Graph::handOver);
    removeAll(part);
  }

  /** Removes a node that nobody takes anything from. */
  public void remove(Node node) {
    removeAll(List.of(node));
  }

  /** Removes nodes of which nothing outside of them takes anything. */
  public void removeAll(Collection<Node> part) {
    Set<Node> removed = new HashSet<>(part);
    for (Node node : removed) {
      if (!nodes.contains(node)) {
        throw new IllegalArgumentException(node + " is not in this graph");
      }
      for (Node consumer : node.consumers()) {
        if (!removed.contains(consumer)) {
          throw new IllegalStateException(
              node + " is still used by " + consumer + "; connect that elsewhere first");
        }
      }
    }
    for (Node node : removed) {
      node.inputs().forEach(Input::disconnect);
      nodes.remove(node);
      byName.remove(node.name(), node);
      ids.remove(node.id(), node);
    }
  }

  /** Removes everything that reaches no Result or Assign; returns how many nodes went. */
  public int prune() {
    Set<Node> needed = new HashSet<>();
    Deque<Node> open = new ArrayDeque<>();
    for (Node node : nodes) {
      if (node.is("Result") || node.is("Assign") || node.is("Parameter")) {
        open.add(node);
      }
    }
    while (!open.isEmpty()) {
      Node node = open.pop();
      if (needed.add(node)) {
        node.inputs().forEach(input -> input.maybeSource().ifPresent(s -> open.push(s.node())));
      }
    }
    List<Node> idle = nodes.stream().filter(node -> !needed.contains(node)).toList();
    removeAll(idle);
    return idle.size();
  }

  /**
   * Nodes such that each comes after those that it takes from; equal nodes keep the file's order.
   *
   * @throws IllegalStateException when the graph has a cycle
   */
  public List<Node> topological() {
    return TopologicalOrder.of(nodes);
  }

  /** What is wrong with the graph, for a person; empty when nothing is. */
  public List<String> validate() {
    return GraphValidation.validate(this);
  }

  public Graph copy() {
    Graph copy = new Graph();
    Map<Output, Output> outputs = new HashMap<>();
    for (Node node : nodes) {
      copy.addCopy(node, outputs);
    }
    for (Node node : nodes) {
      for (int i = 0; i < node.inputs().size(); i++) {
        Input input = node.input(i);
        Input copied = copy.ids.get(node.id()).input(i);
        input
            .maybeSource()
            .ifPresent(source -> copied.connectAsRead(outputs.get(source), input.edgeOrder));
      }
    }
    copy.nextId = nextId;
    return copy;
  }

  private void addCopy(Node node, Map<Output, Output> outputs) {
    Node copied =
        new Node(this, node.id(), node.type(), node.opset(), node.name(), node.layer.copy());
    copied.attributes().putAll(node.attributes());
    node.inputs().forEach(input -> copied.addInput(input.info.copy()));
    node.outputs().forEach(output -> outputs.put(output, copied.addOutput(output.info.copy())));
    node.bodies().forEach((element, body) -> copied.addBody(element, body.copy()));
    if (node.isConstant()) {
      copied.setDataAsRead(node.data());
    }
    add(copied);
  }

  void rename(Node node, String wish) {
    byName.remove(node.name(), node);
    node.rename(freeName(wish));
    byName.put(node.name(), node);
  }

  int takeId() {
    return nextId++;
  }

  /** A name that no node has yet: {@code wish}, or with a number behind it. */
  String freeName(String wish) {
    String name = wish;
    while (byName.containsKey(name)) {
      name = wish + "_" + suffixes.merge(wish, 1, Integer::sum);
    }
    return name;
  }

  /**
   * Adds a node whose id is free; false when it is not. Equal names are kept, the first is found.
   */
  boolean add(Node node) {
    if (ids.putIfAbsent(node.id(), node) != null) {
      return false;
    }
    nextId = Math.max(nextId, node.id() + 1);
    nodes.add(node);
    byName.putIfAbsent(node.name(), node);
    return true;
  }

  /**
   * Consumers and names of one tensor become another's. Where the other is made of the first, its
   * node goes on taking it.
   */
  private static void handOver(Output from, Output to) {
    to.names(merge(to.names(), from.names()));
    for (Input input : from.consumers()) {
      if (input.node() != to.node()) {
        input.connect(to);
      }
    }
  }

  private static List<String> merge(List<String> left, List<String> right) {
    List<String> all = new ArrayList<>(left);
    right.stream().filter(name -> !left.contains(name)).forEach(all::add);
    return all;
  }
}
