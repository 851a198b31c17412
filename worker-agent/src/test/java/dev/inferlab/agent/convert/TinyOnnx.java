package dev.inferlab.agent.convert;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Small ONNX models, most of one operation on six floats: {@code y = operation(w)}, {@code y = x +
 * w}.
 */
final class TinyOnnx {
  private TinyOnnx() {}

  /** An initializer {@code w} of these bytes. */
  static byte[] tensor(byte[] data) throws IOException {
    return field(5, number(1, 6), number(2, 1), text(8, "w"), field(9, data));
  }

  /** An initializer {@code w} whose bytes are the file at {@code location}. */
  static byte[] externalTensor(String location) throws IOException {
    return field(
        5,
        number(1, 6),
        number(2, 1),
        text(8, "w"),
        field(13, text(1, "location"), text(2, location)),
        number(14, 1));
  }

  static byte[] of(String operation, byte[] tensor) throws IOException {
    byte[] node = field(1, text(1, "w"), text(2, "y"), text(3, "the_node"), text(4, operation));
    return model(node, text(2, "g"), tensor, field(12, value("y")));
  }

  /** An operation of another domain, whose version the model tells. */
  static byte[] ofDomain(String domain, String operation) throws IOException {
    byte[] node =
        field(
            1,
            text(1, "x"),
            text(2, "y"),
            text(3, "the_node"),
            text(4, operation),
            text(7, domain));
    return joined(
        model(node, text(2, "g"), field(11, value("x")), field(12, value("y"))),
        field(8, text(1, domain), number(2, 1)));
  }

  static byte[] sum(float... six) throws IOException {
    ByteBuffer data = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(six);
    return sum(tensor(data.array()));
  }

  static byte[] sum(byte[] tensor) throws IOException {
    byte[] node = field(1, text(1, "x"), text(1, "w"), text(2, "y"), text(4, "Add"));
    return model(node, text(2, "g"), tensor, field(11, value("x")), field(12, value("y")));
  }

  /**
   * {@code y = x + max(big)}, where the node {@code huge} makes {@code big} of more elements than a
   * machine holds: by ConstantOfShape or Expand to this shape, or Tile this often.
   */
  static byte[] huge(String operation, long... numbers) throws IOException {
    byte[] taken = operation.equals("ConstantOfShape") ? new byte[0] : text(1, "x");
    return huge(joined(taken, text(1, "w"), text(4, operation)), new byte[0], numbers);
  }

  /** The same by ConstantOfShape, whose shape another node makes of these numbers. */
  static byte[] hugeOfComputedShape(long... numbers) throws IOException {
    byte[] computed = field(1, text(1, "w"), text(1, "w"), text(2, "s"), text(4, "Max"));
    return huge(joined(text(1, "s"), text(4, "ConstantOfShape")), computed, numbers);
  }

  private static byte[] huge(byte[] node, byte[] before, long... numbers) throws IOException {
    ByteBuffer values = ByteBuffer.allocate(8 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    values.asLongBuffer().put(numbers);
    byte[] shape =
        field(5, number(1, numbers.length), number(2, 7), text(8, "w"), field(9, values.array()));
    return model(
        before,
        field(1, node, text(2, "big"), text(3, "huge")),
        field(1, text(1, "big"), text(2, "max"), text(4, "ReduceMax"), keepsNoDimensions()),
        field(1, text(1, "x"), text(1, "max"), text(2, "y"), text(4, "Add")),
        text(2, "g"),
        shape,
        field(11, value("x")),
        field(12, value("y")));
  }

  /** {@code a = b + x}, {@code b = Relu(a)}, {@code y = Relu(a)}. */
  static byte[] cycle() throws IOException {
    return model(
        field(1, text(1, "b"), text(1, "x"), text(2, "a"), text(3, "sum"), text(4, "Add")),
        field(1, text(1, "a"), text(2, "b"), text(3, "back"), text(4, "Relu")),
        field(1, text(1, "a"), text(2, "y"), text(3, "end"), text(4, "Relu")),
        text(2, "g"),
        field(11, value("x")),
        field(12, value("y")));
  }

  private static byte[] keepsNoDimensions() throws IOException {
    return field(5, text(1, "keepdims"), number(3, 0), number(20, 2));
  }

  /** ValueInfoProto. */
  private static byte[] value(String name) throws IOException {
    byte[] type = field(2, field(1, number(1, 1), field(2, field(1, number(1, 6)))));
    return joined(text(1, name), type);
  }

  /** ModelProto of IR version 8 and opset 13. */
  private static byte[] model(byte[]... graph) throws IOException {
    return joined(number(1, 8), field(7, graph), field(8, text(1, ""), number(2, 13)));
  }

  static byte[] field(int number, byte[]... parts) throws IOException {
    byte[] content = joined(parts);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(number << 3 | 2);
    varint(out, content.length);
    out.write(content);
    return out.toByteArray();
  }

  static byte[] number(int number, long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    varint(out, (long) number << 3);
    varint(out, value);
    return out.toByteArray();
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long rest = value;
    for (; (rest & ~127L) != 0; rest >>>= 7) {
      out.write((int) (rest & 127 | 128));
    }
    out.write((int) rest);
  }

  static byte[] text(int number, String text) throws IOException {
    return field(number, text.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] joined(byte[]... parts) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : List.of(parts)) {
      out.write(part);
    }
    return out.toByteArray();
  }
}
