package dev.inferlab.modelir.caffe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferlab.modelir.Catalogue;
import dev.inferlab.modelir.Goldens;
import dev.inferlab.modelir.Goldens.Values;
import dev.inferlab.modelir.SmallJvm;
import dev.inferlab.modelir.graph.Cut;
import dev.inferlab.modelir.graph.IrModel;
import dev.inferlab.modelir.graph.Node;
import dev.inferlab.modelir.imports.LayerException;
import dev.inferlab.modelir.inspect.Fixtures;
import dev.inferlab.modelir.wire.MalformedModelException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Imported networks compute what OpenCV's reader of Caffe computes. */
class CaffeImporterTest {
  @TempDir private Path folder;

  private static Path resource(String name) throws Exception {
    return Path.of(CaffeImporterTest.class.getResource("/caffe/" + name).toURI());
  }

  /**
   * Layers that the real networks lack, rarer ones, and the old form of the format; {@code
   * functions} are those that OpenCV does not read as Caffe computes them, by Caffe's own rules.
   */
  @ParameterizedTest
  @ValueSource(strings = {"layers", "rare", "functions", "old"})
  void madeNetworkAgrees(String name) throws Exception {
    IrModel model =
        CaffeImporter.read(resource(name + ".prototxt"), resource(name + ".caffemodel"));

    Goldens.assertAgree(
        Goldens.compute(model, folder, 127.5, 0.0078125),
        Goldens.read("/caffe/" + name + ".golden"));
  }

  /** "grouped" is a convolution that three more layers change in place. */
  @Test
  void networkIsCutAtItsBlobs() throws Exception {
    IrModel model = CaffeImporter.read(resource("layers.prototxt"), resource("layers.caffemodel"));

    assertThat(Cut.apply(model.graph(), List.of(), List.of("conv", "grouped", "fc"))).isEmpty();

    Goldens.assertAgree(
        Goldens.compute(model, folder, 127.5, 0.0078125), Goldens.read("/caffe/inner.golden"));
  }

  @Test
  void blobAndLayerGiveTheSameTensor() throws Exception {
    write(
        "layer { name: 'scaled' type: 'Scale' bottom: 'data' bottom: 'data' top: 'x' } "
            + "layer { name: 'r' type: 'ReLU' bottom: 'x' top: 'x' } "
            + "layer { name: 'd' type: 'Dropout' bottom: 'x' top: 'y' }");

    IrModel model = read();

    assertThat(model.graph().get("r").output(0).names()).containsExactly("x", "y");
    assertThat(model.graph().get("scaled").output(0).names()).isEmpty();
    assertThat(model.graph().get("data").output(0).names()).containsExactly("data");
  }

  @ParameterizedTest
  @ValueSource(strings = {"det1", "det2", "det3", "det4"})
  void mtcnnAgrees(String name) throws Exception {
    List<Path> files = List.copyOf(Catalogue.entry(name + "-caffe").located().values());

    IrModel model = CaffeImporter.read(files.get(0), files.get(1));

    assertThat(model.graph().parameters()).extracting(Node::name).containsExactly("data");
    Goldens.assertAgree(
        Goldens.compute(model, folder, 127.5, 0.0078125),
        Goldens.read("/caffe/" + name + ".golden"));
  }

  @Test
  void mobileNetSsdAgrees() throws Exception {
    detectionsAgree("mobilenet-ssd", "mobilenet-ssd", 127.5, 0.007843);
  }

  @Test
  void retinaFaceAgrees() throws Exception {
    detectionsAgree("retinaface-caffe", "retinaface", 110, 1);
  }

  private void detectionsAgree(String id, String golden, double mean, double scale)
      throws Exception {
    List<Path> files = List.copyOf(Catalogue.entry(id).located().values());
    Path prototxt = folder.resolve("net.prototxt");
    Files.writeString(
        prototxt,
        Files.readString(files.get(0))
            .replaceAll("confidence_threshold: *[0-9.]+", "confidence_threshold: 0.0001"));

    Map<String, Values> computed =
        Goldens.compute(CaffeImporter.read(prototxt, files.get(1)), folder, mean, scale);

    float[] expected = Goldens.read("/caffe/" + golden + ".golden").get("detection_out").numbers();
    float[] found = computed.get("detection_out").numbers();
    assertThat(expected.length).isGreaterThan(7 * 15);
    for (int row = 0; row < expected.length; row += 7) {
      assertThat(nearest(expected, row, found))
          .as("detection %d: label %s, score %s", row / 7, expected[row + 1], expected[row + 2])
          .isLessThanOrEqualTo(1e-4);
    }
    assertThat(detections(found)).as("no more than those").isEqualTo(expected.length / 7);
  }

  /** Rows before the one that ends them, whose picture is -1. */
  private static int detections(float[] rows) {
    int count = 0;
    while (7 * count < rows.length && rows[7 * count] >= 0) {
      count++;
    }
    return count;
  }

  /** Distance of the best fitting detection; equal scores may come in another order. */
  private static double nearest(float[] expected, int row, float[] found) {
    double best = Double.MAX_VALUE;
    for (int other = 0; other + 6 < found.length; other += 7) {
      if (found[other] == expected[row] && found[other + 1] == expected[row + 1]) {
        double distance = 0;
        for (int i = 2; i < 7; i++) {
          distance = Math.max(distance, Math.abs(found[other + i] - expected[row + i]));
        }
        best = Math.min(best, distance);
      }
    }
    return best;
  }

  private void write(String layer) throws Exception {
    Files.writeString(
        folder.resolve("n.prototxt"),
        "name: \"n\"\ninput: \"data\"\ninput_shape { dim: 1 dim: 3 dim: 8 dim: 8 }\n" + layer);
    Files.write(folder.resolve("n.caffemodel"), new byte[0]);
  }

  private IrModel read() throws Exception {
    return CaffeImporter.read(folder.resolve("n.prototxt"), folder.resolve("n.caffemodel"));
  }

  /** 8000 x 8000 weights are 244 MiB; they go from file to file. */
  @Test
  void weightsLargerThanTheHeapAreImported() throws Exception {
    Path prototxt = folder.resolve("large.prototxt");
    Files.writeString(
        prototxt,
        """
        input: "data" input_shape { dim: 1 dim: 8000 }
        layer { name: "fc" type: "InnerProduct" bottom: "data" top: "fc"
          inner_product_param { num_output: 8000 bias_term: false } }
        """);
    Path caffemodel = folder.resolve("large.caffemodel");
    byte[] shape = Fixtures.field(7, Fixtures.number(1, 8000), Fixtures.number(1, 8000));
    long values = 4L * 8000 * 8000;
    byte[] data = Fixtures.start(5, values);
    byte[] blob = Fixtures.start(7, shape.length + data.length + values);
    byte[] name = Fixtures.field(1, Fixtures.text("fc"));
    byte[] layer =
        Fixtures.start(100, name.length + blob.length + shape.length + data.length + values);
    try (RandomAccessFile file = new RandomAccessFile(caffemodel.toFile(), "rw")) {
      file.write(Fixtures.concat(layer, name, blob, shape, data));
      // What follows are zeros, which take no room on the disk.
      file.setLength(file.length() + values);
    }

    SmallJvm.run("64m", LargeImport.class, List.of(prototxt, caffemodel, folder.resolve("m.xml")));

    assertThat(Files.size(folder.resolve("m.bin"))).isGreaterThanOrEqualTo(values);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "type: 'Pooling' bottom: 'data' top: 'o' top: 'mask' pooling_param { kernel_size: 2 }",
        "type: 'ReLU' bottom: 'data' bottom: 'data' top: 'o'",
        "type: 'Permute' bottom: 'data' top: 'o' permute_param { order: 0 order: 3 }",
        "type: 'Convolution' bottom: 'data' top: 'o' convolution_param { kernel_size: 1 axis: 2 }",
        "type: 'BatchNorm' bottom: 'data' top: 'o' batch_norm_param { use_global_stats: false }",
        "type: 'PriorBox' bottom: 'data' bottom: 'data' top: 'o' "
            + "prior_box_param { min_size: 9 img_size: 300 }",
        "type: 'DetectionOutput' bottom: 'data' bottom: 'data' bottom: 'data' top: 'o' "
            + "detection_output_param { nms_param { eta: 0.9 } }",
        "type: 'DetectionOutput' bottom: 'data' bottom: 'data' bottom: 'data' bottom: 'data' "
            + "top: 'o' detection_output_param { }",
        "type: 'LRN' bottom: 'data' top: 'o' lrn_param { norm_region: 1 }",
        "type: 'Exp' bottom: 'data' top: 'o' exp_param { base: -2 }",
        "type: 'Log' bottom: 'data' top: 'o' log_param { base: 1 }",
        "type: 'Log' bottom: 'data' top: 'o' log_param { base: 0 }",
        "type: 'Bias' bottom: 'data' bottom: 'data' bottom: 'data' top: 'o'",
        "type: 'ArgMax' bottom: 'data' top: 'o' argmax_param { top_k: 0 }"
      })
  void layerThatWouldComputeSomethingElseIsRefused(String layer) throws Exception {
    write("layer { name: 'odd' " + layer + " }");

    assertThatThrownBy(this::read).isInstanceOf(LayerException.class).hasMessageContaining("'odd'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "order: 0", "order: 0 order: 1 order: 2 order: 3"})
  void permuteWithoutAnOrderOfItsOwnChangesNothing(String order) throws Exception {
    write(
        "layer { name: 'p' type: 'Permute' bottom: 'data' top: 'o' permute_param { %s } }"
                .formatted(order)
            + "layer { name: 'r' type: 'ReLU' bottom: 'o' top: 'o' }");

    assertThat(read().graph().get("r").producer(0).name()).isEqualTo("data");
  }

  /** Each top is a name of the one tensor, and each name was a search through all of them. */
  @Test
  void thousandsOfNamesAreGivenInNoTime() throws Exception {
    StringBuilder layers = new StringBuilder("layer { name: 'r' type: 'ReLU' bottom: 'data' ");
    layers.append("top: 'o' }");
    for (int i = 0; i < 50; i++) {
      layers.append("layer { name: 's").append(i).append("' type: 'Split' bottom: 'o'");
      for (int top = 0; top < 1000; top++) {
        layers.append(" top: 't").append(i).append('_').append(top).append('\'');
      }
      layers.append(" }");
    }
    write(layers.toString());

    IrModel model = Assertions.assertTimeout(Duration.ofSeconds(60), this::read);

    assertThat(model.graph().results()).hasSize(50_000);
  }

  @Test
  void layerWithTooManyTopsIsRefused() throws Exception {
    write("layer { name: 's' type: 'Split' bottom: 'data' " + "top: 'o' ".repeat(1001) + "}");

    assertThatThrownBy(this::read).isInstanceOf(LayerException.class).hasMessageContaining("1000");
  }

  @ParameterizedTest
  @CsvSource({
    "include { phase: TRAIN }, false",
    "include { phase: 0 }, false",
    "exclude { phase: TEST }, false",
    "exclude { phase: TRAIN }, true",
    "include { phase: TRAIN } include { phase: TEST }, true",
    "include { stage: 'val' }, false",
    "exclude { stage: 'val' }, true",
    "include { min_level: 1 }, false",
    "include { phase: 1 max_level: 3 }, true"
  })
  void rulesSayWhatRunsInInference(String rules, boolean runs) throws Exception {
    write("layer { name: 'r' type: 'ReLU' bottom: 'data' top: 'o' %s }".formatted(rules));

    assertThat(read().graph().find("r").isPresent()).isEqualTo(runs);
  }

  @Test
  void layerInPlaceOnTheInputHasAResult() throws Exception {
    write("layer { name: 'r' type: 'ReLU' bottom: 'data' top: 'data' }");

    assertThat(read().graph().results()).hasSize(1);
  }

  @Test
  void namesThatXmlCannotHoldAreReadAgain() throws Exception {
    write("layer { name: 'r\u0001' type: 'ReLU' bottom: 'data' top: 'o\u0002' }");
    Path xml = folder.resolve("m.xml");

    read().write(xml);

    assertThat(IrModel.read(xml).graph().find("r_")).isPresent();
  }

  @Test
  void typeIsNamedAsTheFileNamesIt() throws Exception {
    write("layer { name: 'l' type: 'LSTM' bottom: 'data' top: 'o' }");

    assertThatThrownBy(this::read)
        .isInstanceOfSatisfying(LayerException.class, e -> assertThat(e.type()).isEqualTo("LSTM"));
  }

  @Test
  void unknownLayerIsNamed() throws Exception {
    write("layer { name: \"warp\" type: \"SpatialTransformer\" bottom: \"data\" top: \"o\" }");

    assertThatThrownBy(this::read)
        .isInstanceOfSatisfying(
            LayerException.class,
            e -> {
              assertThat(e.type()).isEqualTo("SpatialTransformer");
              assertThat(e.layer()).isEqualTo("warp");
              assertThat(e.line()).isEqualTo(4);
            });
  }

  @Test
  void missingWeightsAreNamed() throws Exception {
    write(
        "layer { name: \"c\" type: \"Convolution\" bottom: \"data\" top: \"o\" "
            + "convolution_param { num_output: 1 kernel_size: 1 } }");

    assertThatThrownBy(this::read)
        .isInstanceOf(LayerException.class)
        .hasMessageContaining("'c'")
        .hasMessageContaining("missing");
  }

  /** As Net::CopyTrainedLayersFrom and the layers' own checks refuse them in Caffe. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "layers; conv; kernel_h: 3; kernel_h: 5; [8, ?, 5, 5]; [8, 3, 3, 5]",
        "layers; conv; kernel_w: 5; kernel_w: 2000000000; [8, ?, 3, 2000000000]; [8, 3, 3, 5]",
        "layers; conv; num_output: 8; num_output: 2147483647; [2147483647, ?, 3, 5]; [8, 3, 3, 5]",
        "layers; up; kernel_size: 4; kernel_size: 5; [?, 6, 5, 5]; [16, 6, 4, 4]",
        "layers; up; num_output: 6; num_output: 7; [?, 7, 4, 4]; [16, 6, 4, 4]",
        "layers; fc; num_output: 5; num_output: 6; [6, ?]; [5, ",
        "layers; norm; channel_shared: false; channel_shared: true; one factor; 8",
        "old; conv; kernel_h: 3; kernel_h: 5; [8, ?, 5, 5]; [8, 3, 3, 5]",
        "old; fc; num_output: 5; num_output: 6; [6, ?]; [5, ",
        "functions; fc; num_output: 4; num_output: 5; [?, 5]; [120, 4]",
        "functions; scale_hw; num_axes: 2; num_axes: 1; 1 dimensions; [6, 5]",
        "rare; prelu; type: \"PReLU\"; type: \"PReLU\" prelu_param { channel_shared: true }; one slope; 4",
      })
  void optionsThatContradictTheWeightsAreRefused(
      String net, String layer, String option, String changed, String asked, String held)
      throws Exception {
    LayerException refusal = refusal(net, layer, option, changed);

    assertThat(refusal.fault()).isEqualTo(LayerException.Fault.WEIGHTS_MISMATCH);
    assertThat(refusal).hasMessageContaining(asked).hasMessageContaining(held);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "conv; stride: 1; stride: 0; stride is 0",
        "conv; kernel_h: 3; kernel_h: 0; kernel is 0",
        "conv; pad_w: 2; pad_w: -1; padding is -1",
        "conv; num_output: 8; num_output: 0; num_output is 0",
        "grouped; dilation: 2; dilation: 0; dilation is 0",
        "grouped; group: 2; group: 3; 3 groups",
        "grouped; group: 2; group: 0; 0 groups",
        "up_grouped; group: 4; group: 3; 3 groups",
        "pool_ceil; stride: 2; stride: 0; stride is 0",
        "ave_pad; kernel_size: 3; kernel_size: -3; kernel is -3"
      })
  void optionsThatNoLayerCanHaveAreMalformed(
      String layer, String option, String changed, String reason) throws Exception {
    LayerException refusal = refusal("layers", layer, option, changed);

    assertThat(refusal.fault()).isEqualTo(LayerException.Fault.MALFORMED);
    assertThat(refusal).hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "1000000 1000000; more than 2,147,483,648 elements",
        "0 0 1000000 1000000; more than 2,147,483,648 elements",
        "1 -3; lengths are 0 or more",
        "0 0 0 0 0; copies the length 4 of its input [1,3,8,8], which has none",
        "-1 -1; only one may be -1",
        "0 7; does not take the 192 elements of its input [1,3,8,8]",
        "5 -1; does not take the 192 elements of its input [1,3,8,8]"
      })
  void impossibleReshapeIsMalformed(String shape, String reason) throws Exception {
    write(reshape(shape));

    assertThatThrownBy(this::read)
        .isInstanceOfSatisfying(
            LayerException.class,
            e -> {
              assertThat(e.fault()).isEqualTo(LayerException.Fault.MALFORMED);
              assertThat(e.layer()).isEqualTo("rs");
              assertThat(e.line()).isEqualTo(4);
            })
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"192", "0 -1", "1 0 64", "0 0 0 0", "2 -1 6"})
  void possibleReshapeIsRead(String shape) throws Exception {
    write(reshape(shape));

    assertThat(read().graph().find("rs")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2 1", "1 1", "0 1", "-1 1"})
  void slicePointsThatDoNotGrowAreMalformed(String points) throws Exception {
    write(
        "layer { name: 'sl' type: 'Slice' bottom: 'data' top: 'a' top: 'b' top: 'c' slice_param { slice_point: %s } }"
            .formatted(points.replace(" ", " slice_point: ")));

    assertThatThrownBy(this::read)
        .isInstanceOfSatisfying(
            LayerException.class,
            e -> {
              assertThat(e.fault()).isEqualTo(LayerException.Fault.MALFORMED);
              assertThat(e.layer()).isEqualTo("sl");
            });
  }

  private static String reshape(String shape) {
    return "layer { name: 'rs' type: 'Reshape' bottom: 'data' top: 'o' reshape_param { shape { dim: %s } } }"
        .formatted(shape.replace(" ", " dim: "));
  }

  /** OpenVINO would say it of its own nodes, and only once the whole network is made. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "input_dim: 3; input_dim: 4; conv; its input has 4 channels, its weights in the .caffemodel are for 3",
        "\"conv\" convolution_param { num_output: 8; \"conv\" convolution_param { num_output: 8 group: 2; conv; its input has 3 channels, its weights in the .caffemodel are for 6",
        "group: 2 bias_term; group: 4 bias_term; grouped; its input has 8 channels, its weights in the .caffemodel are for 16"
      })
  void channelsThatContradictTheWeightsAreRefused(
      String text, String changed, String layer, String reason) throws Exception {
    Path prototxt = folder.resolve("n.prototxt");
    String net = Files.readString(resource("layers.prototxt"));
    assertThat(net).contains(text);
    Files.writeString(prototxt, net.replaceFirst(Pattern.quote(text), changed));

    assertThatThrownBy(() -> CaffeImporter.read(prototxt, resource("layers.caffemodel")))
        .isInstanceOfSatisfying(
            LayerException.class,
            e -> {
              assertThat(e.fault()).isEqualTo(LayerException.Fault.WEIGHTS_MISMATCH);
              assertThat(e.layer()).isEqualTo(layer);
            })
        .hasMessageContaining(reason);
  }

  /** Of a made network in which one layer's option is changed. */
  private LayerException refusal(String net, String layer, String option, String changed)
      throws Exception {
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(resource(net + ".prototxt"))) {
      lines.add(
          line.contains("name: \"" + layer + "\" type") ? line.replace(option, changed) : line);
    }
    Path prototxt = Files.write(folder.resolve("n.prototxt"), lines);

    LayerException refusal =
        Assertions.assertThrows(
            LayerException.class,
            () -> CaffeImporter.read(prototxt, resource(net + ".caffemodel")));

    assertThat(refusal.layer()).isEqualTo(layer);
    return refusal;
  }

  @Test
  void contradictingNumbersAreMalformed() throws Exception {
    write(
        "layer { name: \"e\" type: \"Eltwise\" bottom: \"data\" bottom: \"data\" top: \"o\" "
            + "eltwise_param { coeff: x coeff: 1 } }");

    assertThatThrownBy(this::read).isInstanceOf(MalformedModelException.class);
  }

  @Test
  void blobThatNoLayerMakesIsNamed() throws Exception {
    write("layer { name: \"r\" type: \"ReLU\" bottom: \"ghost\" top: \"o\" }");

    assertThatThrownBy(this::read)
        .isInstanceOf(MalformedModelException.class)
        .hasMessageContaining("'ghost'");
  }
}
