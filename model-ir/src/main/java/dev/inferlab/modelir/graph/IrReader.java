package dev.inferlab.modelir.graph;

import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.wire.FileBytes;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.MalformedModelException.Fault;
import dev.inferlab.modelir.wire.SafeXml;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLStreamException;

/** Reads IR into a graph. What the graph does not interpret stays in the layers' elements. */
final class IrReader {
  private static final Set<String> GRAPH_PARTS = Set.of("layers", "edges");
  private static final int DEEPEST_BODY = 32;

  private final FileBytes weights;

  /** Constants that share bytes share data. */
  private final Map<Long, ConstantData> shared = new HashMap<>();

  private IrReader(FileBytes weights) {
    this.weights = weights;
  }

  static IrModel read(Path xml, Path bin) throws IOException, MalformedModelException {
    XmlElement root;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(xml))) {
      root = XmlElement.read(SafeXml.open(in));
    } catch (XMLStreamException e) {
      throw SafeXml.fault(e, false);
    }
    String version = root.attribute("version").orElse("");
    if (!root.name().equals("net") || !(version.equals("10") || version.equals("11"))) {
      throw fault("the file is not OpenVINO IR of version 10 or 11");
    }
    FileBytes weights =
        Files.exists(bin) ? FileBytes.map(bin, Arena.ofAuto()) : new FileBytes(MemorySegment.NULL);
    Graph graph = new IrReader(weights).graph(root, 0);
    root.children()
        .replaceAll(
            child -> GRAPH_PARTS.contains(child.name()) ? new XmlElement(child.name()) : child);
    return new IrModel(root, graph);
  }

  private Graph graph(XmlElement net, int depth) throws MalformedModelException {
    if (depth > DEEPEST_BODY) {
      throw MalformedModelException.atLine(Fault.TOO_COMPLEX, "bodies are nested too deep", 1);
    }
    Graph graph = new Graph();
    Map<String, Node> byId = new HashMap<>();
    Map<String, Input> inputs = new HashMap<>();
    Map<String, Output> outputs = new HashMap<>();
    List<XmlElement> layers =
        net.child("layers").map(element -> element.children("layer")).orElse(List.of());
    for (XmlElement layer : layers) {
      Node node = node(graph, layer, inputs, outputs, depth);
      if (byId.put(required(layer, "id"), node) != null) {
        throw fault("two layers have the id " + node.id());
      }
    }
    connect(net, inputs, outputs);
    return graph;
  }

  private static void connect(
      XmlElement net, Map<String, Input> inputs, Map<String, Output> outputs)
      throws MalformedModelException {
    int order = 0;
    List<XmlElement> edges =
        net.child("edges").map(element -> element.children("edge")).orElse(List.of());
    for (XmlElement edge : edges) {
      Output from = outputs.get(required(edge, "from-layer") + ":" + required(edge, "from-port"));
      Input to = inputs.get(required(edge, "to-layer") + ":" + required(edge, "to-port"));
      if (from == null || to == null || to.maybeSource().isPresent()) {
        throw fault("edge %d joins ports that do not exist or are taken".formatted(order));
      }
      to.connectAsRead(from, order++);
    }
    for (Input input : inputs.values()) {
      if (input.maybeSource().isEmpty()) {
        throw fault("input %d of '%s' has no edge".formatted(input.index(), input.node().name()));
      }
    }
  }

  private Node node(
      Graph graph,
      XmlElement layer,
      Map<String, Input> inputs,
      Map<String, Output> outputs,
      int depth)
      throws MalformedModelException {
    String id = required(layer, "id");
    Node node =
        new Node(
            graph,
            number(id),
            required(layer, "type"),
            layer.attribute("version").orElse("opset1"),
            layer.attribute("name").orElse(id),
            layer);
    layer.child("data").ifPresent(data -> node.attributes().putAll(data.attributes()));
    for (XmlElement group : layer.children()) {
      switch (group.name()) {
        case "input" -> {
          for (XmlElement port : group.children("port")) {
            PortInfo info = PortInfo.read(port, number(required(port, "id")), node.name());
            if (inputs.put(id + ":" + info.id(), node.addInput(info)) != null) {
              throw fault("two input ports of '%s' have the same id".formatted(node.name()));
            }
          }
        }
        case "output" -> {
          for (XmlElement port : group.children("port")) {
            PortInfo info = PortInfo.read(port, number(required(port, "id")), node.name());
            if (outputs.put(id + ":" + info.id(), node.addOutput(info)) != null) {
              throw fault("two output ports of '%s' have the same id".formatted(node.name()));
            }
          }
        }
        default -> {
          if (group.child("layers").isPresent()) {
            node.addBody(group.name(), graph(group, depth + 1));
          }
        }
      }
    }
    if (node.is("Const")) {
      constant(node);
    }
    hollow(layer, node);
    if (!graph.add(node)) {
      throw fault("two layers have the id " + id);
    }
    return node;
  }

  /** Leaves only the names of the parts that the node holds itself, for their order. */
  private static void hollow(XmlElement layer, Node node) {
    layer
        .children()
        .replaceAll(
            child -> {
              boolean interpreted =
                  child.name().equals("data")
                      || child.name().equals("input")
                      || child.name().equals("output");
              if (node.bodies().containsKey(child.name())) {
                XmlElement kept = new XmlElement(child.name());
                kept.attributes().putAll(child.attributes());
                child.children().stream()
                    .map(c -> GRAPH_PARTS.contains(c.name()) ? new XmlElement(c.name()) : c)
                    .forEach(kept.children()::add);
                return kept;
              }
              return interpreted ? new XmlElement(child.name()) : child;
            });
  }

  private void constant(Node node) throws MalformedModelException {
    long offset = number64(node.attribute("offset").orElse(""));
    long size = number64(node.attribute("size").orElse(""));
    if (node.outputs().size() != 1) {
      throw fault("constant '%s' needs one output".formatted(node.name()));
    }
    if (offset > weights.size() || size > weights.size() - offset) {
      throw MalformedModelException.atOffset(
          Fault.TRUNCATED,
          "constant '%s' takes bytes %d to %d of the weights, which end at %d"
              .formatted(node.name(), offset, offset + size, weights.size()),
          weights.size());
    }
    ElementType type =
        node.attribute("element_type").flatMap(ElementType::ofIrName).orElse(node.output(0).type());
    long elements = node.output(0).shape().elements().orElse(-1);
    // OpenVINO writes one byte for a constant without elements.
    boolean wrong =
        elements < 0
            || elements > Long.MAX_VALUE / 64
            || (elements > 0 && type.byteSize(elements) != size);
    if (type.bits() > 0 && wrong) {
      throw fault("constant '%s' does not fill its shape".formatted(node.name()));
    }
    ConstantData known = shared.get(offset);
    if (known == null || known.byteSize() != size) {
      known = ConstantData.ofFile(weights.segment(), offset, size);
      shared.put(offset, known);
    }
    node.setDataAsRead(known);
  }

  private static String required(XmlElement element, String attribute)
      throws MalformedModelException {
    String value = element.attributes().get(attribute);
    if (value == null) {
      throw fault("a %s has no %s".formatted(element.name(), attribute));
    }
    return value;
  }

  private static int number(String text) throws MalformedModelException {
    try {
      int number = Integer.parseInt(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a negative number.
    }
    throw fault("an id is not a number of zero or more");
  }

  private static long number64(String text) throws MalformedModelException {
    try {
      long number = Long.parseLong(text);
      if (number >= 0 && number <= Long.MAX_VALUE / 2) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a negative number.
    }
    throw fault("a constant's offset or size is not a number of zero or more");
  }

  private static MalformedModelException fault(String reason) {
    return MalformedModelException.atLine(Fault.MALFORMED, reason, 1);
  }
}
