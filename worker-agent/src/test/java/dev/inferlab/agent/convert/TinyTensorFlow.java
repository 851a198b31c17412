package dev.inferlab.agent.convert;

import static dev.inferlab.agent.convert.TinyOnnx.field;
import static dev.inferlab.agent.convert.TinyOnnx.joined;
import static dev.inferlab.agent.convert.TinyOnnx.number;
import static dev.inferlab.agent.convert.TinyOnnx.text;

import java.io.IOException;

/** Small frozen graphs of TensorFlow. */
final class TinyTensorFlow {
  private TinyTensorFlow() {}

  /** {@code y = operation(x)} of six floats. */
  static byte[] of(String operation) throws IOException {
    byte[] shape = field(7, field(2, number(1, 6)));
    return joined(
        node("x", "Placeholder", attribute("dtype", number(6, 1)), attribute("shape", shape)),
        node("the_node", operation, text(3, "x"), attribute("T", number(6, 1))),
        node("y", "Identity", text(3, "the_node"), attribute("T", number(6, 1))),
        field(4, number(1, 1)));
  }

  /** {@code y = x + 0}, with as many zeros as a shape says that is packed of two constants. */
  static byte[] filled(int height, int width) throws IOException {
    byte[] integers = number(6, 3);
    byte[] floats = number(6, 1);
    return joined(
        node("x", "Placeholder", attribute("dtype", floats)),
        node("h", "Const", attribute("dtype", integers), attribute("value", scalar(3, 7, height))),
        node("w", "Const", attribute("dtype", integers), attribute("value", scalar(3, 7, width))),
        node("zero", "Const", attribute("dtype", floats), attribute("value", scalar(1, 0, 0))),
        node(
            "shape",
            "Pack",
            text(3, "h"),
            text(3, "w"),
            attribute("T", integers),
            attribute("N", number(3, 2)),
            attribute("axis", number(3, 0))),
        node(
            "zeros",
            "Fill",
            text(3, "shape"),
            text(3, "zero"),
            attribute("T", floats),
            attribute("index_type", integers)),
        node("y", "Add", text(3, "x"), text(3, "zeros"), attribute("T", floats)),
        field(4, number(1, 1)));
  }

  private static byte[] node(String name, String operation, byte[]... more) throws IOException {
    return field(1, text(1, name), text(2, operation), joined(more));
  }

  /** A tensor without dimensions; a value of 0 is not written. */
  private static byte[] scalar(int type, int field, long value) throws IOException {
    return field(
        8, number(1, type), field(2), value == 0 ? field(4, new byte[4]) : number(field, value));
  }

  private static byte[] attribute(String name, byte[] value) throws IOException {
    return field(5, text(1, name), field(2, value));
  }
}
