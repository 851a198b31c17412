package dev.inferlab.modelir.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.modelir.graph.ConstantData;
import dev.inferlab.modelir.graph.Graph;
import dev.inferlab.modelir.graph.IrModel;
import dev.inferlab.modelir.graph.Node;
import dev.inferlab.modelir.graph.NodeBuilder;
import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Operations counted by hand, one by one; whole networks are in {@code ModelAnalyzerTest}. */
class WorkTest {
  @TempDir private Path folder;

  private final IrModel model = IrModel.create("counted");
  private final Graph graph = model.graph();

  private Node image(long... shape) {
    return graph
        .node("Parameter", "opset1")
        .name("image")
        .output(ElementType.F32, PartialShape.of(shape))
        .add();
  }

  private NodeBuilder op(String type, Node... inputs) {
    NodeBuilder builder = graph.node(type, "opset1").name(type);
    for (Node input : inputs) {
      builder.input(input);
    }
    return builder;
  }

  private ModelAnalysis analyze(NodeBuilder last, long... shape) {
    Node node = last.output(ElementType.F32, PartialShape.of(shape)).add();
    graph.node("Result", "opset1").name("result").input(node).add();
    return ModelAnalyzer.analyze(model);
  }

  /**
   * Of 2 x 5 steps with 3 values and a hidden state of 4. A gate's unit: two dot products 2 * (3 +
   * 4), their sum, the bias, the function: 17. LSTM: 4 * 17 + f.C + i.c + sum + h(C) + o.h = 73,
   * times 4 units, times 10 steps. GRU: 3 * 17 + r.H + (1 - z) + two products + sum = 56; 57 with a
   * bias of its own inside the reset. A clip is one more before each function: 5 in an LSTM.
   */
  @ParameterizedTest
  @CsvSource({
    "LSTMSequence, forward, false, 0, 2920",
    "LSTMSequence, bidirectional, false, 0, 5840",
    "LSTMSequence, reverse, false, 3, 3120",
    "GRUSequence, forward, false, 0, 2240",
    "GRUSequence, forward, true, 0, 2280",
    "RNNSequence, forward, false, 0, 680"
  })
  void sequencesAreExact(
      String type, String direction, boolean resetLast, float clip, long expected) {
    NodeBuilder sequence =
        op(type, image(2, 5, 3))
            .attribute("hidden_size", 4)
            .attribute("direction", direction)
            .attribute("linear_before_reset", resetLast)
            .real("clip", clip);

    ModelAnalysis analysis = analyze(sequence, 2, 1, 5, 4);

    assertThat(analysis.floatOperations()).hasValue(expected);
    assertThat(analysis.notes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"LSTMCell, 584", "GRUCell, 448", "RNNCell, 136"})
  void cellsAreExact(String type, long expected) {
    ModelAnalysis analysis = analyze(op(type, image(2, 3)).attribute("hidden_size", 4), 2, 4);

    assertThat(analysis.floatOperations()).hasValue(expected);
  }

  @Test
  void anLstmWithCoupledGatesIsNotCounted() {
    NodeBuilder old =
        op("LSTMCell", image(2, 3)).attribute("hidden_size", 4).attribute("input_forget", true);

    ModelAnalysis analysis = analyze(old, 2, 4);

    assertThat(analysis.floatOperations()).isEmpty();
    assertThat(analysis.notes()).singleElement().asString().contains("LSTMCell");
  }

  /** Windows of 7 in 3 parts are [0,3), [2,5), [4,7): 9 along each axis, in 2 maps. */
  @Test
  void adaptivePoolingIsExact() {
    ModelAnalysis analysis = analyze(op("AdaptiveAvgPool", image(1, 2, 7, 7)), 1, 2, 3, 3);

    assertThat(analysis.floatOperations()).hasValue(2 * 9 * 9);
  }

  /** 3x3 of 2 channels to 4x8x8: 2 * 256 * 18, of bits. */
  @Test
  void binaryConvolutionIsExactAndNoFloat() {
    Node weights = graph.constant("w", ConstantData.of(new byte[9]), ElementType.U1, 4, 2, 3, 3);

    ModelAnalysis analysis =
        analyze(op("BinaryConvolution", image(1, 2, 8, 8), weights), 1, 4, 8, 8);

    assertThat(analysis.floatOperations()).hasValue(0);
    assertThat(analysis.integerOperations()).hasValue(9216);
  }

  @Test
  void whatOnlyMovesDataIsNoWorkAndNoNote() {
    ModelAnalysis analysis = analyze(op("DepthToSpace", image(1, 4, 2, 2)), 1, 1, 4, 4);

    assertThat(analysis.floatOperations()).hasValue(0);
    assertThat(analysis.notes()).isEmpty();
  }

  @Test
  void whatHasNoRuleIsNamed() {
    Node relu = op("Relu", image(1, 100)).output(ElementType.F32, PartialShape.of(1, 100)).add();

    ModelAnalysis analysis = analyze(op("TopK", relu), 1, 10);

    assertThat(analysis.floatOperations()).hasValue(100);
    assertThat(analysis.notes()).singleElement().asString().contains("TopK");
  }

  @Test
  void aFigureWithoutItsHeaviestOperationIsNone() {
    ModelAnalysis analysis = analyze(op("DFT", image(1, 100, 2)), 1, 100, 2);

    assertThat(analysis.floatOperations()).isEmpty();
    assertThat(analysis.notes()).singleElement().asString().contains("DFT");
  }

  @Test
  void lengthsThatTheModelComputesAreNotBlamedOnItsInputs() {
    NodeBuilder relu = op("Relu", image(1, 100));
    Node cut = relu.output(ElementType.F32, PartialShape.of(1, -1)).add();

    ModelAnalysis analysis = analyze(op("Sigmoid", cut), 1, -1);

    assertThat(analysis.floatOperations()).isEmpty();
    assertThat(analysis.notes()).singleElement().asString().contains("while it runs");
  }

  private static final String SLICED =
      "axis=\"1\" start=\"0\" end=\"-1\" stride=\"1\" part_size=\"1\"";

  /**
   * The body multiplies 1x1x4 by 4x4 (32) and takes the result's Relu (4), for each of 5 slices;
   * from the last slice to the first as well.
   */
  @Test
  void aBodyCountsForEachSlice() throws Exception {
    assertThat(looped("TensorIterator", SLICED, "").floatOperations()).hasValue(180);
    String backwards = "axis=\"1\" start=\"-1\" end=\"0\" stride=\"-1\" part_size=\"1\"";
    ModelAnalysis reverse = looped("TensorIterator", backwards, "");
    assertThat(reverse.floatOperations()).hasValue(180);
    assertThat(reverse.notes()).isEmpty();
  }

  @Test
  void slicesOfAnUnusualKindLeaveTheFigureOpen() throws Exception {
    ModelAnalysis analysis =
        looped("TensorIterator", SLICED.replace("end=\"-1\"", "end=\"3\""), "");

    assertThat(analysis.floatOperations()).isEmpty();
    assertThat(analysis.notes()).singleElement().asString().contains("TensorIterator");
  }

  /**
   * The same body, 7 times by the constant trip count, while its condition is the constant true.
   */
  @Test
  void aLoopCountsItsTrips() throws Exception {
    assertThat(looped("Loop", "", "").floatOperations()).hasValue(252);
  }

  @Test
  void aLoopWhoseConditionIsComputedLeavesTheFigureOpen() throws Exception {
    ModelAnalysis analysis =
        looped("Loop", "", "<edge from-layer=\"1\" from-port=\"0\" to-layer=\"6\" to-port=\"0\"/>");

    assertThat(analysis.floatOperations()).isEmpty();
    assertThat(analysis.notes()).singleElement().asString().contains("Loop");
  }

  /**
   * @param slice attributes of the loop's input 2, of 1x5x4
   * @param condition the edge to the result of the body's condition; by default from a constant
   *     true
   */
  private ModelAnalysis looped(String type, String slice, String condition) throws Exception {
    String conditionEdge =
        condition.isEmpty()
            ? "<edge from-layer=\"5\" from-port=\"0\" to-layer=\"6\" to-port=\"0\"/>"
            : condition;
    Path xml = folder.resolve("looped.xml");
    Files.writeString(
        xml, IR.replace("TYPE", type).replace("SLICE", slice).replace("CONDITION", conditionEdge));
    // Seven trips as a 64-bit number, and true.
    Files.write(folder.resolve("looped.bin"), new byte[] {7, 0, 0, 0, 0, 0, 0, 0, 1});
    return ModelAnalyzer.analyze(IrModel.read(xml));
  }

  private static String port(int id, long... shape) {
    StringBuilder port = new StringBuilder("<port id=\"%d\" precision=\"FP32\">".formatted(id));
    for (long length : shape) {
      port.append("<dim>").append(length).append("</dim>");
    }
    return port.append("</port>").toString();
  }

  private static String scalar(String precision) {
    return "<port id=\"0\" precision=\"%s\"></port>".formatted(precision);
  }

  private static String layer(int id, String type, String data, List<String> in, String out) {
    return "<layer id=\"%d\" name=\"%s%d\" type=\"%s\" version=\"opset1\">%s%s%s</layer>\n"
        .formatted(
            id,
            type,
            id,
            type,
            data,
            in.isEmpty() ? "" : "<input>" + String.join("", in) + "</input>",
            out.isEmpty() ? "" : "<output>" + out + "</output>");
  }

  private static String edge(int from, int fromPort, int to, int toPort) {
    return "<edge from-layer=\"%d\" from-port=\"%d\" to-layer=\"%d\" to-port=\"%d\"/>\n"
        .formatted(from, fromPort, to, toPort);
  }

  private static final String TRUE =
      "<data element_type=\"boolean\" shape=\"\" offset=\"8\" size=\"1\"/>";

  private static final String BODY =
      "<layers>"
          + layer(
              0,
              "Parameter",
              "<data shape=\"1,1,4\" element_type=\"f32\"/>",
              List.of(),
              port(0, 1, 1, 4))
          + layer(
              1,
              "Parameter",
              "<data shape=\"4,4\" element_type=\"f32\"/>",
              List.of(),
              port(0, 4, 4))
          + layer(
              2,
              "MatMul",
              "<data transpose_a=\"false\" transpose_b=\"false\"/>",
              List.of(port(0, 1, 1, 4), port(1, 4, 4)),
              port(2, 1, 1, 4))
          + layer(3, "ReLU", "", List.of(port(0, 1, 1, 4)), port(1, 1, 1, 4))
          + layer(4, "Result", "", List.of(port(0, 1, 1, 4)), "")
          + layer(5, "Const", TRUE, List.of(), scalar("BOOL"))
          + layer(6, "Result", "", List.of(port(0)), "")
          + "</layers><edges>"
          + edge(0, 0, 2, 0)
          + edge(1, 0, 2, 1)
          + edge(2, 2, 3, 0)
          + edge(3, 1, 4, 0)
          + "CONDITION</edges>";

  private static final String IR =
      "<net name=\"looped\" version=\"11\"><layers>"
          + layer(
              0,
              "Parameter",
              "<data shape=\"1,5,4\" element_type=\"f32\"/>",
              List.of(),
              port(0, 1, 5, 4))
          + layer(
              1,
              "Parameter",
              "<data shape=\"4,4\" element_type=\"f32\"/>",
              List.of(),
              port(0, 4, 4))
          + layer(
              2,
              "Const",
              "<data element_type=\"i64\" shape=\"\" offset=\"0\" size=\"8\"/>",
              List.of(),
              scalar("I64"))
          + layer(3, "Const", TRUE, List.of(), scalar("BOOL"))
          + layer(
                  4,
                  "TYPE",
                  """
                  <port_map>
                  <input external_port_id="2" internal_layer_id="0" SLICE/>
                  <input external_port_id="3" internal_layer_id="1"/>
                  <output external_port_id="4" internal_layer_id="4"/>
                  <output external_port_id="-1" internal_layer_id="6" purpose="execution_condition"/>
                  </port_map>
                  """,
                  List.of(port(0), port(1), port(2, 1, 5, 4), port(3, 4, 4)),
                  port(4, 1, 1, 4))
              .replace("</layer>", "<body>" + BODY + "</body></layer>")
          + layer(5, "Result", "", List.of(port(0, 1, 1, 4)), "")
          + "</layers><edges>"
          + edge(2, 0, 4, 0)
          + edge(3, 0, 4, 1)
          + edge(0, 0, 4, 2)
          + edge(1, 0, 4, 3)
          + edge(4, 4, 5, 0)
          + "</edges></net>";
}
