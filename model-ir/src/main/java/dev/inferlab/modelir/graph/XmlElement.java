package dev.inferlab.modelir.graph;

import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.MalformedModelException.Fault;
import dev.inferlab.modelir.wire.SafeXml;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * An element of an IR file that the graph does not interpret, such as {@code rt_info} or {@code
 * port_map}: kept as it is and written back. An element has children or a text, as in all of IR.
 */
public final class XmlElement {
  private static final int DEEPEST = 200;

  private final String name;
  private final Map<String, String> attributes = new LinkedHashMap<>();
  private final List<XmlElement> children = new ArrayList<>();
  private String text = "";

  public XmlElement(String name) {
    this.name = name;
  }

  public String name() {
    return name;
  }

  /** Attributes in the order of the file; changes are written. */
  public Map<String, String> attributes() {
    return attributes;
  }

  /** Children in the order of the file; changes are written. */
  public List<XmlElement> children() {
    return children;
  }

  public String text() {
    return text;
  }

  public XmlElement text(String value) {
    text = value;
    return this;
  }

  public XmlElement attribute(String key, String value) {
    attributes.put(key, value);
    return this;
  }

  public Optional<String> attribute(String key) {
    return Optional.ofNullable(attributes.get(key));
  }

  /** The first child of this name. */
  public Optional<XmlElement> child(String childName) {
    return children.stream().filter(child -> child.name.equals(childName)).findFirst();
  }

  public List<XmlElement> children(String childName) {
    return children.stream().filter(child -> child.name.equals(childName)).toList();
  }

  XmlElement copy() {
    XmlElement copy = new XmlElement(name).text(text);
    copy.attributes.putAll(attributes);
    children.forEach(child -> copy.children.add(child.copy()));
    return copy;
  }

  /** Reads a whole document. */
  static XmlElement read(XMLStreamReader xml) throws MalformedModelException {
    boolean complete = false;
    try {
      while (xml.hasNext()) {
        switch (xml.next()) {
          case XMLStreamConstants.START_ELEMENT -> {
            XmlElement root = element(xml, 0);
            complete = true;
            return root;
          }
          case XMLStreamConstants.DTD -> throw forbidden(xml);
          default -> {}
        }
      }
    } catch (XMLStreamException e) {
      throw SafeXml.fault(e, complete);
    }
    throw MalformedModelException.atLine(Fault.TRUNCATED, "the XML has no root", 1);
  }

  private static XmlElement element(XMLStreamReader xml, int depth)
      throws XMLStreamException, MalformedModelException {
    if (depth > DEEPEST) {
      throw MalformedModelException.atLine(
          Fault.TOO_COMPLEX, "elements are nested too deep", xml.getLocation().getLineNumber());
    }
    XmlElement element = new XmlElement(xml.getLocalName());
    for (int i = 0; i < xml.getAttributeCount(); i++) {
      element.attributes.put(xml.getAttributeLocalName(i), xml.getAttributeValue(i));
    }
    StringBuilder text = new StringBuilder();
    for (int event = xml.next(); event != XMLStreamConstants.END_ELEMENT; event = xml.next()) {
      switch (event) {
        case XMLStreamConstants.START_ELEMENT -> element.children.add(element(xml, depth + 1));
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text.append(xml.getText());
        case XMLStreamConstants.ENTITY_REFERENCE -> throw forbidden(xml);
        default -> {}
      }
    }
    if (element.children.isEmpty() && !text.toString().isBlank()) {
      element.text = text.toString();
    }
    return element;
  }

  private static MalformedModelException forbidden(XMLStreamReader xml) {
    return MalformedModelException.atLine(
        Fault.MALFORMED,
        "the XML has a DOCTYPE or entities, which IR never needs",
        Math.max(1, xml.getLocation().getLineNumber()));
  }

  /** Writes this element and what is in it, indented as OpenVINO does. */
  void write(StringBuilder out, int depth) {
    String indent = "\t".repeat(depth);
    out.append(indent).append('<').append(name);
    attributes.forEach(
        (key, value) -> {
          out.append(' ').append(key).append("=\"");
          escape(value, out);
          out.append('"');
        });
    if (children.isEmpty() && text.isEmpty()) {
      out.append(" />\n");
      return;
    }
    out.append('>');
    if (children.isEmpty()) {
      escape(text, out);
    } else {
      out.append('\n');
      children.forEach(child -> child.write(out, depth + 1));
      out.append(indent);
    }
    out.append("</").append(name).append(">\n");
  }

  private static void escape(String value, StringBuilder out) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        // A parser would turn these into spaces when it reads an attribute.
        case '\n', '\r', '\t' -> out.append("&#").append((int) c).append(';');
        // Names of other formats may hold what XML cannot.
        default -> out.append(c < ' ' || c == 0xfffe || c == 0xffff ? '_' : c);
      }
    }
  }
}
