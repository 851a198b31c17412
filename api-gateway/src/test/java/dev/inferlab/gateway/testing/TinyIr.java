package dev.inferlab.gateway.testing;

import java.nio.charset.StandardCharsets;

/** OpenVINO IR of one operation: its input plus 1. */
public final class TinyIr {
  /** The constant's value, a little-endian float. */
  public static final byte[] BIN = {0, 0, (byte) 0x80, 0x3f};

  private TinyIr() {}

  public static byte[] xml(long... shape) {
    StringBuilder dims = new StringBuilder();
    StringBuilder text = new StringBuilder();
    for (long length : shape) {
      dims.append("<dim>").append(length).append("</dim>");
      text.append(text.isEmpty() ? "" : ",").append(length);
    }
    return """
        <?xml version="1.0"?>
        <net name="plus_one" version="11">
        <layers>
        <layer id="0" name="image" type="Parameter" version="opset1">
        <data shape="%1$s" element_type="f32"/>
        <output><port id="0" precision="FP32" names="image">%2$s</port></output>
        </layer>
        <layer id="1" name="one" type="Const" version="opset1">
        <data element_type="f32" shape="1" offset="0" size="4"/>
        <output><port id="0" precision="FP32"><dim>1</dim></port></output>
        </layer>
        <layer id="2" name="plus" type="Add" version="opset1">
        <data auto_broadcast="numpy"/>
        <input><port id="0" precision="FP32">%2$s</port><port id="1" precision="FP32"><dim>1</dim></port></input>
        <output><port id="2" precision="FP32" names="sum">%2$s</port></output>
        </layer>
        <layer id="3" name="result" type="Result" version="opset1">
        <input><port id="0" precision="FP32">%2$s</port></input>
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
        .formatted(text, dims)
        .getBytes(StandardCharsets.UTF_8);
  }
}
