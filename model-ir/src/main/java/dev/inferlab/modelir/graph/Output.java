package dev.inferlab.modelir.graph;

import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An output port of a node, and where its tensor goes. */
public final class Output {
  private final Node node;
  private final List<Input> consumers = new ArrayList<>(2);
  final PortInfo info;

  Output(Node node, PortInfo info) {
    this.node = node;
    this.info = info;
  }

  public Node node() {
    return node;
  }

  /** Position among the node's outputs. */
  public int index() {
    return node.outputs().indexOf(this);
  }

  public ElementType type() {
    return info.type();
  }

  public PartialShape shape() {
    return info.shape();
  }

  public Output describe(ElementType type, PartialShape shape) {
    info.describe(type, shape);
    return this;
  }

  /** The tensor's names, by which users know it; may be empty. */
  public List<String> names() {
    return info.names();
  }

  public Output names(List<String> names) {
    info.names(names);
    return this;
  }

  /** What the dimensions mean, such as {@code NCHW}, if the file says it. */
  public Optional<String> layout() {
    return info.element()
        .child("rt_info")
        .flatMap(
            notes ->
                notes.children("attribute").stream()
                    .filter(note -> note.attribute("name").orElse("").equals("layout"))
                    .findFirst())
        .flatMap(note -> note.attribute("layout"))
        .map(text -> text.replaceAll("[\\[\\], ]", ""))
        .filter(text -> !text.isEmpty());
  }

  /** Inputs that take this tensor. */
  public List<Input> consumers() {
    return List.copyOf(consumers);
  }

  /** Makes every consumer take {@code other} instead. */
  public void replaceBy(Output other) {
    if (other != this) {
      consumers().forEach(input -> input.connect(other));
    }
  }

  void addConsumer(Input input) {
    consumers.add(input);
  }

  void removeConsumer(Input input) {
    consumers.remove(input);
  }

  @Override
  public String toString() {
    return node.name() + ":" + index();
  }
}
