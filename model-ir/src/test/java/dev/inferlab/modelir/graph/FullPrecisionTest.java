package dev.inferlab.modelir.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullPrecisionTest {
  private static final PartialShape SHAPE = PartialShape.of(2);

  /** 1.5 and the smallest number that F16 has, 2 to the power of -24. */
  private static final ConstantData HALVES = ConstantData.of(new byte[] {0, 0x3e, 1, 0});

  private final IrModel model = IrModel.create("half");
  private final Graph graph = model.graph();
  @TempDir private Path folder;

  private Node op(String type, String name, ElementType out, Node... inputs) {
    NodeBuilder node = graph.node(type, "opset1").name(name);
    List.of(inputs).forEach(node::input);
    return node.output(out, SHAPE).add();
  }

  private Node compressed(String name, ConstantData data, ElementType type) {
    Node convert =
        op("Convert", name, ElementType.F32, graph.constant(name + "_compressed", data, type, 2));
    convert.attributes().put("destination_type", "f32");
    return convert;
  }

  @Test
  void whatIsOnlyStoredInHalfIsWrittenInWholeAndOnce() throws Exception {
    Node x = op("Parameter", "x", ElementType.F32);
    Node sum = op("Add", "sum", ElementType.F32, x, compressed("a", HALVES, ElementType.F16));
    Node more = op("Add", "more", ElementType.F32, sum, compressed("b", HALVES, ElementType.F16));
    ConstantData brains = ConstantData.of(new byte[] {(byte) 0x80, 0x3f, 0, (byte) 0xc0});
    Node all = op("Add", "all", ElementType.F32, more, compressed("c", brains, ElementType.BF16));
    graph.node("Result", "opset1").name("r").input(all).add();

    assertThat(FullPrecision.apply(graph, folder.resolve("scratch"))).isEqualTo(3);
    Path xml = folder.resolve("full.xml");
    model.write(xml);

    Graph read = IrModel.read(xml).graph();
    assertThat(read.ofType("Convert")).isEmpty();
    assertThat(read.ofType("Const")).extracting(Node::name).containsExactly("a", "b", "c");
    assertThat(read.get("a").data().toFloats(ElementType.F32)).containsExactly(1.5f, 0x1p-24f);
    assertThat(read.get("c").data().toFloats(ElementType.F32)).containsExactly(1f, -2f);
    assertThat(read.get("b").data()).isSameAs(read.get("a").data());
    assertThat(folder.resolve("full.bin")).hasSize(16);
    assertThat(read.validate()).isEmpty();
  }

  @Test
  void whatComputesInHalfStays() throws Exception {
    Node x = op("Parameter", "x", ElementType.F16);
    Node sum =
        op("Add", "sum", ElementType.F16, x, graph.constant("a", HALVES, ElementType.F16, 2));
    graph.node("Result", "opset1").name("r").input(sum).add();

    assertThat(FullPrecision.apply(graph, folder.resolve("scratch"))).isZero();
    assertThat(folder.resolve("scratch")).doesNotExist();
  }
}
