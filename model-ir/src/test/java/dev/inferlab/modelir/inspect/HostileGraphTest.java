package dev.inferlab.modelir.inspect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Graphs whose parts are sound one by one and not together: sizes that constants ask for, cycles,
 * tensors that nothing makes.
 */
class HostileGraphTest {
  @TempDir private Path folder;

  private Inspection inspect(String name, byte[] content) throws IOException {
    Path file = Files.write(folder.resolve(name), content);
    return new ModelInspector().inspectUnguarded(Map.of(name, file));
  }

  private List<Problem> refused(String name, byte[] content) throws IOException {
    Inspection inspection = inspect(name, content);
    assertThat(inspection).isInstanceOf(Inspection.Refused.class);
    return ((Inspection.Refused) inspection).problems();
  }

  private Problem refused(String name, byte[] content, ProblemCode code, String layer)
      throws IOException {
    Problem problem = refused(name, content).getFirst();
    assertThat(problem.code()).as(problem.reason()).isEqualTo(code);
    assertThat(problem.place().layer()).contains(layer);
    return problem;
  }

  private void accepted(String name, byte[] content) throws IOException {
    assertThat(inspect(name, content)).isInstanceOf(Inspection.Accepted.class);
  }

  private static byte[] raw(double[] values, boolean floats) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      if (floats) {
        bytes.putDouble(value);
      } else {
        bytes.putLong((long) value);
      }
    }
    return bytes.array();
  }

  private static byte[] longs(long... values) {
    return raw(LongStream.of(values).asDoubleStream().toArray(), false);
  }

  /** An ONNX tensor of 64-bit numbers: of rank 1, or a scalar. */
  private static byte[] onnxTensor(String name, byte[] raw, boolean floats, boolean scalar) {
    return Fixtures.concat(
        scalar ? new byte[0] : Fixtures.number(1, raw.length / 8),
        Fixtures.number(2, floats ? 11 : 7),
        Fixtures.field(8, Fixtures.text(name)),
        Fixtures.field(9, raw));
  }

  private static byte[] initializer(String name, long... values) {
    return Fixtures.field(5, onnxTensor(name, longs(values), false, false));
  }

  private static byte[] attribute(String name, byte[]... value) {
    return Fixtures.field(5, Fixtures.field(1, Fixtures.text(name)), Fixtures.concat(value));
  }

  /** An ONNX node {@code name} that makes the tensor {@code name}. */
  private static byte[] onnxNode(String name, String type, String inputs, byte[]... attributes) {
    List<byte[]> parts = new ArrayList<>();
    Stream.of(inputs.split(" ", -1))
        .filter(input -> !input.isEmpty())
        .forEach(input -> parts.add(Fixtures.field(1, Fixtures.text(input))));
    parts.add(Fixtures.field(2, Fixtures.text(name)));
    parts.add(Fixtures.field(3, Fixtures.text(name)));
    parts.add(Fixtures.field(4, Fixtures.text(type)));
    parts.addAll(List.of(attributes));
    return Fixtures.field(1, parts.toArray(byte[][]::new));
  }

  /** A model with the input x and the output y. */
  private static byte[] onnx(byte[]... graph) {
    return Fixtures.onnxOfGraph(
        Fixtures.concat(
            Fixtures.concat(graph),
            Fixtures.field(11, Fixtures.field(1, Fixtures.text("x"))),
            Fixtures.field(12, Fixtures.field(1, Fixtures.text("y")))));
  }

  @ParameterizedTest
  @CsvSource({
    "false, 0, 1000000000000, 1",
    "false, 1000000000000, 0, -1",
    "true, 0, 1e12, 0.5",
    "true, 0, 1, 1e-12"
  })
  void onnxRangeOfMoreThanAMachineHoldsIsRefused(
      boolean floats, double start, double limit, double delta) throws IOException {
    List<byte[]> scalars = new ArrayList<>();
    for (double value : new double[] {start, limit, delta}) {
      scalars.add(
          Fixtures.field(
              5,
              onnxTensor("s" + scalars.size(), raw(new double[] {value}, floats), floats, true)));
    }
    byte[] model =
        onnx(onnxNode("y", "Range", "s0 s1 s2"), Fixtures.concat(scalars.toArray(byte[][]::new)));

    refused("m.onnx", model, ProblemCode.MODEL_SHAPE_INVALID, "y");
  }

  @Test
  void rangeOfAnySignIsAccepted() throws IOException {
    accepted(
        "m.onnx",
        onnx(
            onnxNode("y", "Range", "a b c"),
            Fixtures.field(5, onnxTensor("a", longs(10), false, true)),
            Fixtures.field(5, onnxTensor("b", longs(0), false, true)),
            Fixtures.field(5, onnxTensor("c", longs(1), false, true))));
  }

  @ParameterizedTest
  @CsvSource({"65536 65536", "3 -2"})
  void onnxSizeOfAConstantNodeIsRefused(String shape) throws IOException {
    long[] lengths = Stream.of(shape.split(" ")).mapToLong(Long::parseLong).toArray();
    byte[] ints =
        LongStream.of(lengths)
            .mapToObj(length -> Fixtures.number(8, length))
            .reduce(new byte[0], Fixtures::concat);
    byte[] tensor = Fixtures.field(5, onnxTensor("", longs(lengths), false, false));
    for (byte[] attribute : List.of(attribute("value_ints", ints), attribute("value", tensor))) {
      byte[] model =
          onnx(onnxNode("c", "Constant", "", attribute), onnxNode("y", "ConstantOfShape", "c"));

      Problem problem = refused("m.onnx", model, ProblemCode.MODEL_SHAPE_INVALID, "y");

      assertThat(problem.place().offset().getAsLong()).isPositive();
    }
  }

  @Test
  void onnxRangeOfConstantNodesIsRefused() throws IOException {
    byte[] model =
        onnx(
            onnxNode("a", "Constant", "", attribute("value_float", single(2, 0))),
            onnxNode("b", "Constant", "", attribute("value_floats", single(7, 1e12f))),
            onnxNode("c", "Constant", "", attribute("value_int", Fixtures.number(3, 1))),
            onnxNode("y", "Range", "a b c"));

    refused("m.onnx", model, ProblemCode.MODEL_SHAPE_INVALID, "y");
  }

  /** A field of one 32-bit float. */
  private static byte[] single(int field, float value) {
    byte[] bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array();
    return Fixtures.concat(new byte[] {(byte) (field << 3 | 5)}, bytes);
  }

  @Test
  void onlyTheValueOfAConstantIsItsValue() throws IOException {
    byte[] small = Fixtures.field(5, onnxTensor("", longs(2, 3), false, false));
    byte[] large = Fixtures.field(5, onnxTensor("", longs(65536, 65536), false, false));

    accepted(
        "m.onnx",
        onnx(
            onnxNode("c", "Constant", "", attribute("value", small), attribute("other", large)),
            onnxNode("y", "ConstantOfShape", "c")));
  }

  @Test
  void sparseTensorThatNoMachineHoldsIsRefused() throws IOException {
    byte[] sparse =
        Fixtures.concat(
            Fixtures.field(1, onnxTensor("s", longs(1), false, false)),
            Fixtures.field(2, onnxTensor("", longs(0), false, false)),
            Fixtures.number(3, 1_000_000),
            Fixtures.number(3, 1_000_000));

    refused(
        "m.onnx",
        onnx(onnxNode("y", "Relu", "s"), Fixtures.field(15, sparse)),
        ProblemCode.MODEL_SHAPE_INVALID,
        "s");
    refused(
        "m.onnx",
        onnx(onnxNode("y", "Constant", "", attribute("sparse_value", Fixtures.field(22, sparse)))),
        ProblemCode.MODEL_SHAPE_INVALID,
        "s");
  }

  /** An If whose body makes a constant of the shape that the tensor "shape" has. */
  private static byte[] body(byte[]... more) {
    return onnxNode(
        "y",
        "If",
        "x",
        attribute(
            "then_branch",
            Fixtures.field(
                6, onnxNode("inner", "ConstantOfShape", "shape"), Fixtures.concat(more))));
  }

  @Test
  void whatABodyTakesFromAroundItMayComeLater() throws IOException {
    refused(
        "m.onnx",
        onnx(body(), initializer("shape", 65536, 65536)),
        ProblemCode.MODEL_SHAPE_INVALID,
        "inner");
    accepted("m.onnx", onnx(body(), initializer("shape", 2, 3)));
  }

  @Test
  void aNameMeansTheTensorOfTheInnermostGraph() throws IOException {
    byte[] large = initializer("shape", 65536, 65536);

    accepted("m.onnx", onnx(body(initializer("shape", 2, 3)), large));
    accepted("m.onnx", onnx(body(onnxNode("shape", "Shape", "x")), large));
    refused(
        "m.onnx",
        onnx(body(large), initializer("shape", 2, 3)),
        ProblemCode.MODEL_SHAPE_INVALID,
        "inner");
  }

  @Test
  void onnxNodeWhoseInputNothingMakesIsRefused() throws IOException {
    Problem problem =
        refused(
            "m.onnx", onnx(onnxNode("y", "Relu", "nosuch")), ProblemCode.MODEL_GRAPH_INVALID, "y");
    assertThat(problem.reason()).contains("'nosuch'");
    assertThat(problem.place().offset().getAsLong()).isPositive();

    refused("m.onnx", onnx(body()), ProblemCode.MODEL_GRAPH_INVALID, "inner");
  }

  @Test
  void onnxSizeBehindIdentitiesIsRefused() throws IOException {
    byte[] large = initializer("s", 65536, 65536);
    byte[] nodes =
        Fixtures.concat(
            onnxNode("y", "ConstantOfShape", "b"),
            onnxNode("b", "Cast", "a", to(7)),
            onnxNode("a", "Identity", "s"));

    refused("m.onnx", onnx(nodes, large), ProblemCode.MODEL_SHAPE_INVALID, "y");
    accepted("m.onnx", onnx(nodes, initializer("s", 2, 3)));
    refused(
        "m.onnx",
        onnx(body(onnxNode("shape", "Identity", "a")), onnxNode("a", "Identity", "s"), large),
        ProblemCode.MODEL_SHAPE_INVALID,
        "inner");
  }

  /** The target of an ONNX Cast, as TensorProto.DataType counts. */
  private static byte[] to(int type) {
    return attribute("to", Fixtures.number(3, type));
  }

  /** PyTorch makes a scalar of a constant of one value by a Squeeze. */
  @ParameterizedTest
  @ValueSource(strings = {"Squeeze", "Reshape", "Unsqueeze", "Flatten", "Identity"})
  void onnxSizeBehindANewShapeIsRefused(String type) throws IOException {
    byte[] nodes =
        Fixtures.concat(
            onnxNode("limit", type, "s"),
            onnxNode("a", "Constant", "", attribute("value_int", Fixtures.number(3, 0))),
            onnxNode("c", "Constant", "", attribute("value_int", Fixtures.number(3, 1))),
            onnxNode("y", "Range", "a limit c"));
    for (byte[] shape : List.of(Fixtures.number(1, 1), Fixtures.field(1, new byte[] {1, 1}))) {
      byte[] large =
          Fixtures.field(
              5,
              shape,
              Fixtures.number(2, 7),
              Fixtures.field(8, Fixtures.text("s")),
              Fixtures.number(7, (1L << 40) + 10));

      refused("m.onnx", onnx(nodes, large), ProblemCode.MODEL_SHAPE_INVALID, "y");
    }
    accepted("m.onnx", onnx(nodes, initializer("s", 10)));
  }

  /** INT32 is 6, INT64 is 7 and FLOAT is 1; a cast to fewer bits takes the lowest. */
  @ParameterizedTest
  @CsvSource({
    "limit, 7, 4294967297, true",
    "limit, 6, 4294967297, false",
    "delta, 6, 4294967297, true",
    "delta, 7, 4294967297, false",
    "delta, 1, 1e-12, true",
    "delta, 6, 1.5, true",
    "delta, 1, 100.5, false"
  })
  void onnxSizeBehindACastIsReadAsItsTarget(
      String operand, int target, double value, boolean refused) throws IOException {
    boolean floats = value != Math.rint(value);
    byte[] model =
        onnx(
            Fixtures.field(5, onnxTensor("v", raw(new double[] {value}, floats), floats, true)),
            onnxNode("cast", "Cast", "v", to(target)),
            onnxNode("a", "Constant", "", attribute("value_int", Fixtures.number(3, 0))),
            onnxNode("limit", "Constant", "", attribute("value_int", Fixtures.number(3, 1L << 33))),
            onnxNode("delta", "Constant", "", attribute("value_int", Fixtures.number(3, 1))),
            onnxNode("y", "Range", operand.equals("limit") ? "a cast delta" : "a limit cast"));

    if (refused) {
      refused("m.onnx", model, ProblemCode.MODEL_SHAPE_INVALID, "y");
    } else {
      accepted("m.onnx", model);
    }
  }

  /** Of a varint readers take as many of the lowest bits as its type has. */
  @ParameterizedTest
  @CsvSource({
    "6, -2000000000, 2000000000, 4294967297, true",
    "6, 0, 8589934602, 1, false",
    "6, -2000000000, -8589934582, 1, false",
    "12, 0, 4294967295, 1, true",
    "12, 0, 8589934591, 1, true",
    "13, 0, -1, 1, true",
    "3, 0, 2000000100, 257, false"
  })
  void onnxNumberOfMoreBitsThanItsTypeIsNarrowed(
      int type, long start, long limit, long delta, boolean refused) throws IOException {
    List<byte[]> scalars = new ArrayList<>();
    for (long value : new long[] {start, limit, delta}) {
      scalars.add(
          Fixtures.field(
              5,
              Fixtures.number(2, type),
              Fixtures.field(8, Fixtures.text("s" + scalars.size())),
              Fixtures.number(type > 11 ? 11 : 5, value)));
    }
    byte[] model =
        onnx(onnxNode("y", "Range", "s0 s1 s2"), Fixtures.concat(scalars.toArray(byte[][]::new)));

    if (refused) {
      refused("m.onnx", model, ProblemCode.MODEL_SHAPE_INVALID, "y");
    } else {
      accepted("m.onnx", model);
    }
  }

  /** Readers differ in which of the two they take. */
  @Test
  void onnxTensorMadeOrGivenTwiceIsRefused() throws IOException {
    byte[] y = onnxNode("y", "ConstantOfShape", "s");
    byte[] large = initializer("", 65536, 65536);
    byte[] constant = onnxNode("s", "Constant", "", attribute("value", large));
    byte[] small = initializer("s", 2, 3);
    byte[] smallConstant = onnxNode("s", "Constant", "", attribute("value", initializer("", 2, 3)));

    for (byte[] twice :
        List.of(
            Fixtures.concat(small, constant),
            Fixtures.concat(constant, small),
            Fixtures.concat(constant, smallConstant),
            Fixtures.concat(small, small),
            Fixtures.concat(small, onnxNode("s", "Shape", "x")))) {
      assertThat(refused("m.onnx", onnx(twice, y)))
          .anySatisfy(
              problem -> {
                assertThat(problem.code()).isEqualTo(ProblemCode.MODEL_GRAPH_INVALID);
                assertThat(problem.place().layer()).contains("s");
                assertThat(problem.place().offset().getAsLong()).isPositive();
                assertThat(problem.reason()).contains("'s'", "more than once");
              });
    }
    assertThat(refused("m.onnx", onnx(body(small, smallConstant), initializer("shape", 2, 3))))
        .hasSize(1);
    assertThat(refused("m.onnx", onnx(onnxNode("x", "Relu", "x"))))
        .anySatisfy(problem -> assertThat(problem.reason()).contains("'x'", "more than once"));
  }

  /** Until IR version 3, what has an initializer is also an input of the graph. */
  @Test
  void initializerOfAnInputIsAccepted() throws IOException {
    byte[] input = Fixtures.field(11, Fixtures.field(1, Fixtures.text("s")));

    accepted("m.onnx", onnx(onnxNode("y", "ConstantOfShape", "s"), initializer("s", 2, 3), input));
  }

  @Test
  void onnxGraphInTwoPartsIsRefused() throws IOException {
    byte[] one = onnx(onnxNode("y", "ConstantOfShape", "s"), initializer("s", 2, 3));
    byte[] more = Fixtures.field(7, initializer("s", 65536, 65536));

    assertThat(refused("m.onnx", Fixtures.concat(one, more)).getFirst().code())
        .isEqualTo(ProblemCode.MODEL_MALFORMED);
  }

  @Test
  void onnxAttributeWithTwoValuesIsRefused() throws IOException {
    byte[] large = Fixtures.number(3, 1L << 40);
    byte[] small = Fixtures.number(3, 1);
    for (byte[] attributes :
        List.of(
            attribute("value_int", large, small),
            attribute("value_float", single(2, 1e12f), single(2, 1)),
            Fixtures.concat(attribute("value_int", large), attribute("value_int", small)))) {
      byte[] model =
          onnx(
              onnxNode("c", "Constant", "", attributes),
              onnxNode("a", "Constant", "", attribute("value_int", small)),
              onnxNode("y", "Range", "a c a"));

      assertThat(refused("m.onnx", model).getFirst().code()).isEqualTo(ProblemCode.MODEL_MALFORMED);
    }
  }

  /** Each attribute and each tensor type has one field of its own; readers look at no other. */
  @Test
  void valuesInAnotherFieldDoNotHideThoseThatAreRead() throws IOException {
    byte[] one = attribute("value_int", Fixtures.number(3, 1));
    byte[] large = attribute("value_int", Fixtures.number(3, 1L << 40), Fixtures.number(8, 1));
    byte[] listed =
        attribute(
            "value",
            Fixtures.field(
                5, Fixtures.number(2, 7), Fixtures.number(7, 1L << 40), Fixtures.number(5, 1)));
    byte[] unsigned =
        attribute(
            "value", Fixtures.field(5, Fixtures.number(2, 13), Fixtures.number(11, 1L << 40)));
    for (byte[] value : List.of(large, listed, unsigned)) {
      byte[] model =
          onnx(
              onnxNode("c", "Constant", "", value),
              onnxNode("a", "Constant", "", one),
              onnxNode("y", "Range", "a c a"));

      refused("m.onnx", model, ProblemCode.MODEL_SHAPE_INVALID, "y");
    }
  }

  @Test
  void whatIsInsideABodyIsNotSeenAroundIt() throws IOException {
    refused(
        "m.onnx",
        onnx(body(initializer("shape", 2, 3)), onnxNode("z", "Relu", "inner")),
        ProblemCode.MODEL_GRAPH_INVALID,
        "z");
  }

  @ParameterizedTest
  @CsvSource({
    "Conv, group, 3, 0",
    "Conv, group, 3, -1",
    "Conv, strides, 8, 0",
    "ConvTranspose, dilations, 8, -1",
    "MaxPool, kernel_shape, 8, -3"
  })
  void windowThatNoKernelCanHaveIsRefusedAtItsNode(
      String type, String attribute, int field, long number) throws IOException {
    byte[] bad = attribute(attribute, Fixtures.number(field, number));
    byte[] good = attribute(attribute, Fixtures.number(field, 1));

    Problem problem =
        refused("m.onnx", onnx(onnxNode("y", type, "x", bad)), ProblemCode.MODEL_MALFORMED, "y");
    assertThat(problem.reason()).contains(type, attribute);
    assertThat(problem.place().offset().getAsLong()).isPositive();
    accepted("m.onnx", onnx(onnxNode("y", type, "x", good)));
    // Another's operation may mean something else.
    byte[] custom = Fixtures.concat(bad, Fixtures.field(7, Fixtures.text("com.example")));
    accepted("m.onnx", onnx(onnxNode("y", type, "x", custom)));
  }

  /** A function's node may take an attribute of whoever calls it: nothing is known of that one. */
  @Test
  void attributesOfAFunctionsCallerAreNotJudged() throws IOException {
    byte[] ofCaller = Fixtures.field(21, Fixtures.text("of_caller"));
    byte[] nodes =
        Fixtures.concat(
            functionNode(onnxNode("a", "Constant", "", attribute("value_int", ofCaller))),
            functionNode(onnxNode("b", "Range", "in in a")),
            functionNode(onnxNode("out", "Conv", "in b", attribute("group", ofCaller))));
    byte[] function =
        Fixtures.field(
            25,
            Fixtures.field(1, Fixtures.text("F")),
            Fixtures.field(4, Fixtures.text("in")),
            Fixtures.field(5, Fixtures.text("out")),
            Fixtures.field(6, Fixtures.text("of_caller")),
            nodes,
            Fixtures.field(10, Fixtures.text("local")));
    byte[] call = onnxNode("y", "F", "x", Fixtures.field(7, Fixtures.text("local")));

    accepted("m.onnx", Fixtures.concat(onnx(call), function));
  }

  /** A node of a graph, where a function has its own. */
  private static byte[] functionNode(byte[] ofGraph) {
    byte[] node = ofGraph.clone();
    node[0] = 7 << 3 | 2;
    return node;
  }

  /** Writers leave out a 0: here the start of the Range. */
  @Test
  void numberThatIsNotWrittenIsZero() throws IOException {
    byte[] large = attribute("value_int", Fixtures.number(3, 1L << 40));

    refused(
        "m.onnx",
        onnx(
            onnxNode("a", "Constant", "", attribute("value_int")),
            onnxNode("b", "Constant", "", large),
            onnxNode("c", "Constant", "", attribute("value_int", Fixtures.number(3, 1))),
            onnxNode("y", "Range", "a b c")),
        ProblemCode.MODEL_SHAPE_INVALID,
        "y");
  }

  @Test
  void aProblemIsToldOnce() throws IOException {
    assertThat(refused("m.onnx", onnx(onnxNode("y", "Add", "nosuch nosuch")))).hasSize(1);
  }

  /** A NodeDef; its values are an attribute "value". */
  private static byte[] tensorFlowNode(
      int field, String name, String op, String inputs, byte[]... value) {
    List<byte[]> parts = new ArrayList<>();
    parts.add(Fixtures.field(1, Fixtures.text(name)));
    parts.add(Fixtures.field(2, Fixtures.text(op)));
    Stream.of(inputs.split(" ", -1))
        .filter(input -> !input.isEmpty())
        .forEach(input -> parts.add(Fixtures.field(3, Fixtures.text(input))));
    if (value.length > 0) {
      parts.add(attribute("value", Fixtures.field(2, Fixtures.field(8, Fixtures.concat(value)))));
    }
    return Fixtures.field(field, parts.toArray(byte[][]::new));
  }

  /** Values of 32 bits as a TensorProto has them: as bytes, or as a list that may be shorter. */
  private static byte[] tensorFlowInts(boolean listed, int[] written, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * written.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(written);
    byte[] list = new byte[0];
    for (int value : written) {
      list = Fixtures.concat(list, Fixtures.number(7, value));
    }
    byte[] dimension = count == 0 ? new byte[0] : Fixtures.field(2, Fixtures.number(1, count));
    return Fixtures.concat(
        Fixtures.number(1, 3),
        Fixtures.field(2, dimension),
        listed ? list : Fixtures.field(4, bytes.array()));
  }

  /** OpenVINO computes a Fill when it reads the graph, and takes a negative length for 0. */
  @ParameterizedTest
  @CsvSource({
    "Fill, s v, 1000000 1000000",
    "Fill, s v, -5 4",
    "BroadcastTo, x s, -5 4",
    "BroadcastTo, x s, 65536 65536",
    "Tile, x s, -5 4",
    "Tile, x s:0, 65536 65536",
    "Fill, s v, 65536"
  })
  void tensorFlowSizeThatNoTensorCanHaveIsRefusedAtItsNode(String op, String inputs, String shape)
      throws IOException {
    int[] lengths = Stream.of(shape.split(" ")).mapToInt(Integer::parseInt).toArray();
    for (boolean listed : new boolean[] {true, false}) {
      if (!listed && lengths.length == 1) {
        continue; // bytes are never left out
      }
      byte[] size = tensorFlowInts(listed, lengths, 2);

      refused(
          "m.pb",
          Fixtures.concat(
              tensorFlowNode(1, "x", "Placeholder", ""),
              tensorFlowNode(1, "v", "Placeholder", ""),
              tensorFlowNode(1, "big", op, inputs),
              tensorFlowNode(1, "s", "Const", "", size)),
          ProblemCode.MODEL_SHAPE_INVALID,
          "big");
      byte[] body =
          Fixtures.concat(
              tensorFlowNode(3, "s", "Const", "", size),
              tensorFlowNode(3, "inner", op, inputs.replace("s", "s:output")));
      byte[] signature = Fixtures.field(1, Fixtures.field(1, Fixtures.text("f")));
      refused(
          "m.pb",
          Fixtures.concat(
              tensorFlowNode(1, "x", "Placeholder", ""),
              tensorFlowNode(1, "y", "f", "x"),
              Fixtures.field(2, Fixtures.field(1, signature, body))),
          ProblemCode.MODEL_SHAPE_INVALID,
          "inner");
    }
  }

  @Test
  void tensorFlowRangeOfMoreThanAMachineHoldsIsRefused() throws IOException {
    byte[] model =
        Fixtures.concat(
            tensorFlowNode(1, "a", "Const", "", tensorFlowInts(true, new int[] {-2000000000}, 0)),
            tensorFlowNode(1, "b", "Const", "", tensorFlowInts(true, new int[] {2000000000}, 0)),
            tensorFlowNode(1, "c", "Const", "", tensorFlowInts(true, new int[] {1}, 0)),
            tensorFlowNode(1, "y", "Range", "a b c"));

    refused("m.pb", model, ProblemCode.MODEL_SHAPE_INVALID, "y");
  }

  /** A model whose node "big" fills a tensor of {@code size}; "c" is a constant of [2,3]. */
  private static byte[] fill(String inputs, byte[] size, byte[]... more) {
    return Fixtures.concat(
        tensorFlowNode(1, "c", "Const", "", tensorFlowInts(true, new int[] {2, 3}, 2)),
        tensorFlowNode(1, "v", "Placeholder", ""),
        tensorFlowNode(1, "big", "Fill", inputs),
        Fixtures.concat(more),
        tensorFlowNode(1, "s", "Const", "", size));
  }

  @Test
  void nodeThatIsOnlyWaitedForIsNoInput() throws IOException {
    int[] large = {1000000, 1000000};

    refused(
        "m.pb",
        fill("^c s v", tensorFlowInts(true, large, 2)),
        ProblemCode.MODEL_SHAPE_INVALID,
        "big");
  }

  @Test
  void valuesOfTensorFlowThatAreGivenTwiceAreRefused() throws IOException {
    byte[] small = Fixtures.field(8, tensorFlowInts(true, new int[] {2, 3}, 2));
    byte[] large = Fixtures.field(8, tensorFlowInts(true, new int[] {1000000, 1000000}, 2));
    for (byte[] value :
        List.of(
            Fixtures.field(2, large, small),
            Fixtures.concat(Fixtures.field(2, large), Fixtures.field(2, small)))) {
      byte[] constant =
          Fixtures.field(
              1,
              Fixtures.field(1, Fixtures.text("s")),
              Fixtures.field(2, Fixtures.text("Const")),
              Fixtures.field(5, Fixtures.field(1, Fixtures.text("value")), value));
      byte[] model =
          Fixtures.concat(
              constant,
              tensorFlowNode(1, "v", "Placeholder", ""),
              tensorFlowNode(1, "big", "Fill", "s v"));

      assertThat(refused("m.pb", model).getFirst().code()).isEqualTo(ProblemCode.MODEL_MALFORMED);
    }
  }

  /** DT_HALF, DT_BFLOAT16, DT_UINT16, DT_UINT32 and DT_UINT64 have lists of their own. */
  @ParameterizedTest
  @CsvSource({
    "22, 16, 3000000000, true",
    "23, 17, 3000000000, true",
    "22, 16, 3, false",
    "23, 17, 3, false",
    "17, 7, 60000, true",
    "19, 13, 31743, true",
    "14, 13, 19000, true",
    "19, 13, 16384, false",
    "3, 7, 4294967298, false",
    "3, 7, -4294967294, false",
    "3, 7, 4294967294, true",
    "17, 7, 65538, false"
  })
  void tensorFlowSizeOfAnyTypeIsRead(int type, int field, long value, boolean refused)
      throws IOException {
    byte[] size =
        Fixtures.concat(
            Fixtures.number(1, type),
            Fixtures.field(2, Fixtures.field(2, Fixtures.number(1, 2))),
            Fixtures.number(field, value),
            Fixtures.number(field, value));

    if (refused) {
      refused("m.pb", fill("s v", size), ProblemCode.MODEL_SHAPE_INVALID, "big");
    } else {
      accepted("m.pb", fill("s v", size));
    }
  }

  /** As TensorFlow 1 freezes a variable: {@code x/read} is an Identity of the constant. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5000})
  void tensorFlowSizeBehindIdentitiesIsRefused(int steps) throws IOException {
    List<byte[]> chain = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      chain.add(tensorFlowNode(1, "i" + i, "Identity", i == steps - 1 ? "^v s" : "i" + (i + 1)));
    }
    byte[] more = Fixtures.concat(chain.toArray(byte[][]::new));

    refused(
        "m.pb",
        fill("i0 v", tensorFlowInts(true, new int[] {1000000, 1000000}, 2), more),
        ProblemCode.MODEL_SHAPE_INVALID,
        "big");
    accepted("m.pb", fill("i0 v", tensorFlowInts(true, new int[] {2, 3}, 2), more));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Reshape", "Squeeze", "ExpandDims", "StopGradient", "Snapshot", "Identity"})
  void tensorFlowSizeBehindANewShapeIsRefused(String op) throws IOException {
    byte[] more = tensorFlowNode(1, "i", op, "s");
    int[] large = {1000000, 1000000};

    refused(
        "m.pb",
        fill("i v", tensorFlowInts(true, large, 2), more),
        ProblemCode.MODEL_SHAPE_INVALID,
        "big");
    accepted("m.pb", fill("i v", tensorFlowInts(true, new int[] {2, 3}, 2), more));
  }

  /** DT_INT32 is 3, DT_INT64 is 9; a cast to fewer bits takes the lowest. */
  @ParameterizedTest
  @CsvSource({"9, true", "3, false"})
  void tensorFlowSizeBehindACastIsReadAsItsTarget(int target, boolean refused) throws IOException {
    byte[] cast =
        Fixtures.field(
            1,
            Fixtures.field(1, Fixtures.text("i")),
            Fixtures.field(2, Fixtures.text("Cast")),
            Fixtures.field(3, Fixtures.text("s")),
            attribute("DstT", Fixtures.field(2, Fixtures.number(6, target))));
    byte[] size =
        Fixtures.concat(
            Fixtures.number(1, 9),
            Fixtures.field(2, Fixtures.field(2, Fixtures.number(1, 2))),
            Fixtures.number(10, (1L << 32) + 2));
    byte[] model = fill("i v", size, cast);

    if (refused) {
      refused("m.pb", model, ProblemCode.MODEL_SHAPE_INVALID, "big");
    } else {
      accepted("m.pb", model);
    }
  }

  /** Protobuf writes the fields of an attribute in any order. */
  @Test
  void tensorFlowAttributeWhoseNameComesLastIsRead() throws IOException {
    byte[] value = Fixtures.field(2, Fixtures.field(8, tensorFlowInts(true, new int[] {-5, 4}, 2)));
    byte[] constant =
        Fixtures.field(
            1,
            Fixtures.field(1, Fixtures.text("s")),
            Fixtures.field(2, Fixtures.text("Const")),
            Fixtures.field(5, value, Fixtures.field(1, Fixtures.text("value"))));

    refused(
        "m.pb",
        Fixtures.concat(
            tensorFlowNode(1, "x", "Placeholder", ""),
            constant,
            tensorFlowNode(1, "big", "Tile", "x s")),
        ProblemCode.MODEL_SHAPE_INVALID,
        "big");
  }

  /** {@code a = Relu(b)}, {@code b = Relu(a)}, and the input goes to the output. */
  private static String cyclicIr(String around) {
    String relu =
        """
        <layer id="%d" name="%s" type="ReLU" version="opset1">
        <input><port id="0"><dim>1</dim></port></input>
        <output><port id="1" precision="FP32"><dim>1</dim></port></output>
        </layer>
        """;
    return around.formatted(
        """
        <layers>
        <layer id="0" name="x" type="Parameter" version="opset1"><data shape="1" element_type="f32"/>
        <output><port id="0" precision="FP32"><dim>1</dim></port></output></layer>
        """
            + relu.formatted(1, "a")
            + relu.formatted(2, "b")
            + relu.formatted(3, "behind")
            + """
            <layer id="4" name="r" type="Result" version="opset1">
            <input><port id="0"><dim>1</dim></port></input></layer>
            </layers>
            <edges>
            <edge from-layer="0" from-port="0" to-layer="4" to-port="0"/>
            <edge from-layer="2" from-port="1" to-layer="1" to-port="0"/>
            <edge from-layer="1" from-port="1" to-layer="2" to-port="0"/>
            <edge from-layer="2" from-port="1" to-layer="3" to-port="0"/>
            </edges>
            """);
  }

  @Test
  void irThatWaitsForItselfIsRefusedAtALayer() throws IOException {
    String net = "<net name=\"n\" version=\"11\">%s</net>";
    String body =
        """
        <net name="n" version="11"><layers>
        <layer id="0" name="loop" type="TensorIterator" version="opset1">
        <output><port id="0" precision="FP32"><dim>1</dim></port></output><body>%s</body></layer>
        <layer id="1" name="r" type="Result" version="opset1">
        <input><port id="0"><dim>1</dim></port></input></layer>
        </layers><edges><edge from-layer="0" from-port="0" to-layer="1" to-port="0"/></edges></net>
        """;
    for (String around : List.of(net, body)) {
      Problem problem = refused("m.xml", cyclicIr(around).getBytes(UTF_8)).getFirst();

      assertThat(problem.code()).as(problem.reason()).isEqualTo(ProblemCode.MODEL_GRAPH_INVALID);
      assertThat(problem.place().layer().orElseThrow()).isIn("a", "b");
    }
  }

  /** Caffe runs its layers in the order of the file. */
  @ParameterizedTest
  @CsvSource({"b, made only by a later layer", "nosuch, no layer makes"})
  void caffeLayerThatTakesWhatIsNotThereYetIsRefused(String blob, String reason)
      throws IOException {
    String net =
        """
        name: "n"
        input: "data"
        layer { name: "first" type: "Eltwise" bottom: "data" bottom: "%s" top: "a" }
        layer { name: "second" type: "ReLU" bottom: "a" top: "b" }
        """
            .formatted(blob);

    Problem problem =
        refused("n.prototxt", net.getBytes(UTF_8), ProblemCode.MODEL_GRAPH_INVALID, "first");

    assertThat(problem.reason()).contains(blob, reason);
    assertThat(problem.place().line()).hasValue(3);
  }

  @Test
  void caffeLayerInPlaceOfNothingIsToldSo() throws IOException {
    String net =
        """
        name: "n"
        layer { name: "first" type: "ReLU" bottom: "a" top: "a" }
        layer { name: "second" type: "ReLU" bottom: "a" top: "a" }
        """;

    Problem problem =
        refused("n.prototxt", net.getBytes(UTF_8), ProblemCode.MODEL_GRAPH_INVALID, "first");

    assertThat(problem.reason()).contains("'a'", "the layer itself", "deploy prototxt");
  }

  @Test
  void caffeLayerInPlaceIsAccepted() throws IOException {
    String net =
        """
        name: "n"
        input: "data"
        layer { name: "first" type: "ReLU" bottom: "data" top: "data" }
        """;

    accepted("n.prototxt", net.getBytes(UTF_8));
  }
}
