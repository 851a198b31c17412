package dev.inferlab.modelir.graph;

import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An operation of a graph (a {@code layer} of IR). Made by {@link Graph#node} or {@link
 * Graph#constant}; identity is the object's own.
 */
public final class Node {
  private final Graph graph;
  private final int id;
  private final String type;
  private final String opset;
  private final Map<String, String> attributes = new LinkedHashMap<>();
  private final List<Input> inputs = new ArrayList<>(3);
  private final List<Output> outputs = new ArrayList<>(1);
  private final Map<String, Graph> bodies = new LinkedHashMap<>();
  private String name;
  private ConstantData data;

  /** The layer element's own attributes and the children that the graph does not interpret. */
  final XmlElement layer;

  Node(Graph graph, int id, String type, String opset, String name, XmlElement layer) {
    this.graph = graph;
    this.id = id;
    this.type = type;
    this.opset = opset;
    this.name = name;
    this.layer = layer;
  }

  public Graph graph() {
    return graph;
  }

  /** Number in the file; unique in its graph and stable from read to write. */
  public int id() {
    return id;
  }

  /** Operation, such as {@code Convolution}. */
  public String type() {
    return type;
  }

  /** Operation set, such as {@code opset1}. */
  public String opset() {
    return opset;
  }

  public String name() {
    return name;
  }

  public boolean is(String operation) {
    return type.equals(operation);
  }

  /** The operation's attributes in their order, as IR writes them; changes are written. */
  public Map<String, String> attributes() {
    return attributes;
  }

  public Optional<String> attribute(String key) {
    return Optional.ofNullable(attributes.get(key));
  }

  /** An attribute that is a list of whole numbers, such as {@code strides}; absent is empty. */
  public long[] longs(String key) {
    String text = attributes.getOrDefault(key, "");
    return Stream.of(text.split(","))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .mapToLong(Long::parseLong)
        .toArray();
  }

  public List<Input> inputs() {
    return Collections.unmodifiableList(inputs);
  }

  public Input input(int index) {
    return inputs.get(index);
  }

  public List<Output> outputs() {
    return Collections.unmodifiableList(outputs);
  }

  public Output output(int index) {
    return outputs.get(index);
  }

  /** The node that input {@code index} comes from. */
  public Node producer(int index) {
    return inputs.get(index).source().node();
  }

  /** Nodes that take one of this node's outputs, each once. */
  public List<Node> consumers() {
    return outputs.stream()
        .flatMap(output -> output.consumers().stream())
        .map(Input::node)
        .distinct()
        .toList();
  }

  public boolean isConstant() {
    return data != null;
  }

  /** The value of a Const; its type and shape are those of output 0. */
  public ConstantData data() {
    if (data == null) {
      throw new IllegalStateException("'" + name + "' is no constant");
    }
    return data;
  }

  /** Gives a Const another value of {@code type} and static {@code shape}. */
  public void setData(ConstantData value, ElementType elementType, long... shape) {
    PartialShape newShape = PartialShape.of(shape);
    long needed = elementType.byteSize(newShape.elements().orElseThrow());
    if (!is("Const") || value.byteSize() != needed) {
      throw new IllegalArgumentException(
          "'%s' needs %d bytes for %s, not %d".formatted(name, needed, newShape, value.byteSize()));
    }
    data = value;
    attributes.put("element_type", elementType.irName());
    String text = newShape.toString();
    attributes.put("shape", text.substring(1, text.length() - 1));
    outputs.getFirst().describe(elementType, newShape);
  }

  /** Graphs inside this node by their element's name: {@code body}, {@code then_body}, … */
  public Map<String, Graph> bodies() {
    return Collections.unmodifiableMap(bodies);
  }

  /** Parts of the layer that the graph keeps but does not interpret, such as {@code rt_info}. */
  public Optional<XmlElement> extra(String element) {
    return layer.child(element);
  }

  Input addInput(PortInfo info) {
    Input input = new Input(this, info);
    inputs.add(input);
    return input;
  }

  Output addOutput(PortInfo info) {
    Output output = new Output(this, info);
    outputs.add(output);
    return output;
  }

  void addBody(String element, Graph body) {
    bodies.put(element, body);
  }

  void setDataAsRead(ConstantData value) {
    data = value;
  }

  void rename(String newName) {
    name = newName;
  }

  @Override
  public String toString() {
    return type + " '" + name + "'";
  }
}
