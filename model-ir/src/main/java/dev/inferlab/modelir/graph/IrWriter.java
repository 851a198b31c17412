package dev.inferlab.modelir.graph;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes a graph as IR. */
final class IrWriter {
  private IrWriter() {}

  static void write(IrModel model, Path xml, Path bin) throws IOException {
    List<String> problems = model.graph().validate();
    if (!problems.isEmpty()) {
      throw new IllegalStateException("the graph cannot be written: " + problems.getFirst());
    }
    Map<ConstantData, Long> offsets = WeightsFile.write(model.graph(), bin);
    try (BufferedWriter out = Files.newBufferedWriter(xml, StandardCharsets.UTF_8)) {
      StringBuilder buffer = new StringBuilder("<?xml version=\"1.0\"?>\n");
      XmlElement root = new XmlElement("net");
      root.attributes().putAll(model.root().attributes());
      graphInto(root, model.root(), model.graph(), offsets);
      root.write(buffer, 0);
      out.append(buffer);
    }
  }

  /** Fills {@code target} as {@code pattern} is laid out, with the graph's layers and edges. */
  private static void graphInto(
      XmlElement target, XmlElement pattern, Graph graph, Map<ConstantData, Long> offsets) {
    for (XmlElement part : pattern.children()) {
      switch (part.name()) {
        case "layers" -> {
          XmlElement layers = new XmlElement("layers");
          graph.nodes().forEach(node -> layers.children().add(layer(node, offsets)));
          target.children().add(layers);
        }
        case "edges" -> target.children().add(edges(graph));
        default -> target.children().add(part);
      }
    }
  }

  private static XmlElement layer(Node node, Map<ConstantData, Long> offsets) {
    XmlElement layer = new XmlElement("layer");
    layer
        .attribute("id", Integer.toString(node.id()))
        .attribute("name", node.name())
        .attribute("type", node.type())
        .attribute("version", node.opset());
    node.layer.attributes().forEach(layer.attributes()::putIfAbsent);
    List<String> written = new ArrayList<>();
    List<XmlElement> pattern = new ArrayList<>(node.layer.children());
    for (String part : List.of("data", "input", "output")) {
      if (pattern.stream().noneMatch(child -> child.name().equals(part))) {
        pattern.add(new XmlElement(part));
      }
    }
    for (XmlElement child : pattern) {
      if (!isPart(child.name())) {
        layer.children().add(body(node, child, offsets));
      } else if (!written.contains(child.name())) {
        written.add(child.name());
        part(node, child.name(), offsets).ifPresent(layer.children()::add);
      }
    }
    return layer;
  }

  private static boolean isPart(String name) {
    return name.equals("data") || name.equals("input") || name.equals("output");
  }

  private static Optional<XmlElement> part(
      Node node, String name, Map<ConstantData, Long> offsets) {
    XmlElement part = new XmlElement(name);
    switch (name) {
      case "data" -> {
        part.attributes().putAll(node.attributes());
        if (node.isConstant()) {
          part.attribute("offset", Long.toString(offsets.get(node.data())));
          part.attribute("size", Long.toString(node.data().byteSize()));
        }
        return part.attributes().isEmpty() ? Optional.empty() : Optional.of(part);
      }
      case "input" -> node.inputs().forEach(input -> part.children().add(input.info.element()));
      default -> node.outputs().forEach(output -> part.children().add(output.info.element()));
    }
    return part.children().isEmpty() ? Optional.empty() : Optional.of(part);
  }

  private static XmlElement body(Node node, XmlElement child, Map<ConstantData, Long> offsets) {
    Graph body = node.bodies().get(child.name());
    if (body == null) {
      return child;
    }
    XmlElement element = new XmlElement(child.name());
    element.attributes().putAll(child.attributes());
    graphInto(element, child, body, offsets);
    return element;
  }

  private static XmlElement edges(Graph graph) {
    List<Input> inputs = new ArrayList<>();
    graph.nodes().forEach(node -> inputs.addAll(node.inputs()));
    inputs.sort(Comparator.comparingInt(input -> input.edgeOrder));
    XmlElement edges = new XmlElement("edges");
    for (Input input : inputs) {
      Output source = input.source();
      edges
          .children()
          .add(
              new XmlElement("edge")
                  .attribute("from-layer", Integer.toString(source.node().id()))
                  .attribute("from-port", Integer.toString(source.info.id()))
                  .attribute("to-layer", Integer.toString(input.node().id()))
                  .attribute("to-port", Integer.toString(input.info.id())));
    }
    return edges;
  }
}
