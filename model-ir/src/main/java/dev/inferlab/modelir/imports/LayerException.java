package dev.inferlab.modelir.imports;

/** A layer that the importer cannot turn into IR, and why. */
public final class LayerException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What is wrong with the layer. */
  public enum Fault {
    /** Its type, or one of its options, has no counterpart. */
    UNSUPPORTED,
    /** Its options are none that the format allows. */
    MALFORMED,
    /** Its options ask for other weights than those that it has. */
    WEIGHTS_MISMATCH
  }

  private final Fault fault;
  private final String type;
  private final String layer;
  private final int line;

  public LayerException(Fault fault, String type, String layer, int line, String reason) {
    super("layer '%s' of type %s: %s".formatted(layer, type, reason), null, false, false);
    this.fault = fault;
    this.type = type;
    this.layer = layer;
    this.line = line;
  }

  public Fault fault() {
    return fault;
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
