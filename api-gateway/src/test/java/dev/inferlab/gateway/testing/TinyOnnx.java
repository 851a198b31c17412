package dev.inferlab.gateway.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** ONNX of one operation, written field by field: its input plus six numbers. */
public final class TinyOnnx {
  private TinyOnnx() {}

  /** The numbers lie in another file. */
  public static byte[] withExternalData(String location) {
    byte[] tensor =
        all(
            number(1, 2),
            number(1, 3),
            number(2, 1),
            field(8, text("weights")),
            field(13, field(1, text("location")), field(2, text(location))),
            number(14, 1));
    byte[] shape = field(2, field(1, number(1, 2)), field(1, number(1, 3)));
    byte[] type = field(2, field(1, number(1, 1), shape));
    byte[] node =
        field(
            1,
            field(1, text("image")),
            field(1, text("weights")),
            field(2, text("sum")),
            field(4, text("Add")));
    byte[] graph =
        all(
            node,
            field(5, tensor),
            field(11, field(1, text("image")), type),
            field(12, field(1, text("sum")), type));
    return all(number(1, 8), field(7, graph), field(8, number(2, 13)));
  }

  private static byte[] field(int number, byte[]... parts) {
    byte[] payload = all(parts);
    return all(varint((long) number << 3 | 2), varint(payload.length), payload);
  }

  private static byte[] number(int number, long value) {
    return all(varint((long) number << 3), varint(value));
  }

  private static byte[] text(String text) {
    return text.getBytes(UTF_8);
  }

  private static byte[] all(byte[]... parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      bytes.writeBytes(part);
    }
    return bytes.toByteArray();
  }

  private static byte[] varint(long value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
    return bytes.toByteArray();
  }
}
