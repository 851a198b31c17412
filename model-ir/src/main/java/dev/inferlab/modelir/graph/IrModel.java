package dev.inferlab.modelir.graph;

import dev.inferlab.modelir.wire.MalformedModelException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A model as OpenVINO IR: its graph, and what else its file says. Constants are slices of the
 * memory-mapped weights, so reading costs little memory whatever the model's size; the mapping
 * lives as long as anything refers to it.
 *
 * <pre>{@code
 * IrModel model = IrModel.read(Path.of("net.xml"));
 * model.graph().ofType("Convolution").forEach(…);
 * model.write(Path.of("other.xml"));
 * }</pre>
 */
public final class IrModel {
  private final XmlElement root;
  private final Graph graph;

  /** {@code root}: the net element without its layers and edges. */
  IrModel(XmlElement root, Graph graph) {
    this.root = root;
    this.graph = graph;
  }

  /** A new, empty model of IR version 11. */
  public static IrModel create(String name) {
    XmlElement root = new XmlElement("net").attribute("name", name).attribute("version", "11");
    root.children().add(new XmlElement("layers"));
    root.children().add(new XmlElement("edges"));
    root.children().add(new XmlElement("rt_info"));
    return new IrModel(root, new Graph());
  }

  /** Reads {@code NAME.xml} with {@code NAME.bin} beside it. */
  public static IrModel read(Path xml) throws IOException, MalformedModelException {
    return read(xml, binBeside(xml));
  }

  /**
   * Reads a model; {@code bin} may be missing when no constant has a value in it.
   *
   * @throws MalformedModelException when the files are not valid IR of version 10 or 11
   */
  public static IrModel read(Path xml, Path bin) throws IOException, MalformedModelException {
    return IrReader.read(xml, bin);
  }

  /** Writes {@code NAME.xml} and {@code NAME.bin}. */
  public void write(Path xml) throws IOException {
    write(xml, binBeside(xml));
  }

  /**
   * Writes the model. The weights of a model whose constants are all still there are written byte
   * by byte as they were read; new ones follow behind them.
   *
   * @throws IllegalStateException when {@link Graph#validate} finds something wrong
   */
  public void write(Path xml, Path bin) throws IOException {
    IrWriter.write(this, xml, bin);
  }

  public Graph graph() {
    return graph;
  }

  public String name() {
    return root.attribute("name").orElse("");
  }

  /** 10 or 11. */
  public int version() {
    return Integer.parseInt(root.attribute("version").orElseThrow());
  }

  /**
   * The model's {@code rt_info}: what converters and optimisers noted; empty when there is none.
   */
  public XmlElement info() {
    return root.child("rt_info")
        .orElseGet(
            () -> {
              XmlElement info = new XmlElement("rt_info");
              root.children().add(info);
              return info;
            });
  }

  /** A model that can be changed without changing this one; constants' bytes are shared. */
  public IrModel copy() {
    return new IrModel(root.copy(), graph.copy());
  }

  XmlElement root() {
    return root;
  }

  private static Path binBeside(Path xml) {
    String name = xml.getFileName().toString();
    if (!name.endsWith(".xml")) {
      throw new IllegalArgumentException("the name of an IR file must end with .xml");
    }
    return xml.resolveSibling(name.substring(0, name.length() - 4) + ".bin");
  }
}
