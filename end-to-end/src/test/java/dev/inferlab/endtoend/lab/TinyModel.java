package dev.inferlab.endtoend.lab;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A model that compiles in milliseconds: images times a constant, through ReLU.
 *
 * @param shape of its one input, as in IR: "1,3,8,8"
 */
public record TinyModel(String shape) {

  /** Takes images of 8 x 8 pixels. */
  public static TinyModel forImages() {
    return new TinyModel("1,3,8,8");
  }

  public byte[] xml() {
    String dims = dims(shape);
    return """
        <?xml version="1.0"?>
        <net name="tiny" version="11">
          <layers>
            <layer id="0" name="input" type="Parameter" version="opset1">
              <data shape="%1$s" element_type="f32"/>
              <output><port id="0" precision="FP32" names="input">%2$s</port></output>
            </layer>
            <layer id="1" name="factor" type="Const" version="opset1">
              <data element_type="f32" shape="1" offset="0" size="4"/>
              <output><port id="0" precision="FP32"><dim>1</dim></port></output>
            </layer>
            <layer id="2" name="multiply" type="Multiply" version="opset1">
              <data auto_broadcast="numpy"/>
              <input>
                <port id="0" precision="FP32">%2$s</port>
                <port id="1" precision="FP32"><dim>1</dim></port>
              </input>
              <output><port id="2" precision="FP32">%2$s</port></output>
            </layer>
            <layer id="3" name="relu" type="ReLU" version="opset1">
              <input><port id="0" precision="FP32">%2$s</port></input>
              <output><port id="1" precision="FP32" names="output">%2$s</port></output>
            </layer>
            <layer id="4" name="result" type="Result" version="opset1">
              <input><port id="0" precision="FP32">%2$s</port></input>
            </layer>
          </layers>
          <edges>
            <edge from-layer="0" from-port="0" to-layer="2" to-port="0"/>
            <edge from-layer="1" from-port="0" to-layer="2" to-port="1"/>
            <edge from-layer="2" from-port="2" to-layer="3" to-port="0"/>
            <edge from-layer="3" from-port="1" to-layer="4" to-port="0"/>
          </edges>
        </net>
        """
        .formatted(shape, dims)
        .getBytes(StandardCharsets.UTF_8);
  }

  public byte[] bin() {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(2f).array();
  }

  private static String dims(String shape) {
    StringBuilder dims = new StringBuilder();
    for (String dim : shape.split(",", -1)) {
      dims.append("<dim>").append(dim).append("</dim>");
    }
    return dims.toString();
  }
}
