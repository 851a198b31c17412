package dev.inferlab.openvino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ElementTypeTest {

  private static final ElementType[] TYPES = ElementType.values();

  /** What is checked at load, sizes, would not tell two types of one size apart. */
  @Test
  void theRuntimeMeansTheSameTypeByANameAndByItsNumber() {
    try (Core core = new Core();
        Model model = core.readModel(oneInputOfEachType(), null)) {
      assertThat(model.inputs()).extracting(Port::elementType).containsExactly(TYPES);
      assertThat(model.inputs())
          .extracting(Port::name)
          .isEqualTo(Arrays.stream(TYPES).map(ElementType::openVinoName).toList());
    }
  }

  @Test
  void aTypeOfALaterReleaseIsRefusedWithAWayOut() {
    for (int code : new int[] {-1, TYPES.length}) {
      assertThatThrownBy(() -> ElementType.of(code))
          .isInstanceOf(NativeLibraryException.class)
          .hasMessageContaining("number " + code)
          .hasMessageContaining("Remedy");
    }
  }

  private static byte[] oneInputOfEachType() {
    StringBuilder layers = new StringBuilder();
    StringBuilder edges = new StringBuilder();
    for (int i = 0; i < TYPES.length; i++) {
      layers.append(
          """
          <layer id="%1$d" name="in-%3$s" type="Parameter" version="opset1">
            <data shape="8" element_type="%3$s"/>
            <output><port id="0" precision="FP32" names="%3$s"><dim>8</dim></port></output>
          </layer>
          <layer id="%2$d" name="out-%3$s" type="Result" version="opset1">
            <input><port id="0" precision="FP32"><dim>8</dim></port></input>
          </layer>
          """
              .formatted(2 * i, 2 * i + 1, TYPES[i].openVinoName()));
      edges.append(
          "<edge from-layer=\"%d\" from-port=\"0\" to-layer=\"%d\" to-port=\"0\"/>"
              .formatted(2 * i, 2 * i + 1));
    }
    return "<net name=\"types\" version=\"11\"><layers>%s</layers><edges>%s</edges></net>"
        .formatted(layers, edges)
        .getBytes(StandardCharsets.UTF_8);
  }
}
