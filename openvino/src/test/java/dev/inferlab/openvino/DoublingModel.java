package dev.inferlab.openvino;

import java.nio.charset.StandardCharsets;

/** The smallest model in IR that works on what it is given: four floats, each added to itself. */
final class DoublingModel {

  static final byte[] XML =
      """
      <?xml version="1.0"?>
      <net name="doubled" version="11">
        <layers>
          <layer id="0" name="in" type="Parameter" version="opset1">
            <data shape="4" element_type="f32"/>
            <output><port id="0" precision="FP32" names="in"><dim>4</dim></port></output>
          </layer>
          <layer id="1" name="sum" type="Add" version="opset1">
            <data auto_broadcast="numpy"/>
            <input>
              <port id="0" precision="FP32"><dim>4</dim></port>
              <port id="1" precision="FP32"><dim>4</dim></port>
            </input>
            <output><port id="2" precision="FP32" names="out"><dim>4</dim></port></output>
          </layer>
          <layer id="2" name="result" type="Result" version="opset1">
            <input><port id="0" precision="FP32"><dim>4</dim></port></input>
          </layer>
        </layers>
        <edges>
          <edge from-layer="0" from-port="0" to-layer="1" to-port="0"/>
          <edge from-layer="0" from-port="0" to-layer="1" to-port="1"/>
          <edge from-layer="1" from-port="2" to-layer="2" to-port="0"/>
        </edges>
      </net>
      """
          .getBytes(StandardCharsets.UTF_8);

  private DoublingModel() {}
}
