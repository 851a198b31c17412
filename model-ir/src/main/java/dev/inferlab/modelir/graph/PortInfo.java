package dev.inferlab.modelir.graph;

import dev.inferlab.modelir.tensor.Dimension;
import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.MalformedModelException.Fault;
import java.util.ArrayList;
import java.util.List;

/** The {@code port} element behind an input or output; attributes not known here are kept. */
final class PortInfo {
  private final int id;
  private final XmlElement element;
  private ElementType type;
  private PartialShape shape;

  private PortInfo(int id, XmlElement element, ElementType type, PartialShape shape) {
    this.id = id;
    this.element = element;
    this.type = type;
    this.shape = shape;
  }

  static PortInfo create(int id, ElementType type, PartialShape shape) {
    PortInfo info =
        new PortInfo(id, new XmlElement("port").attribute("id", Integer.toString(id)), type, shape);
    info.describe(type, shape);
    return info;
  }

  static PortInfo read(XmlElement element, int id, String layer) throws MalformedModelException {
    ElementType type =
        element
            .attribute("precision")
            .flatMap(ElementType::ofIrPrecision)
            .orElse(ElementType.DYNAMIC);
    List<Dimension> dimensions = new ArrayList<>();
    for (XmlElement dim : element.children("dim")) {
      try {
        dimensions.add(Dimension.parse(dim.text()));
      } catch (IllegalArgumentException e) {
        throw MalformedModelException.atLine(
            Fault.MALFORMED, "layer '%s' has an impossible dimension".formatted(layer), 1);
      }
    }
    return new PortInfo(id, element, type, PartialShape.of(dimensions));
  }

  int id() {
    return id;
  }

  ElementType type() {
    return type;
  }

  PartialShape shape() {
    return shape;
  }

  /** Changes type and shape; an unknown rank is written without dimensions. */
  void describe(ElementType newType, PartialShape newShape) {
    if (type == newType && shape.equals(newShape) && element.attribute("precision").isPresent()) {
      return;
    }
    type = newType;
    shape = newShape;
    element.attribute("precision", newType.irPrecision());
    element.children().removeIf(child -> child.name().equals("dim"));
    List<XmlElement> dims = new ArrayList<>();
    if (newShape.hasRank()) {
      for (Dimension dimension : newShape.dimensions()) {
        String text = dimension.isStatic() ? Long.toString(dimension.length()) : "-1";
        dims.add(new XmlElement("dim").text(text));
      }
    }
    element.children().addAll(0, dims);
  }

  /** Names separated by commas; a comma inside a name is escaped with a backslash. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    StringBuilder name = new StringBuilder();
    String text = element.attribute("names").orElse("");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length() && text.charAt(i + 1) == ',') {
        name.append(',');
        i++;
      } else if (c == ',') {
        names.add(name.toString());
        name.setLength(0);
      } else {
        name.append(c);
      }
    }
    if (!text.isEmpty()) {
      names.add(name.toString());
    }
    return List.copyOf(names);
  }

  void names(List<String> names) {
    if (names.isEmpty()) {
      element.attributes().remove("names");
    } else {
      element.attribute(
          "names", String.join(",", names.stream().map(n -> n.replace(",", "\\,")).toList()));
    }
  }

  XmlElement element() {
    return element;
  }

  PortInfo copy() {
    return new PortInfo(id, element.copy(), type, shape);
  }
}
