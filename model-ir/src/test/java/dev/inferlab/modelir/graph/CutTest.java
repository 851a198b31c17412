package dev.inferlab.modelir.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** a, b → sum → relu → split → two results; beside it b → square → result. */
class CutTest {
  private static final PartialShape SHAPE = PartialShape.of(1, 4);
  private final Graph graph = IrModel.create("cut").graph();

  CutTest() {
    Node a = op("Parameter", "a");
    Node b = op("Parameter", "b");
    Node sum = op("Add", "sum", a, b);
    sum.output(0).names(List.of("sum_tensor"));
    Node relu = op("Relu", "relu", sum);
    Node split =
        graph
            .node("Split", "opset1")
            .name("split")
            .input(relu)
            .input(graph.constant("axis", 1))
            .output(ElementType.F32, PartialShape.of(1, 2))
            .output(ElementType.F32, PartialShape.of(1, 2))
            .add();
    Node square = op("Multiply", "square", b, b);
    graph.node("Result", "opset1").name("r0").inputs(split.output(0)).add();
    graph.node("Result", "opset1").name("r1").inputs(split.output(1)).add();
    graph.node("Result", "opset1").name("r2").input(square).add();
  }

  private Node op(String type, String name, Node... inputs) {
    NodeBuilder node = graph.node(type, "opset1").name(name);
    for (Node input : inputs) {
      node.input(input);
    }
    return node.output(ElementType.F32, SHAPE).add();
  }

  private List<String> reasons(List<String> inputs, List<String> outputs) {
    return Cut.apply(graph, inputs, outputs).stream().map(Cut.Unfit::reason).toList();
  }

  @Test
  void theEndIsCutOffWithInputsThatNothingNeeds() {
    assertThat(reasons(List.of(), List.of("square"))).isEmpty();

    assertThat(graph.nodes())
        .extracting(Node::name)
        .containsExactly("b", "square", "square/result");
    assertThat(graph.get("square").output(0).names()).containsExactly("square");
    assertThat(graph.validate()).isEmpty();
  }

  @Test
  void theBeginIsCutOffAndOtherInputsStay() {
    assertThat(reasons(List.of("sum_tensor"), List.of())).isEmpty();

    assertThat(graph.parameters()).extracting(Node::name).containsExactly("b", "sum_tensor");
    Node input = graph.get("sum_tensor");
    assertThat(input.output(0).names()).containsExactly("sum_tensor");
    assertThat(input.attribute("shape")).contains("1,4");
    assertThat(input.attribute("element_type")).contains("f32");
    assertThat(graph.get("relu").producer(0)).isSameAs(input);
    assertThat(graph.find("sum")).isEmpty();
    assertThat(graph.validate()).isEmpty();
  }

  @Test
  void outputsHaveTheOrderThatWasGiven() {
    assertThat(reasons(List.of("relu"), List.of("split:1", "relu", "split:0"))).isEmpty();

    assertThat(graph.results())
        .extracting(result -> result.input(0).source().names())
        .containsExactly(List.of("split:1"), List.of("relu"), List.of("split:0"));
    assertThat(graph.parameters()).hasSize(1);
  }

  @Test
  void everyUnfitNameIsTold() {
    assertThat(
            Cut.apply(graph, List.of("sum_tenso", "relu", "relu:0"), List.of("split", "nothing")))
        .extracting(unfit -> (unfit.input() ? "in" : "out") + unfit.index())
        .containsExactly("in0", "in2", "out0", "out1");
    assertThat(reasons(List.of("sum_tenso"), List.of()).getFirst()).contains("'sum_tensor'");
    assertThat(reasons(List.of(), List.of("split")).getFirst())
        .contains("several outputs")
        .contains("split:0, split:1");
  }

  @Test
  void constantsAndInputsAreNoEnds() {
    op("Convert", "half", graph.get("axis"));

    assertThat(reasons(List.of("half"), List.of("axis", "half", "a")))
        .satisfiesExactly(
            it -> assertThat(it).startsWith("'half' is constant"),
            it -> assertThat(it).startsWith("'axis' is constant"),
            it -> assertThat(it).startsWith("'half' is constant"),
            it -> assertThat(it).startsWith("'a' is an input"));
  }

  @Test
  void anInputThatNoOutputDependsOnIsTold() {
    assertThat(reasons(List.of("relu"), List.of("square")))
        .singleElement()
        .asString()
        .contains("none of the outputs depends on 'relu'");
  }
}
