package dev.inferlab.modelir.graph;

import java.util.Objects;
import java.util.Optional;

/** An input port of a node. */
public final class Input {
  private final Node node;
  final PortInfo info;
  private Output source;

  /** Position of the edge in the file it was read from; new edges come after those. */
  int edgeOrder = Integer.MAX_VALUE;

  Input(Node node, PortInfo info) {
    this.node = node;
    this.info = info;
  }

  public Node node() {
    return node;
  }

  /** Position among the node's inputs. */
  public int index() {
    return node.inputs().indexOf(this);
  }

  /** What this input takes; empty only while a graph is being built. */
  public Optional<Output> maybeSource() {
    return Optional.ofNullable(source);
  }

  public Output source() {
    if (source == null) {
      throw new IllegalStateException("input %d of '%s' is open".formatted(index(), node.name()));
    }
    return source;
  }

  /** Takes {@code output} from now on. */
  public void connect(Output output) {
    Objects.requireNonNull(output);
    disconnect();
    source = output;
    output.addConsumer(this);
    info.describe(output.type(), output.shape());
  }

  void disconnect() {
    if (source != null) {
      source.removeConsumer(this);
      source = null;
    }
  }

  /** Connects as the file says, without touching what the file says of the port. */
  void connectAsRead(Output output, int order) {
    source = output;
    edgeOrder = order;
    output.addConsumer(this);
  }

  @Override
  public String toString() {
    return node.name() + "<" + index();
  }
}
