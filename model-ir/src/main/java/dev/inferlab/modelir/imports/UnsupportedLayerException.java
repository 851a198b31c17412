package dev.inferlab.modelir.imports;

/** A network holds a layer, or a layer an option, that the importer cannot turn into IR. */
public final class UnsupportedLayerException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String type;
  private final String layer;
  private final int line;

  public UnsupportedLayerException(String type, String layer, int line, String reason) {
    super("layer '%s' of type %s: %s".formatted(layer, type, reason), null, false, false);
    this.type = type;
    this.layer = layer;
    this.line = line;
  }

  /** The layer's type as the network's format calls it. */
  public String type() {
    return type;
  }

  public String layer() {
    return layer;
  }

  /** Line in the file that describes the network. */
  public int line() {
    return line;
  }
}
