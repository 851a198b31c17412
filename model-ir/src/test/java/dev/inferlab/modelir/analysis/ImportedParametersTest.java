package dev.inferlab.modelir.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.modelir.caffe.CaffeImporter;
import dev.inferlab.modelir.graph.IrModel;
import dev.inferlab.modelir.inspect.Fixtures;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What our importers make up to say it in OpenVINO's operations is no parameter of a network. */
class ImportedParametersTest {
  @TempDir private Path folder;

  /**
   * Counted by hand: convolution 4x3x3x3 = 108; BatchNorm's factors and shifts, made of its means
   * and variances, 4 + 4; Scale with bias 4 + 4; Normalize's factors 4; Scale without bias 4; fully
   * connected 5 x 256 weights and 5 biases = 1285. Invented are means and variances of four
   * scalings, and the shifts of two.
   */
  @Test
  void caffeNetworkCountedByHandIsExact() throws Exception {
    Path prototxt = folder.resolve("n.prototxt");
    Files.writeString(
        prototxt,
        """
        name: "n"
        input: "data"
        input_shape { dim: 1 dim: 3 dim: 8 dim: 8 }
        layer { name: "conv" type: "Convolution" bottom: "data" top: "conv"
                convolution_param { num_output: 4 kernel_size: 3 pad: 1 bias_term: false } }
        layer { name: "bn" type: "BatchNorm" bottom: "conv" top: "bn" }
        layer { name: "scale" type: "Scale" bottom: "bn" top: "scale" scale_param { bias_term: true } }
        layer { name: "norm" type: "Normalize" bottom: "scale" top: "norm"
                norm_param { across_spatial: false channel_shared: false } }
        layer { name: "factors" type: "Scale" bottom: "norm" top: "factors" }
        layer { name: "fc" type: "InnerProduct" bottom: "factors" top: "fc"
                inner_product_param { num_output: 5 } }
        """);
    Path caffemodel = folder.resolve("n.caffemodel");
    Files.write(
        caffemodel,
        Fixtures.concat(
            layer("conv", blob(0.5f, 4, 3, 3, 3)),
            layer("bn", blob(0.25f, 4), blob(2, 4), blob(1, 1)),
            layer("scale", blob(1.5f, 4), blob(0.5f, 4)),
            layer("norm", blob(20, 4)),
            layer("factors", blob(1, 4)),
            layer("fc", blob(0.1f, 5, 256), blob(0, 5))));

    IrModel model = CaffeImporter.read(prototxt, caffemodel);

    assertThat(ModelAnalyzer.analyze(model).parameters()).isEqualTo(108 + 8 + 8 + 4 + 4 + 1285);
    // The five biases.
    assertThat(ModelAnalyzer.analyze(model).zeroParameters()).isEqualTo(5);
  }

  private static byte[] layer(String name, byte[]... blobs) {
    return Fixtures.field(100, Fixtures.field(1, Fixtures.text(name)), Fixtures.concat(blobs));
  }

  private static byte[] blob(float value, long... shape) {
    byte[][] lengths =
        Arrays.stream(shape).mapToObj(length -> Fixtures.number(1, length)).toArray(byte[][]::new);
    int elements = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    ByteBuffer data = ByteBuffer.allocate(4 * elements).order(ByteOrder.LITTLE_ENDIAN);
    while (data.hasRemaining()) {
      data.putFloat(value);
    }
    return Fixtures.field(7, Fixtures.field(7, lengths), Fixtures.field(5, data.array()));
  }
}
