package dev.inferlab.openvino;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** The smallest model in IR that works on what it is given: floats, each added to itself. */
final class DoublingModel {

  private DoublingModel() {}

  static byte[] of(long... shape) {
    String sizes = LongStream.of(shape).mapToObj(Long::toString).collect(Collectors.joining(","));
    String dimensions =
        LongStream.of(shape).mapToObj("<dim>%d</dim>"::formatted).collect(Collectors.joining());
    return """
        <?xml version="1.0"?>
        <net name="doubled" version="11">
          <layers>
            <layer id="0" name="in" type="Parameter" version="opset1">
              <data shape="SIZES" element_type="f32"/>
              <output><port id="0" precision="FP32" names="in">DIMENSIONS</port></output>
            </layer>
            <layer id="1" name="sum" type="Add" version="opset1">
              <data auto_broadcast="numpy"/>
              <input>
                <port id="0" precision="FP32">DIMENSIONS</port>
                <port id="1" precision="FP32">DIMENSIONS</port>
              </input>
              <output><port id="2" precision="FP32" names="out">DIMENSIONS</port></output>
            </layer>
            <layer id="2" name="result" type="Result" version="opset1">
              <input><port id="0" precision="FP32">DIMENSIONS</port></input>
            </layer>
          </layers>
          <edges>
            <edge from-layer="0" from-port="0" to-layer="1" to-port="0"/>
            <edge from-layer="0" from-port="0" to-layer="1" to-port="1"/>
            <edge from-layer="1" from-port="2" to-layer="2" to-port="0"/>
          </edges>
        </net>
        """
        .replace("SIZES", sizes)
        .replace("DIMENSIONS", dimensions)
        .getBytes(StandardCharsets.UTF_8);
  }
}
