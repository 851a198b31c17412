package dev.inferlab.agent.convert;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.proto.agent.v1.Update;
import dev.inferlab.proto.job.v1.ConvertOptions;
import dev.inferlab.proto.job.v1.ErrorClass;
import dev.inferlab.proto.job.v1.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files made to harm reach the conversion itself, in an executor with 256 MiB of heap: each ends as
 * a problem with code, reason and place, and the agent goes on.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileModelsTest {
  private static final List<String> ONE_OF_EACH =
      List.of(
          "mnist-conv",
          "blazeface-ir",
          "fsrcnn-x2",
          "faceservice-keypoints",
          "iris-landmark",
          "ch_ppocr_mobile_v2_cls_infer",
          "det1-caffe",
          "det1-mxnet");

  @TempDir private static Path folder;
  private ConvertLab lab;

  @BeforeAll
  void start() throws Exception {
    lab = new ConvertLab(folder, "--executor-heap=256MiB", "--cache-limit=1GiB");
  }

  @AfterAll
  void stop() throws Exception {
    lab.close();
  }

  static List<CatalogueModel> all() throws IOException {
    return CatalogueModel.all();
  }

  static List<CatalogueModel> oneOfEach() throws IOException {
    return all().stream().filter(model -> ONE_OF_EACH.contains(model.id())).toList();
  }

  @ParameterizedTest
  @MethodSource("smallOneOfEach")
  void aModelCutIsRefused(CatalogueModel model) throws Exception {
    cut(model, 2);
  }

  @ParameterizedTest
  @MethodSource("all")
  @Tag("long")
  void aModelCutAnywhereIsRefused(CatalogueModel model) throws Exception {
    cut(model, 20);
  }

  private void cut(CatalogueModel model, int places) throws IOException {
    Map<String, byte[]> whole = model.bytes();
    for (String file : whole.keySet()) {
      for (int i = 1; i <= places; i++) {
        int length = (int) ((long) whole.get(file).length * i / (places + 1));
        Map<String, byte[]> files = new LinkedHashMap<>(whole);
        files.put(file, Arrays.copyOf(whole.get(file), length));
        Update end = lab.run(files, model.options());
        lab.forget();
        if (end.hasSucceeded() && file.endsWith("prototxt")) {
          continue; // a text cut between two heads is a network with fewer heads
        }
        String what = "%s cut to %d bytes: %s".formatted(file, length, end);
        assertThat(end.hasFailed()).as(what).isTrue();
        assertRefused(end.getFailed(), what);
      }
    }
  }

  private void assertRefused(Problem problem, String what) {
    assertThat(problem.getErrorClass())
        .as(what)
        .isIn(ErrorClass.INVALID_INPUT, ErrorClass.UNSUPPORTED);
    assertThat(problem.getCode()).as(what).startsWith("MODEL_");
    assertThat(problem.getDetail()).as(what).isNotBlank();
    assertThat(problem.getLocation().getFile()).as(what).isNotBlank();
    lab.assertFitForUsers(problem);
  }

  /** Without the largest: a flip that does no harm makes a whole conversion of it. */
  static List<CatalogueModel> smallOneOfEach() throws IOException {
    return oneOfEach().stream()
        .filter(model -> !model.id().equals("faceservice-keypoints"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("smallOneOfEach")
  void flippedBytesEndInAResultOrATypedProblem(CatalogueModel model) throws Exception {
    flip(model, 4);
  }

  @ParameterizedTest
  @MethodSource("all")
  @Tag("long")
  void manyFlippedBytesEndInAResultOrATypedProblem(CatalogueModel model) throws Exception {
    flip(model, 40);
  }

  /** Half of the flips hit the beginning, where most formats keep their structure. */
  private void flip(CatalogueModel model, int times) throws IOException {
    Map<String, byte[]> whole = model.bytes();
    Random random = new Random(model.id().hashCode());
    for (String file : whole.keySet()) {
      for (int i = 0; i < times; i++) {
        byte[] bytes = whole.get(file).clone();
        int at = random.nextInt(i % 2 == 0 ? Math.min(4096, bytes.length) : bytes.length);
        bytes[at] = (byte) random.nextInt();
        Map<String, byte[]> files = new LinkedHashMap<>(whole);
        files.put(file, bytes);
        Update end = lab.run(files, model.options());
        lab.forget();
        if (end.hasFailed()) {
          String what = "%s with byte %d = %d: %s".formatted(file, at, bytes[at], end);
          assertThat(end.getFailed().getCode()).as(what).isNotEqualTo("EXECUTOR_INTERNAL");
          assertThat(end.getFailed().getDetail()).as(what).isNotBlank();
          lab.assertFitForUsers(end.getFailed());
        }
      }
    }
  }

  private Problem refused(String format, String main, Map<String, byte[]> files) {
    Problem problem =
        lab.fail(files, ConvertOptions.newBuilder().setFormat(format).setMainPath(main).build());
    assertRefused(problem, problem.toString());
    assertThat(problem.getErrorClass()).isEqualTo(ErrorClass.INVALID_INPUT);
    return problem;
  }

  /** The sum of an input [?,3] and a constant of this type, shape and place. */
  private static String ir(String shape, String offset, String size) {
    return """
        <?xml version="1.0"?>
        <net name="sum" version="11">
        <layers>
        <layer id="0" name="image" type="Parameter" version="opset1">
        <data shape="?,3" element_type="f32"/>
        <output><port id="0" precision="FP32" names="image"><dim>-1</dim><dim>3</dim></port></output>
        </layer>
        <layer id="1" name="weights" type="Const" version="opset1">
        <data element_type="f32" shape="%s" offset="%s" size="%s"/>
        <output><port id="0" precision="FP32"><dim>2</dim><dim>3</dim></port></output>
        </layer>
        <layer id="2" name="sum" type="Add" version="opset1">
        <data auto_broadcast="numpy"/>
        <input><port id="0" precision="FP32"><dim>-1</dim><dim>3</dim></port><port id="1" precision="FP32"><dim>2</dim><dim>3</dim></port></input>
        <output><port id="2" precision="FP32" names="sum"><dim>2</dim><dim>3</dim></port></output>
        </layer>
        <layer id="3" name="sum/result" type="Result" version="opset1">
        <input><port id="0" precision="FP32"><dim>2</dim><dim>3</dim></port></input>
        </layer>
        </layers>
        <edges>
        <edge from-layer="0" from-port="0" to-layer="2" to-port="0"/>
        <edge from-layer="1" from-port="0" to-layer="2" to-port="1"/>
        <edge from-layer="2" from-port="2" to-layer="3" to-port="0"/>
        </edges>
        </net>
        """
        .formatted(shape, offset, size);
  }

  private Problem refusedIr(String xml) {
    return refused("IR", "m.xml", Map.of("m.xml", xml.getBytes(UTF_8), "m.bin", new byte[24]));
  }

  @Test
  void theNetworkThatTheOthersAreMadeOfIsGood() throws Exception {
    Map<String, byte[]> files =
        Map.of("m.xml", ir("2,3", "0", "24").getBytes(UTF_8), "m.bin", new byte[24]);
    assertThat(
            lab.convert(
                    files, ConvertOptions.newBuilder().setFormat("IR").setMainPath("m.xml").build())
                .getParameters())
        .isEqualTo(6);
  }

  @Test
  void anIrWithEntitiesReadsNoFile() {
    String doctype = "<!DOCTYPE net [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>";
    Problem problem =
        refusedIr(ir("2,3", "0", "24").replace("<net name=\"sum\"", doctype + "<net name=\"&x;\""));
    assertThat(problem.getCode()).isEqualTo("MODEL_XML_FORBIDDEN");
    assertThat(problem.getDetail()).doesNotContain("root:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"8 24", "-8 24", "0 -24", "9223372036854775807 24", "0 1000000000000"})
  void aConstantBeyondItsFileIsRefused(String range) {
    String[] part = range.split(" ");
    Problem problem = refusedIr(ir("2,3", part[0], part[1]));
    assertThat(problem.getCode()).isEqualTo("MODEL_CONSTANT_OUT_OF_BOUNDS");
    assertThat(problem.getLocation().getLayer()).isEqualTo("weights");
    assertThat(problem.getLocation().getLine()).isEqualTo(9);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-2,3", "1000000,1000000", "9223372036854775807,2"})
  void anImpossibleShapeIsRefused(String shape) {
    assertThat(refusedIr(ir(shape, "0", "24")).getCode()).isEqualTo("MODEL_SHAPE_INVALID");
  }

  /** Inputs and outputs are small; nothing between them may be made at reading, or at all. */
  @ParameterizedTest
  @CsvSource({
    "ConstantOfShape, 200000000000 6",
    "Expand, 200000000000 6",
    "Tile, 200000000000",
    "Expand, 4000000000 4000000000 6",
    "Expand, 2147483648 6"
  })
  void aHugeInnerTensorIsRefused(String operation, String numbers) throws Exception {
    long[] shape = Arrays.stream(numbers.split(" ")).mapToLong(Long::parseLong).toArray();
    Problem problem =
        lab.fail(
            Map.of("m.onnx", TinyOnnx.huge(operation, shape)),
            ConvertOptions.newBuilder().setFormat("ONNX").setMainPath("m.onnx").build());
    assertThat(problem.getCode()).as(problem.toString()).isEqualTo("MODEL_SHAPE_INVALID");
    assertThat(problem.getLocation().getLayer()).isEqualTo("huge");
  }

  /** OpenVINO computes what is in the constant [10^6,10^6] when it reads the graph. */
  @Test
  void aTensorForWhichThereIsNoMemoryEndsWithThatReason() throws Exception {
    Problem problem =
        lab.fail(
            Map.of("m.pb", TinyTensorFlow.filled(1_000_000, 1_000_000)),
            ConvertOptions.newBuilder().setFormat("TENSORFLOW").setMainPath("m.pb").build());
    assertThat(problem.getCode()).as(problem.toString()).isEqualTo("OUT_OF_MEMORY");
    assertThat(problem.getDetail()).contains("memory");
    assertThat(problem.getLocation().getFile()).isEqualTo("m.pb");
  }

  /** Only OpenVINO knows what the shape is, as it is computed. */
  @Test
  void aHugeInnerTensorOfAComputedSizeIsRefused() throws Exception {
    Problem problem =
        refused("ONNX", "m.onnx", Map.of("m.onnx", TinyOnnx.hugeOfComputedShape(65_536, 65_536)));
    assertThat(problem.getCode()).as(problem.toString()).isEqualTo("MODEL_SHAPE_INVALID");
    assertThat(problem.getLocation().getLayer()).isEqualTo("huge");
  }

  /**
   * OpenVINO takes a negative length for 0 and counts a Range modulo 2^32; ports may leave their
   * dimensions open.
   */
  @ParameterizedTest
  @CsvSource({
    "Broadcast, -5 4",
    "Broadcast, 65536 65536",
    "Tile, -5 4",
    "Tile, 65536 65536",
    "Range, 0 1000000000000 1",
    "Range, 0 4294967297 1"
  })
  void anIrThatAsksForAnImpossibleSizeIsRefused(String type, String numbers) {
    long[] values = Arrays.stream(numbers.split(" ")).mapToLong(Long::parseLong).toArray();
    ByteBuffer weights = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    weights.asLongBuffer().put(values);
    String xml = type.equals("Range") ? rangeIr() : sizedIr(type);
    Problem problem =
        refused("IR", "m.xml", Map.of("m.xml", xml.getBytes(UTF_8), "m.bin", weights.array()));
    assertThat(problem.getCode()).as(problem.toString()).isEqualTo("MODEL_SHAPE_INVALID");
    assertThat(problem.getLocation().getLayer()).isEqualTo("big");
  }

  /** The limit of a Range of 2^40 + 10, of which OpenVINO says that it has ten values. */
  @ParameterizedTest
  @CsvSource({"Squeeze, ''", "Convert, <data destination_type=\"i64\"/>"})
  void anImpossibleSizeBehindAnotherLayerOfAnIrIsRefused(String type, String data) {
    ByteBuffer weights = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    weights.asLongBuffer().put(new long[] {0, (1L << 40) + 10, 1});
    String layer =
        """
        <layer id="5" name="passing" type="%s" version="opset1">%s
        <input><port id="0" precision="I64"/></input>
        <output><port id="1" precision="I64"/></output>
        </layer>
        <layer id="3"\s"""
            .formatted(type, data);
    String xml =
        rangeIr()
            .replace("<layer id=\"3\" ", layer)
            .replace(
                "<edge from-layer=\"1\" from-port=\"0\" to-layer=\"3\" to-port=\"1\"/>",
                "<edge from-layer=\"1\" from-port=\"0\" to-layer=\"5\" to-port=\"0\"/>"
                    + "<edge from-layer=\"5\" from-port=\"1\" to-layer=\"3\" to-port=\"1\"/>");

    Problem problem =
        refused("IR", "m.xml", Map.of("m.xml", xml.getBytes(UTF_8), "m.bin", weights.array()));

    assertThat(problem.getCode()).as(problem.toString()).isEqualTo("MODEL_SHAPE_INVALID");
    assertThat(problem.getLocation().getLayer()).isEqualTo("big");
  }

  /** An operation that gives an input [1,1] the size that is in the weights. */
  private static String sizedIr(String type) {
    return """
        <?xml version="1.0"?>
        <net name="sized" version="11">
        <layers>
        <layer id="0" name="x" type="Parameter" version="opset1">
        <data shape="1,1" element_type="f32"/>
        <output><port id="0" precision="FP32" names="x"><dim>1</dim><dim>1</dim></port></output>
        </layer>
        <layer id="1" name="size" type="Const" version="opset1">
        <data element_type="i64" shape="2" offset="0" size="16"/>
        <output><port id="0" precision="I64"><dim>2</dim></port></output>
        </layer>
        <layer id="2" name="big" type="%s" version="%s">
        %s
        <input><port id="0" precision="FP32"><dim>1</dim><dim>1</dim></port><port id="1" precision="I64"><dim>2</dim></port></input>
        <output><port id="2" precision="FP32" names="big"><dim>-1</dim><dim>-1</dim></port></output>
        </layer>
        <layer id="3" name="result" type="Result" version="opset1">
        <input><port id="0" precision="FP32"><dim>-1</dim><dim>-1</dim></port></input>
        </layer>
        </layers>
        <edges>
        <edge from-layer="0" from-port="0" to-layer="2" to-port="0"/>
        <edge from-layer="1" from-port="0" to-layer="2" to-port="1"/>
        <edge from-layer="2" from-port="2" to-layer="3" to-port="0"/>
        </edges>
        </net>
        """
        .formatted(
            type,
            type.equals("Tile") ? "opset1" : "opset3",
            type.equals("Tile") ? "" : "<data mode=\"numpy\"/>");
  }

  /** OpenVINO reads it, and copies beyond the tensor when it runs it. */
  @Test
  void aSplitThatGivesMoreThanThereIsIsRefused() {
    ByteBuffer weights = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    weights.asLongBuffer().put(new long[] {1, 1_000_000_000, -1});
    String xml =
        """
        <?xml version="1.0"?>
        <net name="split" version="11">
        <layers>
        <layer id="0" name="x" type="Parameter" version="opset1">
        <data shape="1,2" element_type="f32"/>
        <output><port id="0" precision="FP32" names="x"><dim>1</dim><dim>2</dim></port></output>
        </layer>
        <layer id="1" name="axis" type="Const" version="opset1">
        <data element_type="i64" shape="" offset="0" size="8"/>
        <output><port id="0" precision="I64"/></output>
        </layer>
        <layer id="2" name="lengths" type="Const" version="opset1">
        <data element_type="i64" shape="2" offset="8" size="16"/>
        <output><port id="0" precision="I64"><dim>2</dim></port></output>
        </layer>
        <layer id="3" name="cut" type="VariadicSplit" version="opset1">
        <input><port id="0" precision="FP32"><dim>1</dim><dim>2</dim></port><port id="1" precision="I64"/><port id="2" precision="I64"><dim>2</dim></port></input>
        <output><port id="3" precision="FP32"><dim>1</dim><dim>-1</dim></port><port id="4" precision="FP32"><dim>1</dim><dim>-1</dim></port></output>
        </layer>
        <layer id="4" name="first" type="Result" version="opset1">
        <input><port id="0" precision="FP32"><dim>1</dim><dim>-1</dim></port></input>
        </layer>
        <layer id="5" name="second" type="Result" version="opset1">
        <input><port id="0" precision="FP32"><dim>1</dim><dim>-1</dim></port></input>
        </layer>
        </layers>
        <edges>
        <edge from-layer="0" from-port="0" to-layer="3" to-port="0"/>
        <edge from-layer="1" from-port="0" to-layer="3" to-port="1"/>
        <edge from-layer="2" from-port="0" to-layer="3" to-port="2"/>
        <edge from-layer="3" from-port="3" to-layer="4" to-port="0"/>
        <edge from-layer="3" from-port="4" to-layer="5" to-port="0"/>
        </edges>
        </net>
        """;
    Problem problem =
        refused("IR", "m.xml", Map.of("m.xml", xml.getBytes(UTF_8), "m.bin", weights.array()));
    assertThat(problem.getCode()).as(problem.toString()).isEqualTo("MODEL_SHAPE_INVALID");
    assertThat(problem.getLocation().getLayer()).isEqualTo("cut");
  }

  /** A Range of three numbers in the weights. */
  private static String rangeIr() {
    StringBuilder layers = new StringBuilder();
    StringBuilder edges = new StringBuilder();
    for (int i = 0; i < 3; i++) {
      layers.append(
          """
          <layer id="%d" name="c%d" type="Const" version="opset1">
          <data element_type="i64" shape="" offset="%d" size="8"/>
          <output><port id="0" precision="I64"/></output>
          </layer>
          """
              .formatted(i, i, 8 * i));
      edges.append(
          "<edge from-layer=\"%d\" from-port=\"0\" to-layer=\"3\" to-port=\"%d\"/>"
              .formatted(i, i));
    }
    return """
        <?xml version="1.0"?>
        <net name="range" version="11">
        <layers>
        %s
        <layer id="3" name="big" type="Range" version="opset4">
        <data output_type="i64"/>
        <input><port id="0" precision="I64"/><port id="1" precision="I64"/><port id="2" precision="I64"/></input>
        <output><port id="3" precision="I64" names="big"><dim>-1</dim></port></output>
        </layer>
        <layer id="4" name="result" type="Result" version="opset1">
        <input><port id="0" precision="I64"><dim>-1</dim></port></input>
        </layer>
        </layers>
        <edges>%s<edge from-layer="3" from-port="3" to-layer="4" to-port="0"/></edges>
        </net>
        """
        .formatted(layers, edges);
  }

  @Test
  void anIrThatDeclaresAHugeInnerTensorIsRefused() {
    String xml =
        ir("2,3", "0", "24")
            .replace(
                "<input><port id=\"0\" precision=\"FP32\"><dim>2</dim><dim>3</dim></port></input>",
                "<input><port id=\"0\" precision=\"FP32\"><dim>1000000</dim><dim>1000000</dim></port></input>");
    assertThat(refusedIr(xml).getCode()).isEqualTo("MODEL_SHAPE_INVALID");
  }

  @Test
  void aGraphWithACycleIsRefused() throws Exception {
    Problem problem = refused("ONNX", "m.onnx", Map.of("m.onnx", TinyOnnx.cycle()));
    assertThat(problem.getCode()).isEqualTo("MODEL_GRAPH_INVALID");
    assertThat(problem.getDetail()).contains("cycle");
    assertThat(problem.getLocation().getLayer()).isIn("sum", "back");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../../../../../../etc/passwd", "/etc/passwd", "a/../../x", "~/x", "file:///x"})
  void externalDataOutsideIsRefused(String location) throws Exception {
    Problem problem =
        refused(
            "ONNX",
            "m.onnx",
            Map.of("m.onnx", TinyOnnx.of("Identity", TinyOnnx.externalTensor(location))));
    assertThat(problem.getCode()).isEqualTo("MODEL_EXTERNAL_DATA_FORBIDDEN");
  }

  @Test
  void codeInAnyFormIsRefusedAloneAndInAZip() throws Exception {
    Map<String, byte[]> codes =
        new TreeMap<>(
            Map.of(
                "model.pkl",
                    "\u0080\u0004\u0095\u000b\0\0\0\0\0\0\0\u008c\u0007os.nope."
                        .getBytes(ISO_8859_1),
                "model.h5", "\u0089HDF\r\n\u001a\nrest".getBytes(ISO_8859_1),
                "model.pt", zip("archive/data.pkl", new byte[] {(byte) 0x80, 2, '.'}),
                "model.keras", zip("config.json", "{\"class_name\": \"Lambda\"}".getBytes(UTF_8)),
                "libops.so", "\u007fELF\u0002\u0001\u0001".getBytes(ISO_8859_1),
                "ops.py", "import os\nos.system('x')\n".getBytes(UTF_8)));
    for (Map.Entry<String, byte[]> code : codes.entrySet()) {
      Problem problem = refused("ONNX", code.getKey(), Map.of(code.getKey(), code.getValue()));
      assertThat(problem.getCode()).as(code.getKey()).isEqualTo("MODEL_CODE_FORBIDDEN");
      assertThat(problem.getLocation().getFile()).isEqualTo(code.getKey());

      // The gateway unpacks archives; one that arrives here as it is is no model.
      problem = refused("ONNX", "m.zip", Map.of("m.zip", zip(code.getKey(), code.getValue())));
      assertThat(problem.getCode()).as(code.getKey()).isEqualTo("MODEL_NOT_RECOGNISED");

      Map<String, byte[]> beside = new HashMap<>(oneOfEach().getFirst().bytes());
      beside.put(code.getKey(), code.getValue());
      problem =
          refused(
              "ONNX",
              beside.keySet().stream().filter(n -> n.endsWith(".onnx")).findFirst().orElseThrow(),
              beside);
      assertThat(problem.getCode()).as("beside a model").isEqualTo("MODEL_CODE_FORBIDDEN");
    }
  }

  private static byte[] zip(String name, byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content);
    }
    return bytes.toByteArray();
  }

  /** Operations that nobody knows, and shapes that contradict each other. */
  @Test
  void whatOnlyOpenVinoSeesIsTypedToo() throws Exception {
    String xml = ir("2,3", "0", "24").replace("type=\"Add\"", "type=\"NoSuchOperation\"");
    Problem problem =
        lab.fail(
            Map.of("m.xml", xml.getBytes(UTF_8), "m.bin", new byte[24]),
            ConvertOptions.newBuilder().setFormat("IR").setMainPath("m.xml").build());
    assertThat(problem.getCode()).as(problem.toString()).isEqualTo("MODEL_OPERATION_UNSUPPORTED");
    assertThat(problem.getLocation().getLayerType()).isEqualTo("NoSuchOperation");
    assertThat(problem.getLocation().getLayer()).isEqualTo("sum");

    problem =
        lab.fail(
            Map.of("m.onnx", TinyOnnx.of("NoSuchOperation", TinyOnnx.tensor(new byte[24]))),
            ConvertOptions.newBuilder().setFormat("ONNX").setMainPath("m.onnx").build());
    assertThat(problem.getCode()).as(problem.toString()).isEqualTo("MODEL_OPERATION_UNSUPPORTED");
    assertThat(problem.getLocation().getLayerType())
        .as(problem.toString())
        .contains("NoSuchOperation");
    assertThat(problem.getLocation().getLayer()).isEqualTo("the_node");
    assertThat(problem.getLocation().getFile()).isEqualTo("m.onnx");

    problem =
        lab.fail(
            Map.of("m.pb", TinyTensorFlow.of("NoSuchOperation")),
            ConvertOptions.newBuilder().setFormat("TENSORFLOW").setMainPath("m.pb").build());
    assertThat(problem.getCode()).as(problem.toString()).isEqualTo("MODEL_OPERATION_UNSUPPORTED");
    assertThat(problem.getLocation().getLayer()).isEqualTo("the_node");

    problem =
        lab.fail(
            Map.of("m.onnx", TinyOnnx.ofDomain("com.example", "NoSuchOperation")),
            ConvertOptions.newBuilder().setFormat("ONNX").setMainPath("m.onnx").build());
    assertThat(problem.getCode()).as(problem.toString()).isEqualTo("MODEL_OPERATION_UNSUPPORTED");
    assertThat(problem.getLocation().getLayer()).isEqualTo("the_node");

    String contradiction =
        ir("2,3", "0", "24")
            .replace("shape=\"?,3\"", "shape=\"?,5\"")
            .replace("<dim>-1</dim><dim>3</dim>", "<dim>-1</dim><dim>5</dim>");
    problem =
        lab.fail(
            Map.of("m.xml", contradiction.getBytes(UTF_8), "m.bin", new byte[24]),
            ConvertOptions.newBuilder().setFormat("IR").setMainPath("m.xml").build());
    assertThat(problem.getErrorClass()).isEqualTo(ErrorClass.INVALID_INPUT);
    // OpenVINO does not know the layer's name yet, and its own would tell the user nothing.
    assertThat(problem.getLocation().getLayerType()).as(problem.toString()).isEqualTo("Add");
    assertThat(problem.getLocation().getLayer()).isEmpty();
  }
}
