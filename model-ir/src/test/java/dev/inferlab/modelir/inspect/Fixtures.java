package dev.inferlab.modelir.inspect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Tiny models written byte by byte. */
public final class Fixtures {
  private Fixtures() {}

  /** IR that adds a constant to its input. */
  static String ir(String type, String shape, long offset, long size) {
    return """
        <?xml version="1.0"?>
        <net name="add" version="11">
        <layers>
        <layer id="0" name="image" type="Parameter" version="opset1">
        <data shape="?,3" element_type="f32"/>
        <output><port id="0" precision="FP32" names="image"><dim>-1</dim><dim>3</dim></port></output>
        </layer>
        <layer id="1" name="weights" type="Const" version="opset1">

        <data element_type="%s" shape="%s" offset="%d" size="%d"/>
        <output><port id="0" precision="FP32"><dim>2</dim><dim>3</dim></port></output>
        </layer>
        <layer id="2" name="add" type="Add" version="opset1">
        <data auto_broadcast="numpy"/>
        <input>
        <port id="0" precision="FP32"><dim>-1</dim><dim>3</dim></port>
        <port id="1" precision="FP32"><dim>2</dim><dim>3</dim></port>
        </input>
        <output><port id="2" precision="FP32" names="sum"><dim>-1</dim><dim>3</dim></port></output>
        </layer>
        <layer id="3" name="result" type="Result" version="opset1">
        <input><port id="0" precision="FP32"><dim>-1</dim><dim>3</dim></port></input>
        </layer>
        </layers>
        <edges>
        <edge from-layer="0" from-port="0" to-layer="2" to-port="0"/>
        <edge from-layer="1" from-port="0" to-layer="2" to-port="1"/>
        <edge from-layer="2" from-port="2" to-layer="3" to-port="0"/>
        </edges>
        <rt_info/>
        </net>
        """
        .formatted(type, shape, offset, size);
  }

  /** ONNX that adds a tensor to its input; the tensor's values are inside or at a location. */
  static byte[] onnx(long[] dims, byte[] raw, String location) {
    ByteArrayOutputStream tensor = new ByteArrayOutputStream();
    for (long dim : dims) {
      tensor.writeBytes(number(1, dim));
    }
    tensor.writeBytes(number(2, 1));
    tensor.writeBytes(field(8, text("weights")));
    if (raw != null) {
      tensor.writeBytes(field(9, raw));
    } else {
      tensor.writeBytes(field(13, field(1, text("location")), field(2, text(location))));
      tensor.writeBytes(number(14, 1));
    }
    byte[] shape = field(2, field(1, field(2, text("batch"))), field(1, number(1, 3)));
    byte[] type = field(2, field(1, number(1, 1), shape));
    return onnxOfGraph(
        concat(
            field(
                1,
                field(1, text("image")),
                field(1, text("weights")),
                field(2, text("sum")),
                field(4, text("Add"))),
            field(5, tensor.toByteArray()),
            field(11, field(1, text("image")), type),
            field(12, field(1, text("sum")), type)));
  }

  static byte[] onnxOfGraph(byte[] graph) {
    return concat(number(1, 8), field(7, graph), field(8, number(2, 13)));
  }

  /** An MXNet parameter file without arrays. */
  static byte[] emptyParams() {
    return ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN).putLong(0x112).array();
  }

  public static byte[] field(int number, byte[]... parts) {
    byte[] payload = concat(parts);
    return concat(varint((long) number << 3 | 2), varint(payload.length), payload);
  }

  /** What stands before a payload of this length. */
  public static byte[] start(int number, long length) {
    return concat(varint((long) number << 3 | 2), varint(length));
  }

  public static byte[] number(int number, long value) {
    return concat(varint((long) number << 3), varint(value));
  }

  public static byte[] text(String text) {
    return text.getBytes(UTF_8);
  }

  public static byte[] concat(byte[]... parts) {
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
