package dev.inferlab.modelir.inspect;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads made to harm, each refused with its own code, reason and place. */
class HostileModelTest {
  private final ModelInspector inspector = new ModelInspector();
  private final Map<String, Path> files = new LinkedHashMap<>();
  @TempDir private Path folder;

  private HostileModelTest with(String name, byte[] content) throws IOException {
    Path file = folder.resolve("upload-" + files.size());
    Files.write(file, content);
    files.put(name, file);
    return this;
  }

  private Problem refused() throws IOException {
    Inspection inspection = inspector.inspectUnguarded(files);
    assertThat(inspection).isInstanceOf(Inspection.Refused.class);
    Problem problem = ((Inspection.Refused) inspection).problems().getFirst();
    assertThat(problem.reason()).isNotBlank().doesNotContain(folder.toString());
    return problem;
  }

  private Inspection.Accepted accepted() throws IOException {
    Inspection inspection = inspector.inspectUnguarded(files);
    assertThat(inspection).isInstanceOf(Inspection.Accepted.class);
    return (Inspection.Accepted) inspection;
  }

  @Test
  void smallIrIsAccepted() throws IOException {
    with("m.xml", Fixtures.ir("f32", "2,3", 0, 24).getBytes(UTF_8)).with("m.bin", new byte[24]);

    Inspection.Accepted model = accepted();

    assertThat(model.format()).isEqualTo(ModelFormat.OPENVINO_IR);
    assertThat(model.formatVersion()).isEqualTo("11");
    assertThat(model.inputs())
        .extracting(TensorInfo::toString)
        .containsExactly("TensorInfo[name=image, type=F32, shape=[?,3], layout=NC]");
    assertThat(model.outputs()).extracting(TensorInfo::name).containsExactly("sum");
  }

  @Test
  void irWithDoctypeIsRefused() throws IOException {
    String doctype = "<!DOCTYPE net [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>";
    String xml = Fixtures.ir("f32", "2,3", 0, 24).replace("<net", doctype + "<net");

    with("m.xml", xml.getBytes(UTF_8)).with("m.bin", new byte[24]);

    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_XML_FORBIDDEN);
  }

  @Test
  void irWithEntityBombIsRefused() throws IOException {
    StringBuilder bomb =
        new StringBuilder("<?xml version=\"1.0\"?><!DOCTYPE net [<!ENTITY a \"ha\">");
    for (char c = 'b'; c < 'm'; c++) {
      bomb.append("<!ENTITY %c \"%s\">".formatted(c, ("&" + (char) (c - 1) + ";").repeat(10)));
    }
    with("m.xml", bomb.append("]><net version=\"11\">&l;</net>").toString().getBytes(UTF_8));

    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_XML_FORBIDDEN);
  }

  @Test
  void irWithoutItsWeightsIsRefusedAtTheConstant() throws IOException {
    with("m.xml", Fixtures.ir("f32", "2,3", 0, 24).getBytes(UTF_8));

    Problem problem = refused();

    assertThat(problem.code()).isEqualTo(ProblemCode.MODEL_FILE_MISSING);
    assertThat(problem.place().layer()).contains("weights");
    assertThat(problem.reason()).contains("m.bin");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"8 24", "-8 24", "0 -24", "9223372036854775807 24", "4611686018427387900 24"})
  void constantOutsideTheWeightsIsRefused(String range) throws IOException {
    String[] offsetAndSize = range.split(" ");
    String xml =
        Fixtures.ir("f32", "2,3", 0, 24)
            .replace(
                "offset=\"0\" size=\"24\"",
                "offset=\"%s\" size=\"%s\"".formatted(offsetAndSize[0], offsetAndSize[1]));
    with("m.xml", xml.getBytes(UTF_8)).with("m.bin", new byte[24]);

    Problem problem = refused();

    assertThat(problem.code()).isEqualTo(ProblemCode.MODEL_CONSTANT_OUT_OF_BOUNDS);
    assertThat(problem.place().line()).hasValue(10);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-2,3", "1000000,1000000", "9223372036854775807,2", "1,x", "0,1000000,1000000"})
  void impossibleShapeIsRefused(String shape) throws IOException {
    with("m.xml", Fixtures.ir("f32", shape, 0, 24).getBytes(UTF_8)).with("m.bin", new byte[24]);

    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_SHAPE_INVALID);
  }

  @Test
  void negativeDimensionOfAnInputIsRefusedAtItsLayer() throws IOException {
    String xml =
        """
        <net name="n" version="11"><layers>
        <layer id="0" name="x" type="Parameter" version="opset1"><data shape="1,-3" element_type="f32"/>
        <output><port id="0" precision="FP32"><dim>1</dim><dim>-3</dim></port></output></layer>
        <layer id="1" name="r" type="Result" version="opset1">
        <input><port id="0"><dim>1</dim><dim>-3</dim></port></input></layer>
        </layers><edges><edge from-layer="0" from-port="0" to-layer="1" to-port="0"/></edges></net>
        """;
    with("m.xml", xml.getBytes(UTF_8));

    Problem problem = refused();

    assertThat(problem.code()).isEqualTo(ProblemCode.MODEL_SHAPE_INVALID);
    assertThat(problem.place().layer()).contains("x");
    assertThat(problem.place().line()).hasValue(2);
  }

  @Test
  void inputWithADimensionOfNothingIsRefusedByName() throws IOException {
    String xml =
        """
        <net name="n" version="11"><layers>
        <layer id="0" name="x" type="Parameter" version="opset1"><data shape="1,0" element_type="f32"/>
        <output><port id="0" precision="FP32"><dim>1</dim><dim>0</dim></port></output></layer>
        <layer id="1" name="r" type="Result" version="opset1">
        <input><port id="0"><dim>1</dim><dim>0</dim></port></input></layer>
        </layers><edges><edge from-layer="0" from-port="0" to-layer="1" to-port="0"/></edges></net>
        """;
    byte[] shape =
        Fixtures.field(
            2, Fixtures.field(1, Fixtures.number(1, 1)), Fixtures.field(1, Fixtures.number(1, 0)));
    byte[] port =
        Fixtures.concat(
            Fixtures.field(1, Fixtures.text("x")),
            Fixtures.field(2, Fixtures.field(1, Fixtures.number(1, 1), shape)));
    byte[] relu =
        Fixtures.field(
            1,
            Fixtures.field(1, Fixtures.text("x")),
            Fixtures.field(2, Fixtures.text("y")),
            Fixtures.field(4, Fixtures.text("Relu")));
    byte[] onnx =
        Fixtures.onnxOfGraph(
            Fixtures.concat(
                relu,
                Fixtures.field(11, port),
                Fixtures.field(12, Fixtures.field(1, Fixtures.text("y")))));
    for (byte[] model : List.of(xml.getBytes(UTF_8), onnx)) {
      files.clear();
      with("model", model);

      Problem problem = refused();

      assertThat(problem.code()).isEqualTo(ProblemCode.MODEL_SHAPE_INVALID);
      assertThat(problem.place().layer()).contains("x");
      assertThat(problem.reason()).contains("[1,0]");
    }
  }

  @Test
  void constantThatDoesNotFillItsShapeIsRefused() throws IOException {
    with("m.xml", Fixtures.ir("f32", "2,2", 0, 24).getBytes(UTF_8)).with("m.bin", new byte[24]);

    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_CONSTANT_SIZE_MISMATCH);
  }

  @Test
  void oldIrIsRefusedWithItsVersion() throws IOException {
    with(
        "m.xml",
        Fixtures.ir("f32", "2,3", 0, 24)
            .replace("version=\"11\"", "version=\"7\"")
            .getBytes(UTF_8));

    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_VERSION_UNSUPPORTED);
  }

  @Test
  void irWithoutEdgeIsRefused() throws IOException {
    String xml =
        Fixtures.ir("f32", "2,3", 0, 24)
            .replace("<edge from-layer=\"1\" from-port=\"0\" to-layer=\"2\" to-port=\"1\"/>", "");
    with("m.xml", xml.getBytes(UTF_8)).with("m.bin", new byte[24]);

    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_GRAPH_INVALID);
  }

  @Test
  void customKernelDescriptionIsRefused() throws IOException {
    with(
        "ops.xml",
        "<CustomLayer name=\"x\"><Kernel><Source filename=\"a.cl\"/></Kernel></CustomLayer>"
            .getBytes(UTF_8));

    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_CODE_FORBIDDEN);
  }

  @Test
  void anotherProgramsXmlIsNotRecognised() throws IOException {
    with("cascade.xml", "<opencv_storage><cascade/></opencv_storage>".getBytes(UTF_8));

    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_NOT_RECOGNISED);
  }

  @Test
  void smallOnnxIsAccepted() throws IOException {
    with("m.onnx", Fixtures.onnx(new long[] {2, 3}, new byte[24], ""));

    Inspection.Accepted model = accepted();

    assertThat(model.format()).isEqualTo(ModelFormat.ONNX);
    assertThat(model.formatVersion()).isEqualTo("opset 13");
    assertThat(model.inputs())
        .extracting(TensorInfo::toString)
        .containsExactly("TensorInfo[name=image, type=F32, shape=[?,3], layout=NC]");
  }

  @Test
  void contentDecidesAndNotTheExtension() throws IOException {
    with("photo.jpg", Fixtures.onnx(new long[] {2, 3}, new byte[24], ""));

    assertThat(accepted().format()).isEqualTo(ModelFormat.ONNX);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../secret", "/etc/passwd", "a/../../b", "C:\\data", "..\\x", "~/x", "file:x"})
  void externalDataOutsideTheUploadIsRefused(String location) throws IOException {
    with("m.onnx", Fixtures.onnx(new long[] {2, 3}, null, location));

    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_EXTERNAL_DATA_FORBIDDEN);
  }

  private static byte[] tensor(byte[]... more) {
    return Fixtures.concat(Fixtures.number(1, 1), Fixtures.number(2, 1), Fixtures.concat(more));
  }

  private static byte[] location(String location) {
    return Fixtures.field(
        13,
        Fixtures.field(1, Fixtures.text("location")),
        Fixtures.field(2, Fixtures.text(location)));
  }

  /** A Constant whose value is written as these messages. */
  private static byte[] constant(byte[]... values) {
    byte[] attribute = Fixtures.field(1, Fixtures.text("value"));
    for (byte[] value : values) {
      attribute = Fixtures.concat(attribute, Fixtures.field(5, value));
    }
    return Fixtures.onnxOfGraph(
        Fixtures.concat(
            Fixtures.field(
                1,
                Fixtures.field(2, Fixtures.text("c")),
                Fixtures.field(4, Fixtures.text("Constant")),
                Fixtures.field(5, attribute)),
            Fixtures.field(12, Fixtures.field(1, Fixtures.text("c")))));
  }

  @Test
  void externalDataOutsideIsRefusedEvenWhereItIsNotAskedFor() throws IOException {
    byte[] oneFloat = Fixtures.field(4, new byte[4]);
    with("m.onnx", constant(tensor(oneFloat, location("x/../../../../etc/passwd"))));

    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_EXTERNAL_DATA_FORBIDDEN);
  }

  /** Protobuf merges them: the first says that data is outside, the second where. */
  @Test
  void tensorInTwoPartsIsRefused() throws IOException {
    byte[] oneFloat = Fixtures.field(4, new byte[4]);
    with("m.onnx", constant(tensor(location("m.data"), Fixtures.number(14, 1)), tensor(oneFloat)))
        .with("m.data", new byte[4]);

    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_MALFORMED);
  }

  @Test
  void tensorAtTwoPlacesIsRefused() throws IOException {
    with("m.onnx", constant(tensor(location("m.data"), location("m.data"), Fixtures.number(14, 1))))
        .with("m.data", new byte[4]);

    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_MALFORMED);
  }

  @Test
  void memoryOfTheReaderIsNoPlaceForATensor() throws IOException {
    String memory = "*/_ORT_MEM_ADDR_/*";
    with("m.onnx", constant(tensor(location(memory), Fixtures.number(14, 1))))
        .with(memory, new byte[4]);

    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_EXTERNAL_DATA_FORBIDDEN);
  }

  @Test
  void wideXmlIsToldToBeSavedInUtf8() throws IOException {
    for (Charset wide : List.of(UTF_16, UTF_16LE, UTF_16BE)) {
      files.clear();
      String xml = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><!DOCTYPE net><net version=\"11\"/>";
      with("m.bin", new byte[24]).with("m.xml", xml.getBytes(wide));

      Problem problem = refused();

      assertThat(problem.code()).isEqualTo(ProblemCode.MODEL_XML_FORBIDDEN);
      assertThat(problem.place().file()).isEqualTo("m.xml");
      assertThat(problem.reason()).contains("UTF-8");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "UTF-7, false",
    "ISO-8859-1, false",
    "UTF-16, false",
    "utf-8, true",
    "us-ascii, true"
  })
  void encodingThatAnIrSaysIsUtf8(String encoding, boolean accepted) throws IOException {
    String xml = Fixtures.ir("f32", "2,3", 0, 24).replace("?>", " encoding=\"" + encoding + "\"?>");
    with("m.bin", new byte[24]).with("m.xml", xml.getBytes(UTF_8));

    if (accepted) {
      accepted();
      return;
    }
    Problem problem = refused();
    assertThat(problem.code()).isEqualTo(ProblemCode.MODEL_XML_FORBIDDEN);
    assertThat(problem.reason()).contains(encoding, "UTF-8");
    assertThat(problem.place().line()).hasValue(1);
  }

  @Test
  void nameOfALayerThatIsNotUtf8IsRefusedAtItsLine() throws IOException {
    String xml = Fixtures.ir("f32", "2,3", 0, 24).replace("name=\"weights\"", "name=\"w\u00ff\"");
    with("m.bin", new byte[24]).with("m.xml", xml.getBytes(ISO_8859_1));

    Problem problem = refused();

    assertThat(problem.code()).isEqualTo(ProblemCode.MODEL_MALFORMED);
    assertThat(problem.reason()).contains("the name", "not UTF-8").doesNotContain("XML");
    assertThat(problem.place().line()).hasValue(8);
  }

  /** As a float of 16 bits, a wide less-than sign is 1. */
  @Test
  void weightsOf16BitsAreNoXml() throws IOException {
    for (byte[] start :
        List.of(
            new byte[] {0, 0x3c, 0},
            new byte[] {0x3c, 0, 0x3c, 0},
            new byte[] {0, 0x3c, 0, 0x3f})) {
      files.clear();
      with("m.bin", Fixtures.concat(start, new byte[] {0x3c, 1, 0x2e, 3, 0x3a, 4}));

      assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_NOT_RECOGNISED);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "inference.pdmodel, inference.pdiparams, PaddlePaddle",
    "net.onnx, a.bin, ONNX",
    "net-symbol.json, net.data, MXNet",
    "net.xml, net.bin, OpenVINO IR"
  })
  void fileThatIsNotWhatItsNameSaysIsThePlace(String name, String beside, String format)
      throws IOException {
    with(beside, new byte[] {1, 2, 3}).with(name, new byte[] {4, 5, 6, 0});

    Problem problem = refused();

    assertThat(problem.code()).isEqualTo(ProblemCode.MODEL_NOT_RECOGNISED);
    assertThat(problem.place().file()).isEqualTo(name);
    assertThat(problem.reason()).contains(format, "damaged");
  }

  @Test
  void paddleWeightsAloneLackTheProgram() throws IOException {
    with("inference.pdiparams", new byte[64]);

    Problem problem = refused();

    assertThat(problem.code()).isEqualTo(ProblemCode.MODEL_FILE_MISSING);
    assertThat(problem.reason()).contains(".pdmodel");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"nodes\": [{\"op\": \"null\", \"name\": \"data\", \"inputs\": []}, ",
        "{\"nodes\": [{\"op\": \"nul"
      })
  void symbolThatEndsEarlyIsCutShort(String symbol) throws IOException {
    with("a-symbol.json", symbol.getBytes(UTF_8)).with("a-0000.params", Fixtures.emptyParams());

    Problem problem = refused();

    assertThat(problem.code()).isEqualTo(ProblemCode.MODEL_TRUNCATED);
    assertThat(problem.place().file()).isEqualTo("a-symbol.json");
  }

  @Test
  void blanksAreNoModel() throws IOException {
    with("m.txt", " ".repeat(4096).getBytes(UTF_8));
    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_NOT_RECOGNISED);

    files.clear();
    with("m.txt", "#\n".repeat(2048).getBytes(UTF_8));
    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_NOT_RECOGNISED);
  }

  @Test
  void externalDataOfTheUploadIsUsed() throws IOException {
    with("m.onnx", Fixtures.onnx(new long[] {2, 3}, null, "m.data")).with("m.data", new byte[24]);

    assertThat(accepted().files()).containsKey(FileRole.EXTERNAL_DATA);
  }

  @Test
  void missingExternalDataIsRefused() throws IOException {
    with("m.onnx", Fixtures.onnx(new long[] {2, 3}, null, "m.data"));

    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_FILE_MISSING);
  }

  @Test
  void shortExternalDataIsRefused() throws IOException {
    with("m.onnx", Fixtures.onnx(new long[] {2, 3}, null, "m.data")).with("m.data", new byte[23]);

    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_CONSTANT_OUT_OF_BOUNDS);
  }

  @Test
  void linkInsteadOfAFileIsRefused() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("upload-0"));
    with("m.onnx", Fixtures.onnx(new long[] {2, 3}, null, "m.data"));
    files.put("m.data", link);

    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_EXTERNAL_DATA_FORBIDDEN);
  }

  @ParameterizedTest
  @ValueSource(longs = {-5, 1_000_000_000_000L, Long.MAX_VALUE})
  void impossibleOnnxShapeIsRefused(long length) throws IOException {
    with("m.onnx", Fixtures.onnx(new long[] {length, 3}, new byte[24], ""));

    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_SHAPE_INVALID);
  }

  /** OpenVINO computes constants when it reads a model: nothing may be made of these. */
  @ParameterizedTest
  @CsvSource({
    "ConstantOfShape, 1000000 1000000, 0",
    "ConstantOfShape, 3 -2, 0",
    "Expand, 9223372036854775807 2, 1",
    "Tile, 1000000000000, 1"
  })
  void onnxShapeThatNoTensorCanHaveIsRefusedAtItsNode(String type, String shape, int input)
      throws IOException {
    long[] lengths = Stream.of(shape.split(" ")).mapToLong(Long::parseLong).toArray();
    ByteBuffer raw = ByteBuffer.allocate(8 * lengths.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asLongBuffer().put(lengths);
    ByteArrayOutputStream listed = new ByteArrayOutputStream();
    LongStream.of(lengths).forEach(length -> listed.writeBytes(Fixtures.number(7, length)));
    for (byte[] values : List.of(Fixtures.field(9, raw.array()), listed.toByteArray())) {
      with("m.onnx", reshaped(type, input, lengths.length, values));

      Problem problem = refused();

      assertThat(problem.code()).isEqualTo(ProblemCode.MODEL_SHAPE_INVALID);
      assertThat(problem.place().layer()).contains("huge");
    }
  }

  /** A node 'huge' that takes the constant 'shape', a list of whole numbers, as this input. */
  private static byte[] reshaped(String type, int input, int rank, byte[] values) {
    byte[] data = input == 0 ? new byte[0] : Fixtures.field(1, Fixtures.text("x"));
    return Fixtures.onnxOfGraph(
        Fixtures.concat(
            Fixtures.field(
                1,
                data,
                Fixtures.field(1, Fixtures.text("shape")),
                Fixtures.field(2, Fixtures.text("big")),
                Fixtures.field(3, Fixtures.text("huge")),
                Fixtures.field(4, Fixtures.text(type))),
            Fixtures.field(
                5,
                Fixtures.number(1, rank),
                Fixtures.number(2, 7),
                Fixtures.field(8, Fixtures.text("shape")),
                values),
            Fixtures.field(11, Fixtures.field(1, Fixtures.text("x"))),
            Fixtures.field(12, Fixtures.field(1, Fixtures.text("big")))));
  }

  @ParameterizedTest
  @CsvSource({"'', y", "x, ''"})
  void onnxInputOrOutputWithoutANameIsRefusedAtItsBytes(String input, String output)
      throws IOException {
    byte[] relu =
        Fixtures.field(
            1,
            Fixtures.field(1, Fixtures.text(input)),
            Fixtures.field(2, Fixtures.text(output)),
            Fixtures.field(4, Fixtures.text("Relu")));
    with(
        "m.onnx",
        Fixtures.onnxOfGraph(
            Fixtures.concat(
                relu,
                Fixtures.field(11, Fixtures.field(1, Fixtures.text(input))),
                Fixtures.field(12, Fixtures.field(1, Fixtures.text(output))))));

    Problem problem = refused();

    assertThat(problem.code()).isEqualTo(ProblemCode.MODEL_GRAPH_INVALID);
    assertThat(problem.reason()).contains("no name");
    assertThat(problem.place().offset().getAsLong()).isPositive();
  }

  /** A TensorFlow Lite model of the tensor {@code x}, [1,length], which goes in and out. */
  private static byte[] tflite(int length) {
    ByteBuffer bytes = ByteBuffer.allocate(128).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(20).put("TFL3".getBytes(UTF_8));
    fields(bytes, 12, 4, 0, 8).putShort((short) 0);
    bytes.putInt(12).putInt(3).putInt(4); // model: version, graphs
    bytes.putInt(1).putInt(16);
    fields(bytes, 16, 4, 8, 12).putShort((short) 0);
    bytes.putInt(12).putInt(12).putInt(16).putInt(12); // graph: tensors, inputs, outputs
    bytes.putInt(1).putInt(24);
    bytes.putInt(1).putInt(0);
    fields(bytes, 12, 4, 0, 0, 8);
    bytes.putInt(12).putInt(8).putInt(16); // tensor: shape, name
    bytes.putInt(2).putInt(1).putInt(length);
    bytes.putInt(1).put((byte) 'x');
    return bytes.array();
  }

  /** Where a table of {@code size} bytes has its fields. */
  private static ByteBuffer fields(ByteBuffer bytes, int size, int... offsets) {
    bytes.putShort((short) (4 + 2 * offsets.length)).putShort((short) size);
    for (int offset : offsets) {
      bytes.putShort((short) offset);
    }
    return bytes;
  }

  @Test
  void negativeDimensionOfTensorFlowLiteIsRefusedAtItsTensor() throws IOException {
    with("m.tflite", tflite(3));
    assertThat(accepted().inputs()).extracting(TensorInfo::name).containsExactly("x");

    files.clear();
    with("m.tflite", tflite(-5));

    Problem problem = refused();

    assertThat(problem.code()).isEqualTo(ProblemCode.MODEL_SHAPE_INVALID);
    assertThat(problem.place().layer()).contains("x");
  }

  @Test
  void onnxTensorInTheModelsOwnFileIsRefused() throws IOException {
    with("m.onnx", Fixtures.onnx(new long[] {2, 3}, null, "m.onnx"));

    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_EXTERNAL_DATA_FORBIDDEN);
  }

  @Test
  void tensorFlowGraphThatWaitsForItselfIsRefusedAtANode() throws IOException {
    with(
        "m.pb",
        Fixtures.concat(
            node("x", "Placeholder"), node("a", "Add", "x", "b"), node("b", "Relu", "a")));

    Problem problem = refused();

    assertThat(problem.code()).isEqualTo(ProblemCode.MODEL_GRAPH_INVALID);
    assertThat(problem.place().layer()).get().isIn("a", "b");
  }

  @Test
  void loopOfTensorFlow1IsNoCycle() throws IOException {
    with(
        "m.pb",
        Fixtures.concat(
            node("x", "Placeholder"),
            node("enter", "Enter", "x"),
            node("merge", "Merge", "enter", "next"),
            node("next", "NextIteration", "merge"),
            node("exit", "Exit", "merge")));

    assertThat(accepted().outputs()).extracting(TensorInfo::name).containsExactly("exit");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a\nb", "a\u007fb", "a\u200bb", "a\u200db", "a\u2028b", "a\u202eb", "\u3164"})
  void inputThatNobodyCanNameIsRefused(String name) throws IOException {
    with(
        "m.pb",
        Fixtures.concat(
            node("x", "Placeholder"), node(name, "Placeholder"), node("y", "Add", "x", name)));

    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_GRAPH_INVALID);
  }

  /** Both would end in the XML of an IR that cannot be read back. */
  @ParameterizedTest
  @CsvSource({
    "'a\u0000b', U+0000",
    "'a\u0001b', U+0001",
    "'a\ufffeb', U+FFFE",
    "'a\u00ffb', not UTF-8"
  })
  void nameThatNoIrCanHoldIsRefusedAtItsBytes(String name, String reason) throws IOException {
    byte[] bytes = name.getBytes(name.contains("\u00ff") ? ISO_8859_1 : UTF_8);
    byte[] inner =
        Fixtures.field(
            1,
            Fixtures.field(1, Fixtures.text("x")),
            Fixtures.field(2, Fixtures.text("y")),
            Fixtures.field(3, bytes),
            Fixtures.field(4, Fixtures.text("Relu")));
    byte[] onnx =
        Fixtures.onnxOfGraph(
            Fixtures.concat(
                inner,
                Fixtures.field(11, Fixtures.field(1, Fixtures.text("x"))),
                Fixtures.field(12, Fixtures.field(1, Fixtures.text("y")))));
    byte[] tensorFlow =
        Fixtures.concat(
            node("x", "Placeholder"),
            Fixtures.field(1, Fixtures.field(1, bytes), Fixtures.field(2, Fixtures.text("NoOp"))));
    for (byte[] model : List.of(onnx, tensorFlow)) {
      files.clear();
      with("model", model);

      Problem problem = refused();

      assertThat(problem.code()).isEqualTo(ProblemCode.MODEL_MALFORMED);
      assertThat(problem.reason()).contains("name", reason).doesNotContain("XML");
      assertThat(problem.place().offset().getAsLong()).isPositive();
    }
  }

  @Test
  void nameOfScriptsThatAreWrittenWithJoinersIsAccepted() throws IOException {
    with("m.pb", Fixtures.concat(node("x", "Placeholder"), node("می\u200cخواهم", "Relu", "x")));

    assertThat(accepted().outputs()).hasSize(1);
  }

  /** A converter breaks a loop at one operation only; at others it goes round without end. */
  @ParameterizedTest
  @ValueSource(strings = {"RefNextIteration", "MyNextIteration"})
  void whatIsNamedLikeTheEndOfALoopIsPartOfACycle(String op) throws IOException {
    with(
        "m.pb",
        Fixtures.concat(node("x", "Placeholder"), node("a", "Add", "x", "b"), node("b", op, "a")));

    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_GRAPH_INVALID);
  }

  @Test
  void cycleInATensorFlowFunctionIsRefusedAtANode() throws IOException {
    with(
        "m.pb",
        Fixtures.concat(
            node("x", "Placeholder"),
            node("y", "f", "x"),
            library(
                function(
                    "f",
                    Fixtures.field(3, nodeWith("a", "Add", "b:z:0")),
                    Fixtures.field(3, nodeWith("b", "Relu", "a:z:0"))))));

    Problem problem = refused();

    assertThat(problem.code()).isEqualTo(ProblemCode.MODEL_GRAPH_INVALID);
    assertThat(problem.place().layer()).get().isIn("a", "b");
  }

  /** Readers differ in which of the two they take. */
  @Test
  void secondTensorFlowNodeOfANameIsRefused() throws IOException {
    with(
        "m.pb",
        Fixtures.concat(
            node("x", "Placeholder"),
            node("y", "f", "x"),
            library(
                function(
                    "f",
                    Fixtures.field(3, nodeWith("a", "Relu", "x")),
                    Fixtures.field(3, nodeWith("b", "Relu", "a:z:0")),
                    Fixtures.field(3, nodeWith("a", "Relu", "b:z:0"))))));

    Problem problem = refused();

    assertThat(problem.code()).isEqualTo(ProblemCode.MODEL_GRAPH_INVALID);
    assertThat(problem.place().layer()).contains("a");
  }

  /** Readers merge the two and keep the name; taken for nameless, nobody would call it. */
  @Test
  void tensorFlowFunctionWithTwoSignaturesIsRefused() throws IOException {
    with(
        "m.pb",
        Fixtures.concat(
            node("x", "Placeholder"),
            node("y", "f", "x"),
            library(
                function(
                    "f",
                    Fixtures.field(1, new byte[0]),
                    Fixtures.field(3, nodeFields("c", "PartitionedCall", "f"))))));

    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_MALFORMED);
  }

  /** A converter never sees its graph. */
  @Test
  void graphOfATensorFlowFunctionThatNobodyCallsMayBeWrong() throws IOException {
    byte[] recursive = Fixtures.field(3, nodeFields("c", "PartitionedCall", "f"));
    byte[] cyclic =
        Fixtures.concat(
            Fixtures.field(3, nodeWith("a", "Relu", "b:z:0")),
            Fixtures.field(3, nodeWith("b", "Relu", "a:z:0")));
    byte[] twice =
        Fixtures.concat(
            Fixtures.field(3, nodeWith("a", "Relu", "x")),
            Fixtures.field(3, nodeWith("a", "Relu", "x")));
    for (byte[] body : List.of(recursive, cyclic, twice)) {
      byte[] functions = library(function("f", body));
      files.clear();
      with("m.pb", Fixtures.concat(node("x", "Placeholder"), node("y", "Relu", "x"), functions));
      assertThat(accepted().outputs()).extracting(TensorInfo::name).containsExactly("y");

      files.clear();
      with(
          "m.pb",
          Fixtures.concat(
              node("x", "Placeholder"),
              node("y", "g", "x"),
              functions,
              library(function("g", Fixtures.field(3, nodeWith("h", "f", "x"))))));
      assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_GRAPH_INVALID);
    }
  }

  /** Readers differ in which of the two they take. */
  @Test
  void secondTensorFlowFunctionOfANameIsRefused() throws IOException {
    byte[] function = function("f", Fixtures.field(3, nodeWith("a", "Relu", "x")));
    with(
        "m.pb",
        Fixtures.concat(
            node("x", "Placeholder"), node("y", "f", "x"), library(function, function)));

    Problem problem = refused();

    assertThat(problem.code()).isEqualTo(ProblemCode.MODEL_GRAPH_INVALID);
    assertThat(problem.place().layer()).contains("f");
  }

  @Test
  void tensorFlowFunctionThatCallsItselfIsRefusedByName() throws IOException {
    with(
        "m.pb",
        Fixtures.concat(
            node("x", "Placeholder"),
            node("y", "f", "x"),
            library(function("f", Fixtures.field(3, nodeFields("c", "PartitionedCall", "f"))))));

    Problem problem = refused();

    assertThat(problem.code()).isEqualTo(ProblemCode.MODEL_GRAPH_INVALID);
    assertThat(problem.place().layer()).contains("f");
  }

  /** Each of few functions calls the next ones so often that all calls together have no end. */
  @Test
  void tensorFlowFunctionsThatUnfoldWithoutEndAreRefusedByName() throws IOException {
    List<byte[]> functions = new ArrayList<>();
    for (int level = 0; level < 7; level++) {
      List<byte[]> calls = new ArrayList<>();
      for (int call = 0; call < 10; call++) {
        String callee = level == 6 ? "Relu" : "f" + (level + 1);
        calls.add(Fixtures.field(3, nodeFields("c" + call, "PartitionedCall", callee)));
      }
      functions.add(function("f" + level, calls.toArray(byte[][]::new)));
    }
    with(
        "m.pb",
        Fixtures.concat(
            node("x", "Placeholder"),
            node("y", "f0", "x"),
            library(functions.toArray(byte[][]::new))));

    Problem problem = refused();

    assertThat(problem.code()).isEqualTo(ProblemCode.MODEL_TOO_COMPLEX);
    assertThat(problem.place().layer()).contains("f1");
  }

  /** A NodeDef in a GraphDef. */
  private static byte[] node(String name, String op, String... inputs) {
    return Fixtures.field(1, nodeWith(name, op, inputs));
  }

  private static byte[] nodeWith(String name, String op, String... inputs) {
    List<byte[]> fields =
        new ArrayList<>(
            List.of(Fixtures.field(1, Fixtures.text(name)), Fixtures.field(2, Fixtures.text(op))));
    for (String input : inputs) {
      fields.add(Fixtures.field(3, Fixtures.text(input)));
    }
    return Fixtures.concat(fields.toArray(byte[][]::new));
  }

  /** A NodeDef with an attribute {@code f} that names a function. */
  private static byte[] nodeFields(String name, String op, String function) {
    byte[] called = Fixtures.field(10, Fixtures.field(1, Fixtures.text(function)));
    return Fixtures.concat(
        Fixtures.field(1, Fixtures.text(name)),
        Fixtures.field(2, Fixtures.text(op)),
        Fixtures.field(5, Fixtures.field(1, Fixtures.text("f")), Fixtures.field(2, called)));
  }

  private static byte[] function(String name, byte[]... nodes) {
    return Fixtures.field(
        1, Fixtures.field(1, Fixtures.field(1, Fixtures.text(name))), Fixtures.concat(nodes));
  }

  private static byte[] library(byte[]... functions) {
    return Fixtures.field(2, functions);
  }

  @Test
  void onnxTensorWithTooFewBytesIsRefused() throws IOException {
    with("m.onnx", Fixtures.onnx(new long[] {2, 3}, new byte[20], ""));

    Problem problem = refused();

    assertThat(problem.code()).isEqualTo(ProblemCode.MODEL_CONSTANT_SIZE_MISMATCH);
    assertThat(problem.place().layer()).contains("weights");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../m.onnx", "/m.onnx", "a/../../m.onnx", "a\\m.onnx", ""})
  void fileNameThatLeavesTheUploadIsRefused(String name) throws IOException {
    with(name, Fixtures.onnx(new long[] {2, 3}, new byte[24], ""));

    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_FILE_NAME_FORBIDDEN);
  }

  @Test
  void codeInAnyFormIsRefused() throws IOException {
    byte[][] codes = {
      "\u0080\u0004\u0095\u000b\0\0\0\0\0\0\0\u008c\u0007os.nope.".getBytes(ISO_8859_1),
      "\u0089HDF\r\n\u001a\nrest".getBytes(ISO_8859_1),
      "\u0093NUMPY\u0001\0v\0{'descr': '|O', 'fortran_order': False}".getBytes(ISO_8859_1),
      "\u007fELF\u0002\u0001\u0001".getBytes(ISO_8859_1),
      "#!/usr/bin/python\nimport os\n".getBytes(UTF_8),
      "import os\nos.system('x')\n".getBytes(UTF_8),
      zip("archive/data.pkl"),
      zip("config.json"),
    };
    for (byte[] code : codes) {
      files.clear();
      with("model.pt", code);
      assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_CODE_FORBIDDEN);

      with("m.onnx", Fixtures.onnx(new long[] {2, 3}, new byte[24], ""));
      assertThat(refused().code())
          .as("beside a good model")
          .isEqualTo(ProblemCode.MODEL_CODE_FORBIDDEN);
    }
  }

  @Test
  void kerasIsToldWhatToUploadInstead() throws IOException {
    with("model.keras", zip("config.json"));

    assertThat(refused().reason()).contains("model.export(");
  }

  private static byte[] metaGraph(String tag, String name) {
    byte[] signature =
        Fixtures.field(
            5,
            Fixtures.field(1, Fixtures.text("serving_default")),
            Fixtures.field(
                2,
                Fixtures.field(
                    1,
                    Fixtures.field(1, Fixtures.text(name)),
                    Fixtures.field(2, Fixtures.number(2, 1)))));
    byte[] placeholder =
        Fixtures.field(
            1,
            Fixtures.field(1, Fixtures.text("x")),
            Fixtures.field(2, Fixtures.text("Placeholder")));
    return Fixtures.field(
        2,
        Fixtures.field(1, Fixtures.field(4, Fixtures.text(tag))),
        Fixtures.field(2, placeholder, Fixtures.field(4, Fixtures.number(1, 1))),
        signature);
  }

  @Test
  void theGraphForServingIsTheOneThatIsDescribed() throws IOException {
    with(
        "saved_model.pb",
        Fixtures.concat(
            Fixtures.number(1, 1), metaGraph("train", "labels"), metaGraph("serve", "image")));

    assertThat(accepted().inputs()).extracting(TensorInfo::name).containsExactly("image");
  }

  @Test
  void archiveIsNoModel() throws IOException {
    with("m.zip", zip("m.onnx"));

    Problem problem = refused();

    assertThat(problem.code()).isEqualTo(ProblemCode.MODEL_NOT_RECOGNISED);
    assertThat(problem.reason()).contains("an archive");
  }

  @Test
  void pythonLayerOfCaffeIsRefused() throws IOException {
    with(
        "net.prototxt",
        "name: \"x\"\ninput: \"data\"\nlayer { name: \"p\" type: \"Python\" bottom: \"data\" top: \"o\" }"
            .getBytes(UTF_8));

    Problem problem = refused();

    assertThat(problem.code()).isEqualTo(ProblemCode.MODEL_CODE_FORBIDDEN);
    assertThat(problem.place().line()).hasValue(3);
  }

  private static byte[] trained(String layer) {
    byte[] blob =
        Fixtures.field(7, Fixtures.field(7, Fixtures.number(1, 1)), Fixtures.field(5, new byte[4]));
    return Fixtures.field(100, Fixtures.field(1, Fixtures.text(layer)), blob);
  }

  @ParameterizedTest
  @CsvSource({"one, MODEL_TRUNCATED, cut short", "other, MODEL_GRAPH_INVALID, not belong together"})
  void weightsThatLackALayerAreCutOrOfAnotherNetwork(String held, String code, String reason)
      throws IOException {
    String convolution = "layer { name: '%s' type: 'Convolution' bottom: 'data' top: '%s' }\n";
    with(
            "net.prototxt",
            ("name: \"x\"\ninput: \"data\"\n"
                    + convolution.formatted("one", "o")
                    + convolution.formatted("two", "p"))
                .getBytes(UTF_8))
        .with(
            "net.caffemodel",
            Fixtures.concat(Fixtures.field(1, Fixtures.text("x")), trained(held)));

    Problem problem = refused();

    assertThat(problem.code().name()).isEqualTo(code);
    assertThat(problem.reason()).contains(reason);
  }

  /** The conversion names its type. */
  @Test
  void layerThatIsNotReadNeedsNoWeights() throws IOException {
    with(
            "net.prototxt",
            ("name: \"x\"\ninput: \"data\"\n"
                    + "layer { name: 'l' type: 'LSTM' bottom: 'data' top: 'o' }")
                .getBytes(UTF_8))
        .with(
            "net.caffemodel", Fixtures.concat(Fixtures.field(1, Fixtures.text("x")), trained("r")));

    assertThat(accepted().format()).isEqualTo(ModelFormat.CAFFE);
  }

  @Test
  void customOperatorOfMxnetIsRefused() throws IOException {
    with(
            "x-symbol.json",
            "{\"nodes\": [{\"op\": \"null\", \"name\": \"data\", \"inputs\": []}, {\"op\": \"Custom\", \"name\": \"c\", \"inputs\": [[0,0,0]]}], \"heads\": [[1,0,0]]}"
                .getBytes(UTF_8))
        .with("x-0000.params", Fixtures.emptyParams());

    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_CODE_FORBIDDEN);
  }

  /**
   * Arrays are found by their variables' names; Gluon gives operators of a shared block one name.
   */
  @Test
  void secondMxnetVariableOfANameIsRefused() throws IOException {
    String symbol =
        """
        {"nodes": [
        {"op": "null", "name": "data", "inputs": []},
        {"op": "null", "name": "%s", "inputs": []},
        {"op": "elemwise_add", "name": "a", "inputs": [[0, 0, 0], [1, 0, 0]]},
        {"op": "relu", "name": "shared_fwd", "inputs": [[2, 0, 0]]},
        {"op": "relu", "name": "shared_fwd", "inputs": [[3, 0, 0]]}],
        "heads": [[4, 0, 0]]}
        """;
    with("x-0000.params", Fixtures.emptyParams())
        .with("x-symbol.json", symbol.formatted("other").getBytes(UTF_8));
    accepted();

    with("x-symbol.json", symbol.formatted("data").getBytes(UTF_8));

    Problem problem = refused();

    assertThat(problem.code()).isEqualTo(ProblemCode.MODEL_GRAPH_INVALID);
    assertThat(problem.place().layer()).contains("data");
    assertThat(problem.place().line()).hasValue(3);
  }

  /** Readers differ in which of the two they take. */
  @Test
  void mxnetKeyThatIsGivenTwiceIsRefusedAtItsLine() throws IOException {
    String symbol =
        """
        {"nodes": [{"op": "null", "name": "data", "inputs": []}],
        "nodes": [{"op": "null", "name": "other", "inputs": []}],
        "heads": [[0, 0, 0]]}
        """;
    with("x-0000.params", Fixtures.emptyParams()).with("x-symbol.json", symbol.getBytes(UTF_8));

    Problem problem = refused();

    assertThat(problem.code()).isEqualTo(ProblemCode.MODEL_MALFORMED);
    assertThat(problem.reason()).contains("two keys of one name");
    assertThat(problem.place().line()).hasValue(2);
  }

  @Test
  void twoModelsAreAmbiguous() throws IOException {
    with("a.onnx", Fixtures.onnx(new long[] {2, 3}, new byte[24], ""));
    with("b.onnx", Fixtures.onnx(new long[] {2, 3}, new byte[24], ""));

    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_AMBIGUOUS);
  }

  @Test
  void deepNestingIsRefused() throws IOException {
    StringBuilder text = new StringBuilder("name: 'x' layer ");
    with("net.prototxt", text.append("{ a ".repeat(100_000)).toString().getBytes(UTF_8));
    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_TOO_COMPLEX);

    files.clear();
    with("m-symbol.json", ("{\"nodes\": " + "[".repeat(100_000)).getBytes(UTF_8))
        .with("m.params", Fixtures.emptyParams());
    refused();

    files.clear();
    byte[] nested = {};
    for (int i = 0; i < 200; i++) {
      // Node -> attribute -> graph -> node …
      nested =
          Fixtures.field(
              1,
              Fixtures.field(4, "If".getBytes(UTF_8)),
              Fixtures.field(5, Fixtures.field(6, nested)));
    }
    with("deep.onnx", Fixtures.onnxOfGraph(nested));
    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_TOO_COMPLEX);
  }

  @Test
  void millionsOfEmptyPartsEndInBoundedTime() throws IOException {
    ByteArrayOutputStream nodes = new ByteArrayOutputStream();
    byte[] node =
        Fixtures.field(
            1, Fixtures.field(4, "A".getBytes(UTF_8)), Fixtures.field(2, "o".getBytes(UTF_8)));
    for (int i = 0; i < 3_000_000; i++) {
      nodes.write(node);
    }
    with("many.onnx", Fixtures.onnxOfGraph(nodes.toByteArray()));

    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_TOO_COMPLEX);
  }

  @Test
  void hugeTagInXmlIsRefused() throws IOException {
    with("m.xml", ("<net version=\"11\" name=\"" + "x".repeat(8 << 20) + "\"/>").getBytes(UTF_8));

    refused();
  }

  @Test
  void nothingAndEmptyAreRefused() throws IOException {
    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_FILE_MISSING);
    with("m.onnx", new byte[0]);
    assertThat(refused().code()).isEqualTo(ProblemCode.MODEL_TRUNCATED);
  }

  private static byte[] zip(String name) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(1);
    }
    return bytes.toByteArray();
  }
}
