package dev.inferlab.modelir.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import dev.inferlab.modelir.wire.MalformedModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphEditTest {
  private static final PartialShape ROW = PartialShape.of(-1, 3);

  private final IrModel model = IrModel.create("small");
  private final Graph graph = model.graph();
  private final Node image = parameter();
  private final Node weights =
      graph.constant("weights", ConstantData.ofFloats(1, 2, 3), ElementType.F32, 1, 3);
  private final Node sum = binary("Add", "sum", image, weights);
  private final Node relu =
      graph.node("Relu", "opset1").name("relu").input(sum).output(ElementType.F32, ROW).add();
  private final Node result = graph.node("Result", "opset1").name("result").input(relu).add();
  @TempDir private Path folder;

  private Node parameter() {
    return graph
        .node("Parameter", "opset1")
        .name("image")
        .attribute("shape", "?,3")
        .attribute("element_type", "f32")
        .output(ElementType.F32, ROW)
        .add();
  }

  private Node binary(String type, String name, Node left, Node right) {
    return graph
        .node(type, "opset1")
        .name(name)
        .attribute("auto_broadcast", "numpy")
        .input(left)
        .input(right)
        .output(ElementType.F32, ROW)
        .add();
  }

  private IrModel rewritten() throws Exception {
    model.write(folder.resolve("m.xml"));
    return IrModel.read(folder.resolve("m.xml"));
  }

  @Test
  void builtGraphReadsBackAsItWas() throws Exception {
    Graph read = rewritten().graph();

    assertThat(read.nodes())
        .extracting(Node::name)
        .containsExactly("image", "weights", "sum", "relu", "result");
    assertThat(read.get("weights").data().toFloats(ElementType.F32)).containsExactly(1, 2, 3);
    assertThat(read.get("sum").input(1).source()).isSameAs(read.get("weights").output(0));
    assertThat(read.get("image").output(0).shape()).isEqualTo(ROW);
    assertThat(read.parameters()).hasSize(1);
    assertThat(read.results()).hasSize(1);
  }

  @Test
  void namesOfTensorsStayWithTheModelsOutputs() throws Exception {
    relu.output(0).names(List.of("score"));
    Node scale = binary("Multiply", "scale", relu, graph.scalar("two", 2));

    graph.insertAfter(relu.output(0), scale);
    assertThat(scale.output(0).names()).containsExactly("score");
    assertThat(relu.output(0).names()).isEmpty();

    graph.bypass(scale);
    assertThat(relu.output(0).names()).containsExactly("score");

    Node twin = binary("Add", "twin", sum, weights);
    graph.replace(List.of(relu), Map.of(relu.output(0), twin.output(0)));
    assertThat(twin.output(0).names()).containsExactly("score");
    assertThat(rewritten().graph().results().getFirst().input(0).source().names())
        .containsExactly("score");
  }

  /** Equal names are legal in IR, and reading is lossless. */
  @Test
  void equalNamesAreWrittenAsTheyWereRead() throws Exception {
    model.write(folder.resolve("m.xml"));
    Path twice = folder.resolve("twice.xml");
    Files.writeString(
        twice, Files.readString(folder.resolve("m.xml")).replace("\"relu\"", "\"sum\""));
    Files.copy(folder.resolve("m.bin"), folder.resolve("twice.bin"));

    IrModel.read(twice).write(folder.resolve("again.xml"));

    assertThat(folder.resolve("again.xml")).hasSameTextualContentAs(twice);
  }

  @Test
  void nodeIsInsertedOnATensor() throws Exception {
    Node scale = binary("Multiply", "sum", sum, graph.scalar("two", 2));
    graph.insertAfter(sum.output(0), scale);

    assertThat(relu.producer(0)).isSameAs(scale);
    assertThat(scale.producer(0)).isSameAs(sum);
    assertThat(scale.name()).isEqualTo("sum_1");
    assertThat(rewritten().graph().get("relu").producer(0).name()).isEqualTo("sum_1");
  }

  @Test
  void whatIsMadeOfATensorIsNotFedWithItself() {
    Node scale = binary("Multiply", "scale", sum, graph.scalar("two", 2));

    assertThatThrownBy(() -> graph.replace(sum, scale))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("takes from");
    graph.replace(List.of(), Map.of(sum.output(0), scale.output(0)));

    assertThat(scale.producer(0)).isSameAs(sum);
    assertThat(relu.producer(0)).isSameAs(scale);
    assertThat(graph.topological()).hasSameSizeAs(graph.nodes());
  }

  @Test
  void nodeIsInsertedBeforeOneInputOnly() {
    Node other = graph.node("Abs", "opset1").input(sum).output(ElementType.F32, ROW).add();
    graph.insertBefore(relu.input(0), other);

    assertThat(relu.producer(0)).isSameAs(other);
    assertThat(sum.consumers()).containsExactly(other);
  }

  @Test
  void usedNodeCannotBeRemoved() {
    assertThatThrownBy(() -> graph.remove(sum)).hasMessageContaining("still used by Relu 'relu'");
  }

  @Test
  void bypassedNodeIsGone() {
    graph.bypass(relu);

    assertThat(result.producer(0)).isSameAs(sum);
    assertThat(graph.find("relu")).isEmpty();
    assertThat(graph.validate()).isEmpty();
  }

  @Test
  void replacedNodeHandsOverItsTensorNames() {
    relu.output(0).names(List.of("out", "a,b"));
    Node clamp = graph.node("Clamp", "opset1").input(sum).output(ElementType.F32, ROW).add();

    graph.replace(relu, clamp);

    assertThat(result.producer(0)).isSameAs(clamp);
    assertThat(clamp.output(0).names()).containsExactly("out", "a,b");
  }

  @Test
  void partIsReplacedAndTheRestPruned() {
    Node abs = graph.node("Abs", "opset1").input(image).output(ElementType.F32, ROW).add();

    graph.replace(List.of(sum, relu), Map.of(relu.output(0), abs.output(0)));

    assertThat(graph.prune()).isEqualTo(1);
    assertThat(graph.nodes()).containsExactly(image, result, abs);
    assertThat(graph.topological()).containsExactly(image, abs, result);
  }

  @Test
  void constantThatTwoNodesShareIsWrittenOnce() throws Exception {
    Node twin = graph.constant("twin", weights.data(), ElementType.F32, 3);
    relu.output(0).replaceBy(binary("Multiply", "product", relu, twin).output(0));
    graph.get("product").input(0).connect(relu.output(0));

    IrModel read = rewritten();

    assertThat(Files.size(folder.resolve("m.bin"))).isEqualTo(12);
    assertThat(read.graph().get("twin").data()).isSameAs(read.graph().get("weights").data());
  }

  @Test
  void changedConstantLeavesTheOthersAlone() throws Exception {
    Node big = graph.constant("big", ConstantData.of(new byte[4000]), ElementType.U8, 4000);
    graph.node("Result", "opset1").input(big).add();
    IrModel read = rewritten();
    Node changed = read.graph().get("weights");

    changed.setData(ConstantData.of(new byte[] {1, 2, 3}), ElementType.I8, 1, 3);
    read.write(folder.resolve("m.xml"));

    Graph again = IrModel.read(folder.resolve("m.xml")).graph();
    assertThat(again.get("weights").data().toLongs(ElementType.I8)).containsExactly(1, 2, 3);
    assertThat(again.get("weights").output(0).type()).isEqualTo(ElementType.I8);
    assertThat(again.get("big").data().byteSize()).isEqualTo(4000);
  }

  @Test
  void droppedWeightsLeaveTheFile() throws Exception {
    Node big = graph.constant("big", ConstantData.of(new byte[4000]), ElementType.U8, 4000);
    Node use = graph.node("Result", "opset1").input(big).add();
    IrModel read = rewritten();

    read.graph().removeAll(List.of(read.graph().get(use.name()), read.graph().get("big")));
    read.write(folder.resolve("m.xml"));

    assertThat(Files.size(folder.resolve("m.bin"))).isEqualTo(12);
  }

  @Test
  void dataMustFillItsShape() {
    assertThatThrownBy(() -> weights.setData(ConstantData.ofFloats(1, 2), ElementType.F32, 1, 3))
        .hasMessageContaining("needs 12 bytes");
  }

  @Test
  void copyDoesNotChangeTheOriginal() {
    IrModel copy = model.copy();
    copy.graph().bypass(copy.graph().get("relu"));
    copy.graph().get("sum").attributes().put("auto_broadcast", "none");

    assertThat(graph.get("relu").producer(0)).isSameAs(sum);
    assertThat(sum.attribute("auto_broadcast")).contains("numpy");
    assertThat(copy.graph().nodes()).hasSize(4);
  }

  @Test
  void cycleIsFound() {
    sum.input(0).connect(relu.output(0));

    assertThat(graph.validate()).anyMatch(problem -> problem.contains("cycle"));
    assertThatThrownBy(() -> model.write(folder.resolve("m.xml")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void bodyIsReadEditedAndWritten() throws Exception {
    Path xml = folder.resolve("loop.xml");
    Files.writeString(xml, LOOP);
    Files.write(folder.resolve("loop.bin"), new byte[] {0, 0, (byte) 0x80, 0x3f});

    IrModel loop = IrModel.read(xml);
    Graph body = loop.graph().get("iterate").bodies().get("body");
    assertThat(IrTrees.read(write(loop, "same.xml"))).isEqualTo(IrTrees.read(xml));
    body.insertAfter(
        body.get("add").output(0),
        body.node("Relu", "opset1")
            .name("more")
            .input(body.get("add"))
            .output(ElementType.F32, PartialShape.of(1, 2))
            .add());

    Graph again =
        IrModel.read(write(loop, "edited.xml")).graph().get("iterate").bodies().get("body");
    assertThat(again.results().getFirst().producer(0).name()).isEqualTo("more");
    assertThat(again.get("one").data().toFloats(ElementType.F32)).containsExactly(1);
  }

  private Path write(IrModel loop, String name) throws Exception {
    loop.write(folder.resolve(name));
    return folder.resolve(name);
  }

  @Test
  void constantBeyondTheWeightsIsNotRead() throws Exception {
    Path xml = folder.resolve("loop.xml");
    Files.writeString(xml, LOOP);
    Files.write(folder.resolve("loop.bin"), new byte[3]);

    assertThatThrownBy(() -> IrModel.read(xml))
        .isInstanceOf(MalformedModelException.class)
        .hasMessageContaining("'one'");
  }

  private static final String LOOP =
      """
      <?xml version="1.0"?>
      <net name="loop" version="11"><layers>
      <layer id="0" name="in" type="Parameter" version="opset1"><data shape="5,2" element_type="f32"/>
      <output><port id="0" precision="FP32" names="in"><dim>5</dim><dim>2</dim></port></output></layer>
      <layer id="1" name="iterate" type="TensorIterator" version="opset1">
      <port_map>
      <input axis="0" external_port_id="0" internal_layer_id="0" start="0" end="-1" stride="1" part_size="1"/>
      <output axis="0" external_port_id="1" internal_layer_id="3" start="0" end="-1" stride="1" part_size="1"/>
      </port_map>
      <input><port id="0" precision="FP32"><dim>5</dim><dim>2</dim></port></input>
      <output><port id="1" precision="FP32" names="out"><dim>5</dim><dim>2</dim></port></output>
      <body><layers>
      <layer id="0" name="slice" type="Parameter" version="opset1"><data shape="1,2" element_type="f32"/>
      <output><port id="0" precision="FP32"><dim>1</dim><dim>2</dim></port></output></layer>
      <layer id="1" name="one" type="Const" version="opset1"><data element_type="f32" shape="1, 1" offset="0" size="4"/>
      <output><port id="0" precision="FP32"><dim>1</dim><dim>1</dim></port></output></layer>
      <layer id="2" name="add" type="Add" version="opset1"><data auto_broadcast="numpy"/>
      <input><port id="0" precision="FP32"><dim>1</dim><dim>2</dim></port><port id="1" precision="FP32"><dim>1</dim><dim>1</dim></port></input>
      <output><port id="2" precision="FP32"><dim>1</dim><dim>2</dim></port></output></layer>
      <layer id="3" name="out" type="Result" version="opset1">
      <input><port id="0" precision="FP32"><dim>1</dim><dim>2</dim></port></input></layer>
      </layers><edges>
      <edge from-layer="0" from-port="0" to-layer="2" to-port="0"/>
      <edge from-layer="1" from-port="0" to-layer="2" to-port="1"/>
      <edge from-layer="2" from-port="2" to-layer="3" to-port="0"/>
      </edges></body></layer>
      <layer id="2" name="result" type="Result" version="opset1">
      <input><port id="0" precision="FP32"><dim>5</dim><dim>2</dim></port></input></layer>
      </layers><edges>
      <edge from-layer="0" from-port="0" to-layer="1" to-port="0"/>
      <edge from-layer="1" from-port="1" to-layer="2" to-port="0"/>
      </edges><rt_info><x><y value="1"/></x></rt_info></net>
      """;
}
