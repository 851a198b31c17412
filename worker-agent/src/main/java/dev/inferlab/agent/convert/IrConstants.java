package dev.inferlab.agent.convert;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Counts what an IR's constants hold. */
final class IrConstants {
  private IrConstants() {}

  /** Elements of all constants of the IR, which was written here. */
  static long count(Path xml) throws IOException {
    XMLInputFactory factory = XMLInputFactory.newFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    try (InputStream in = Files.newInputStream(xml)) {
      XMLStreamReader reader = factory.createXMLStreamReader(in);
      long elements = 0;
      boolean constant = false;
      while (reader.hasNext()) {
        if (reader.next() == XMLStreamConstants.START_ELEMENT) {
          if (reader.getLocalName().equals("layer")) {
            constant = "Const".equals(reader.getAttributeValue(null, "type"));
          } else if (constant && reader.getLocalName().equals("data")) {
            elements += elements(reader.getAttributeValue(null, "shape"));
          }
        }
      }
      return elements;
    } catch (XMLStreamException e) {
      throw new IOException("The IR that was just written cannot be read.", e);
    }
  }

  private static long elements(String shape) {
    long elements = 1;
    if (shape != null && !shape.isBlank()) {
      for (String dimension : shape.split(",")) {
        elements *= Long.parseLong(dimension.strip());
      }
    }
    return elements;
  }
}
