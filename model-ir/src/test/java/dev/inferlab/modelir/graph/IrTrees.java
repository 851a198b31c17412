package dev.inferlab.modelir.graph;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;

/** An XML file as a comparable tree: all but indentation and the order of attributes. */
final class IrTrees {
  private IrTrees() {}

  record Tree(String name, TreeMap<String, String> attributes, String text, List<Tree> children) {}

  static Tree read(Path xml) throws Exception {
    try (InputStream in = Files.newInputStream(xml)) {
      return tree(
          DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in).getDocumentElement());
    }
  }

  private static Tree tree(Element element) {
    TreeMap<String, String> attributes = new TreeMap<>();
    NamedNodeMap map = element.getAttributes();
    for (int i = 0; i < map.getLength(); i++) {
      attributes.put(map.item(i).getNodeName(), map.item(i).getNodeValue());
    }
    List<Tree> children = new ArrayList<>();
    for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element child) {
        children.add(tree(child));
      }
    }
    String text = children.isEmpty() ? element.getTextContent().strip() : "";
    return new Tree(element.getTagName(), attributes, text, children);
  }
}
