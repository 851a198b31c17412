package dev.inferlab.openvino;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads the XML that the runtime writes for an executed graph. */
final class RuntimeGraphReader {

  private final XMLStreamReader xml;
  private final List<RuntimeGraph.Node> nodes = new ArrayList<>();
  private final List<RuntimeGraph.Edge> edges = new ArrayList<>();

  private RuntimeGraphReader(XMLStreamReader xml) {
    this.xml = xml;
  }

  static RuntimeGraph read(InputStream in) throws IOException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    try {
      return new RuntimeGraphReader(factory.createXMLStreamReader(in)).graph();
    } catch (XMLStreamException | NumberFormatException e) {
      throw new IOException("OpenVINO wrote an executed graph that is not understood", e);
    }
  }

  private RuntimeGraph graph() throws XMLStreamException {
    String name = "";
    while (xml.hasNext()) {
      if (xml.next() == XMLStreamConstants.START_ELEMENT) {
        switch (xml.getLocalName()) {
          case "net" -> name = attribute("name");
          case "layer" -> nodes.add(layer());
          case "edge" -> edges.add(edge());
          default -> {}
        }
      }
    }
    nodes.sort(Comparator.comparingInt(RuntimeGraph.Node::execOrder));
    return new RuntimeGraph(name, List.copyOf(nodes), List.copyOf(edges));
  }

  private RuntimeGraph.Edge edge() {
    return new RuntimeGraph.Edge(
        number("from-layer"), number("from-port"), number("to-layer"), number("to-port"));
  }

  private RuntimeGraph.Node layer() throws XMLStreamException {
    int id = number("id");
    String name = attribute("name");
    String type = attribute("type");
    Map<String, String> attributes = new LinkedHashMap<>();
    List<RuntimeGraph.PortInfo> inputs = new ArrayList<>();
    List<RuntimeGraph.PortInfo> outputs = new ArrayList<>();
    List<RuntimeGraph.PortInfo> ports = inputs;
    while (!ended("layer")) {
      if (xml.isStartElement()) {
        switch (xml.getLocalName()) {
          case "data" -> {
            for (int i = 0; i < xml.getAttributeCount(); i++) {
              attributes.put(xml.getAttributeLocalName(i), xml.getAttributeValue(i));
            }
          }
          case "input" -> ports = inputs;
          case "output" -> ports = outputs;
          case "port" -> ports.add(port());
          default -> {}
        }
      }
    }
    return new RuntimeGraph.Node(
        id,
        name,
        type,
        attributes.getOrDefault("primitiveType", ""),
        attributes.getOrDefault("runtimePrecision", ""),
        Integer.parseInt(attributes.getOrDefault("execOrder", "-1")),
        time(attributes.getOrDefault("execTimeMcs", "")),
        names(attributes.getOrDefault("originalLayersNames", "")),
        List.copyOf(inputs),
        List.copyOf(outputs),
        Map.copyOf(attributes));
  }

  private RuntimeGraph.PortInfo port() throws XMLStreamException {
    int id = number("id");
    String precision = attribute("precision");
    List<Dimension> dimensions = new ArrayList<>();
    while (!ended("port")) {
      if (xml.isStartElement() && xml.getLocalName().equals("dim")) {
        dimensions.add(Dimension.parse(xml.getElementText()));
      }
    }
    return new RuntimeGraph.PortInfo(id, precision, new PartialShape(dimensions));
  }

  /** Moves on; whether that came to the element's end. */
  private boolean ended(String element) throws XMLStreamException {
    xml.next();
    return xml.isEndElement() && xml.getLocalName().equals(element);
  }

  /** {@code not_executed}, or microseconds. */
  private static Optional<Duration> time(String text) {
    return text.chars().allMatch(Character::isDigit) && !text.isEmpty()
        ? Optional.of(Duration.of(Long.parseLong(text), ChronoUnit.MICROS))
        : Optional.empty();
  }

  private static List<String> names(String text) {
    return text.isEmpty() ? List.of() : Arrays.stream(text.split(",")).toList();
  }

  private int number(String attribute) {
    return Integer.parseInt(attribute(attribute));
  }

  private String attribute(String name) {
    String value = xml.getAttributeValue(null, name);
    return value == null ? "" : value;
  }
}
