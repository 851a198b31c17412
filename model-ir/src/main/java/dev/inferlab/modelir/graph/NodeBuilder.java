package dev.inferlab.modelir.graph;

import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Describes a new node step by step; {@link #add} makes it a part of the graph. */
public final class NodeBuilder {
  private final Graph graph;
  private final String type;
  private final String opset;
  private final Map<String, String> attributes = new LinkedHashMap<>();
  private final List<Output> sources = new ArrayList<>();
  private final List<Port> outputs = new ArrayList<>();
  private String name;

  private record Port(ElementType type, PartialShape shape) {}

  NodeBuilder(Graph graph, String type, String opset) {
    this.graph = graph;
    this.type = type;
    this.opset = opset;
    this.name = type;
  }

  /** The wished name; a number is put behind it when it is taken. */
  public NodeBuilder name(String wish) {
    name = wish;
    return this;
  }

  public NodeBuilder attribute(String key, String value) {
    attributes.put(key, value);
    return this;
  }

  public NodeBuilder attribute(String key, long... values) {
    List<String> texts = new ArrayList<>();
    for (long value : values) {
      texts.add(Long.toString(value));
    }
    return attribute(key, String.join(",", texts));
  }

  public NodeBuilder attribute(String key, boolean value) {
    return attribute(key, Boolean.toString(value));
  }

  /** Not an overload of {@code attribute}: a whole number would silently become a float. */
  public NodeBuilder real(String key, float value) {
    return attribute(key, Float.toString(value));
  }

  /** Adds inputs that take these tensors. */
  public NodeBuilder inputs(Output... tensors) {
    sources.addAll(List.of(tensors));
    return this;
  }

  /** Adds an input that takes the first output of {@code producer}. */
  public NodeBuilder input(Node producer) {
    sources.add(producer.output(0));
    return this;
  }

  /** Adds an output; OpenVINO infers anew what is left open here. */
  public NodeBuilder output(ElementType elementType, PartialShape shape) {
    outputs.add(new Port(elementType, shape));
    return this;
  }

  /** Adds the node to the graph. */
  public Node add() {
    Node node =
        new Node(graph, graph.takeId(), type, opset, graph.freeName(name), new XmlElement("layer"));
    node.attributes().putAll(attributes);
    int port = 0;
    for (Output source : sources) {
      node.addInput(PortInfo.create(port++, source.type(), source.shape())).connect(source);
    }
    for (Port output : outputs) {
      node.addOutput(PortInfo.create(port++, output.type(), output.shape()));
    }
    graph.add(node);
    return node;
  }
}
