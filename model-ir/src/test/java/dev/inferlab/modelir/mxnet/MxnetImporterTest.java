package dev.inferlab.modelir.mxnet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferlab.modelir.Catalogue;
import dev.inferlab.modelir.Goldens;
import dev.inferlab.modelir.caffe.CaffeImporter;
import dev.inferlab.modelir.graph.Cut;
import dev.inferlab.modelir.graph.IrModel;
import dev.inferlab.modelir.imports.LayerException;
import dev.inferlab.modelir.tensor.PartialShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Imported networks compute what MXNet itself computes. */
class MxnetImporterTest {
  @TempDir private Path folder;

  private static Path resource(String name) throws Exception {
    return Path.of(MxnetImporterTest.class.getResource("/mxnet/" + name).toURI());
  }

  private void agree(String golden, Path symbol, Path params, String shape) throws Exception {
    IrModel model = MxnetImporter.read(symbol, params, Map.of("data", PartialShape.parse(shape)));

    Goldens.assertAgree(
        Goldens.compute(model, folder, 127.5, 0.0078125),
        Goldens.read("/mxnet/" + golden + ".golden"));
  }

  @Test
  void madeNetworkAgrees() throws Exception {
    agree("layers", resource("layers-symbol.json"), resource("layers-0000.params"), "1,3,13,17");
  }

  @Test
  void rareOperatorsAgree() throws Exception {
    agree("rare", resource("rare-symbol.json"), resource("rare-0000.params"), "1,3,6,7");
  }

  @Test
  void arraysAndArithmeticAgree() throws Exception {
    agree("common", resource("common-symbol.json"), resource("common-0000.params"), "2,3,6,7");
  }

  @Test
  void singleShotDetectorAgrees() throws Exception {
    agree("ssd", resource("ssd-symbol.json"), resource("ssd-0000.params"), "2,3,8,12");
  }

  @Test
  void networkIsCutAtItsNodes() throws Exception {
    IrModel model =
        MxnetImporter.read(
            resource("layers-symbol.json"),
            resource("layers-0000.params"),
            Map.of("data", PartialShape.of(1, 3, 13, 17)));
    List<String> outputs = List.of("conv", "leaky", "parts1", "fc1");

    assertThat(Cut.apply(model.graph(), List.of(), outputs)).isEmpty();

    Goldens.assertAgree(
        Goldens.compute(model, folder, 127.5, 0.0078125), Goldens.read("/mxnet/inner.golden"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"det1;1,3,12,12", "det2;1,3,24,24", "det3;1,3,48,48", "det4;1,15,24,24"})
  void mtcnnAgrees(String name, String shape) throws Exception {
    List<Path> files = List.copyOf(Catalogue.entry(name + "-mxnet").located().values());

    agree(name, files.get(0), files.get(1), shape);
  }

  /**
   * MTCNN was trained in Matlab, whose pictures lie on their side; the MXNet form has every kernel
   * turned, and the channels in the opposite order. Otherwise the weights are the same numbers.
   */
  @ParameterizedTest
  @ValueSource(strings = {"det1", "det2", "det3", "det4"})
  void theSameNetworkInCaffeFormAgrees(String name) throws Exception {
    List<Path> files = List.copyOf(Catalogue.entry(name + "-caffe").located().values());

    Map<String, Goldens.Values> computed =
        Goldens.computeTurned(
            CaffeImporter.read(files.get(0), files.get(1)), folder, 127.5, 0.0078125);

    Map<String, Goldens.Values> renamed = new HashMap<>();
    computed.forEach((output, values) -> renamed.put(output.replace('-', '_'), values));
    Goldens.assertAgree(renamed, Goldens.read("/mxnet/" + name + ".golden"));
  }

  /** As MXNet's shape inference refuses them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "conv; kernel; (5, 5); WEIGHTS_MISMATCH; [8, ?, 5, 5]",
        "conv; num_filter; 99; WEIGHTS_MISMATCH; [99, ?, 3, 5]",
        "up; kernel; (5, 5); WEIGHTS_MISMATCH; [?, 6, 5, 5]",
        "up; num_filter; 7; WEIGHTS_MISMATCH; [?, 7, 4, 4]",
        "fc1; num_hidden; 7; WEIGHTS_MISMATCH; [7, ?]",
        "conv; stride; (0, 1); MALFORMED; stride is 0",
        "conv; kernel; (0, 3); MALFORMED; kernel is 0",
        "conv; dilate; (1, 0); MALFORMED; dilation is 0",
        "conv; pad; (-1, 0); MALFORMED; padding is -1",
        "conv; num_group; 3; MALFORMED; 3 groups",
        "conv; num_filter; 0; MALFORMED; num_filter is 0",
        "conv; no_bias; maybe; MALFORMED; neither True nor False"
      })
  void optionsThatCannotBeAreRefused(
      String name, String option, String value, LayerException.Fault fault, String reason)
      throws Exception {
    String network = Files.readString(resource("layers-symbol.json"));
    int from = network.indexOf("{", network.indexOf("\"name\": \"" + name + "\"")) + 1;
    int to = network.indexOf("}", from);
    String options = network.substring(from, to).replaceAll("\"" + option + "\": \"[^\"]*\",?", "");
    Path symbol = folder.resolve("x-symbol.json");
    Files.writeString(
        symbol,
        network.substring(0, from)
            + options.strip().replaceAll(",$", "")
            + (options.isBlank() ? "" : ", ")
            + "\"%s\": \"%s\"".formatted(option, value)
            + network.substring(to));

    assertThatThrownBy(() -> MxnetImporter.read(symbol, resource("layers-0000.params"), Map.of()))
        .isInstanceOfSatisfying(
            LayerException.class,
            e -> {
              assertThat(e.fault()).isEqualTo(fault);
              assertThat(e.layer()).isEqualTo(name);
            })
        .hasMessageContaining(reason);
  }

  @Test
  void channelsThatContradictTheWeightsAreRefused() throws Exception {
    Map<String, PartialShape> shapes = Map.of("data", PartialShape.of(1, 4, 13, 17));

    assertThatThrownBy(
            () ->
                MxnetImporter.read(
                    resource("layers-symbol.json"), resource("layers-0000.params"), shapes))
        .isInstanceOfSatisfying(LayerException.class, e -> assertThat(e.layer()).isEqualTo("conv"))
        .hasMessageContaining("its input has 4 channels, its weights in the .params are for 3");
  }

  /** MXNet's files hold no shapes, but the first convolution's weights. */
  @Test
  void channelsOfAnInputAreTold() throws Exception {
    IrModel model =
        MxnetImporter.read(
            resource("layers-symbol.json"), resource("layers-0000.params"), Map.of());

    assertThat(model.graph().parameters().getFirst().output(0).shape())
        .isEqualTo(PartialShape.of(-1, 3, -1, -1));
  }

  /** A map of one value for all channels, added between two convolutions. */
  @Test
  void mapForAllChannelsSaysNothingOfThem() throws Exception {
    Path symbol = folder.resolve("x-symbol.json");
    Files.writeString(
        symbol,
        """
        {"nodes": [{"op": "null", "name": "data", "inputs": []},
         {"op": "null", "name": "first_weight", "inputs": []},
         {"op": "Convolution", "name": "first", "inputs": [[0, 0], [1, 0]],
          "attrs": {"kernel": "(1, 1)", "num_filter": "2", "no_bias": "True"}},
         {"op": "null", "name": "map", "inputs": []},
         {"op": "broadcast_add", "name": "sum", "inputs": [[2, 0], [3, 0]]},
         {"op": "null", "name": "second_weight", "inputs": []},
         {"op": "Convolution", "name": "second", "inputs": [[4, 0], [5, 0]],
          "attrs": {"kernel": "(1, 1)", "num_filter": "4", "no_bias": "True"}}],
         "heads": [[6, 0]]}
        """);
    ByteBuffer params = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
    params.putLong(0x112).putLong(0).putLong(3);
    array(params, 2, 3, 1, 1);
    array(params, 1, 1, 5, 5);
    array(params, 4, 2, 1, 1);
    params.putLong(3);
    for (String name : List.of("arg:first_weight", "arg:map", "arg:second_weight")) {
      params.putLong(name.length()).put(name.getBytes(UTF_8));
    }
    Path weights = folder.resolve("x-0000.params");
    Files.write(weights, Arrays.copyOf(params.array(), params.position()));

    IrModel model =
        MxnetImporter.read(symbol, weights, Map.of("data", PartialShape.of(1, 3, 5, 5)));

    assertThat(model.graph().validate()).isEmpty();
    assertThat(model.graph().results()).hasSize(1);
  }

  /** Of FP32 zeros, as MXNet's NDArray::Save writes it (version 2). */
  private static void array(ByteBuffer params, long... shape) {
    params.putInt(0xF993FAC9).putInt(0).putInt(shape.length);
    Arrays.stream(shape).forEach(params::putLong);
    params.putInt(1).putInt(0).putInt(0);
    int elements = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    params.put(new byte[4 * elements]);
  }

  @Test
  void channelsLastIsRefused() throws Exception {
    Path symbol = folder.resolve("x-symbol.json");
    Files.writeString(
        symbol,
        """
        {"nodes": [{"op": "null", "name": "data", "inputs": []},
         {"op": "Pooling", "name": "pool", "inputs": [[0, 0, 0]],
          "attrs": {"kernel": "(2, 2)", "layout": "NHWC"}}],
         "heads": [[1, 0, 0]]}
        """);

    assertThatThrownBy(() -> MxnetImporter.read(symbol, resource("layers-0000.params"), Map.of()))
        .isInstanceOf(LayerException.class)
        .hasMessageContaining("NHWC");
  }

  @Test
  void unknownOperatorIsNamed() throws Exception {
    Path symbol = folder.resolve("x-symbol.json");
    Files.writeString(
        symbol,
        """
        {"nodes": [{"op": "null", "name": "data", "inputs": []},
         {"op": "ROIPooling", "name": "roi", "inputs": [[0, 0, 0]]}],
         "heads": [[1, 0, 0]]}
        """);

    assertThatThrownBy(() -> MxnetImporter.read(symbol, resource("layers-0000.params"), Map.of()))
        .isInstanceOfSatisfying(
            LayerException.class,
            e -> {
              assertThat(e.type()).isEqualTo("ROIPooling");
              assertThat(e.layer()).isEqualTo("roi");
              assertThat(e.line()).isEqualTo(2);
            });
  }
}
