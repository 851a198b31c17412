package dev.inferlab.openvino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelTest {

  private static Core core;

  @TempDir private Path folder;

  @BeforeAll
  static void open() {
    core = new Core();
  }

  @AfterAll
  static void close() {
    core.close();
  }

  @Test
  void portsTellNamesTypesAndShapes() {
    try (Model model = core.readModel(Fixtures.mnist())) {
      assertThat(model.inputs())
          .containsExactly(new Port(0, "Input3", ElementType.F32, PartialShape.of(1, 1, 28, 28)));
      assertThat(model.outputs()).hasSize(1);
      assertThat(model.outputs().getFirst().shape()).hasToString("[1,10]");
      assertThat(model.input("Input3")).isEqualTo(model.inputs().getFirst());
      assertThat(model.output(model.outputs().getFirst().name()))
          .isEqualTo(model.outputs().getFirst());
      assertThat(model.friendlyName()).isNotBlank();
      assertThat(model.isDynamic()).isFalse();
      assertThatThrownBy(() -> model.input("none")).isInstanceOf(NativeCallException.class);
    }
  }

  @Test
  void inputsAreReshapedByNameByNumberAndAlone() {
    try (Model model = core.readModel(Fixtures.dynamicModel())) {
      assertThat(model.isDynamic()).isTrue();
      String name = model.inputs().getFirst().name();

      model.reshape(PartialShape.parse("[1,3,24,32..64]"));
      assertThat(model.input(name).shape()).hasToString("[1,3,24,32..64]");

      model.reshape(Map.of(name, PartialShape.of(2, 3, 24, 24)));
      assertThat(model.inputs().getFirst().shape().toShape()).isEqualTo(Shape.of(2, 3, 24, 24));
      assertThat(model.isDynamic()).isFalse();

      model.reshapeByIndex(Map.of(0, PartialShape.of(1, 3, 48, 48)));
      assertThat(model.inputs().getFirst().shape()).isEqualTo(PartialShape.of(1, 3, 48, 48));
      assertThatThrownBy(() -> model.reshapeByIndex(Map.of(7, PartialShape.of(1))))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void aShapeOfWhichNothingIsKnownIsRefused() {
    try (Model model = core.readModel(Fixtures.dynamicModel())) {
      PartialShape before = model.inputs().getFirst().shape();
      PartialShape unknown = PartialShape.unknownRank();
      for (ThrowingCallable reshape :
          List.<ThrowingCallable>of(
              () -> model.reshape(unknown),
              () -> model.reshape(Map.of(model.inputs().getFirst().name(), unknown)),
              () -> model.reshapeByIndex(Map.of(0, unknown)))) {
        assertThatThrownBy(reshape)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("how many dimensions");
      }
      assertThat(model.inputs().getFirst().shape()).isEqualTo(before);
    }
  }

  @Test
  void aModelsSizeIsThatOfTheFilesThatBearItsName() throws IOException {
    for (String name : List.of("net.xml", "net.bin", "net2.bin", "other.bin")) {
      Files.write(folder.resolve(name), new byte[10]);
    }
    assertThat(ModelFiles.sizeOf(folder.resolve("net.xml"), null)).isEqualTo(20);
    assertThat(ModelFiles.sizeOf(folder.resolve("net.xml"), folder.resolve("other.bin")))
        .isEqualTo(30);
    assertThat(ModelFiles.sizeOf(Path.of("/"), null)).isZero();
    // An ONNX file names those that hold its constants as it likes.
    Path onnx = Files.write(folder.resolve("net.onnx"), new byte[10]);
    assertThat(ModelFiles.sizeOf(onnx, null)).isEqualTo(50);
    assertThatThrownBy(() -> core.readModel(Path.of("/"))).isInstanceOf(OpenVinoException.class);
  }

  @Test
  void aSavedModelGivesTheSameOutputs() throws IOException {
    Path xml = folder.resolve("größe ñ.xml");
    try (Model model = core.readModel(Fixtures.mnist())) {
      model.save(xml, WeightFormat.UNCHANGED);
      model.save(folder.resolve("half.xml"), WeightFormat.FP16);
      try (Model again = core.readModel(xml)) {
        assertThat(run(again)).isEqualTo(run(model));
      }
    }
    assertThat(folder.resolve("half.bin"))
        .satisfies(
            half ->
                assertThat(Files.size(half)).isLessThan(Files.size(folder.resolve("größe ñ.bin"))));
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(4);
    }
  }

  @Test
  void savingToAPlaceThatCannotBeWrittenIsAnExceptionAndNotTheEnd() throws IOException {
    try (Model model = core.readModel(Fixtures.mnist())) {
      assertThatThrownBy(() -> model.save(folder.resolve("none/model.xml"), WeightFormat.UNCHANGED))
          .isInstanceOf(NoSuchFileException.class);
      assertThatThrownBy(() -> model.save(folder.resolve("model.onnx"), WeightFormat.UNCHANGED))
          .isInstanceOf(IllegalArgumentException.class);
      Files.createDirectory(folder.resolve("taken.xml"));
      assertThatThrownBy(() -> model.save(folder.resolve("taken.xml"), WeightFormat.UNCHANGED))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void aModelIsReadFromMemoryWithItsConstants() throws IOException {
    Path xml = folder.resolve("model.xml");
    float[] expected;
    try (Model model = core.readModel(Fixtures.mnist())) {
      expected = run(model);
      model.save(xml, WeightFormat.UNCHANGED);
    }
    byte[] constants = Files.readAllBytes(folder.resolve("model.bin"));
    try (Tensor weights = Tensor.allocate(ElementType.U8, Shape.of(constants.length))) {
      weights.copyFrom(constants);
      try (Model model = core.readModel(Files.readAllBytes(xml), weights)) {
        weights.close();
        assertThat(run(model)).isEqualTo(expected);
      }
    }
    try (Model onnx = core.readModel(Files.readAllBytes(Fixtures.mnist()), null)) {
      assertThat(run(onnx)).isEqualTo(expected);
    }
  }

  @Test
  void anExportedModelIsImported() throws IOException {
    Path blob = folder.resolve("model.blob");
    try (CompiledModel compiled = core.compile(Fixtures.mnist(), "CPU", Config.empty())) {
      compiled.export(blob);
      byte[] bytes = Files.readAllBytes(blob);
      try (CompiledModel imported = core.importModel(bytes, "CPU")) {
        assertThat(run(imported)).isEqualTo(run(compiled));
      }
    }
  }

  @Test
  void theExecutedGraphTellsKernelsPrecisionsTimesAndOrigins() {
    Config config =
        Config.of(Property.ENABLE_PROFILING, true)
            .with(Property.INFERENCE_PRECISION, ElementType.F32);
    try (CompiledModel compiled = core.compile(Fixtures.mnist(), "CPU", config)) {
      run(compiled);
      RuntimeGraph graph = compiled.runtimeGraph();

      assertThat(graph.nodes())
          .extracting(RuntimeGraph.Node::execOrder)
          .isSorted()
          .doesNotHaveDuplicates();
      RuntimeGraph.Node convolution =
          graph.nodes().stream()
              .filter(node -> node.type().equals("Convolution"))
              .findFirst()
              .orElseThrow();
      assertThat(convolution.primitiveType()).contains("f32");
      assertThat(convolution.runtimePrecision()).isEqualTo("f32");
      assertThat(convolution.execTime())
          .hasValueSatisfying(t -> assertThat(t).isGreaterThanOrEqualTo(Duration.ZERO));
      assertThat(convolution.originalLayersNames()).hasSizeGreaterThan(1).contains("Convolution28");
      assertThat(convolution.outputs().getFirst().shape()).hasToString("[1,8,28,28]");
      assertThat(convolution.outputs().getFirst().precision()).isEqualTo("FP32");
      assertThat(graph.edges())
          .anySatisfy(edge -> assertThat(edge.toNode()).isEqualTo(convolution.id()));
    }
  }

  @Test
  void whatIsNoModelIsRefusedWithoutNamingFoldersToUsers() throws IOException {
    Path text = Files.writeString(folder.resolve("model.xml"), "no model");
    assertThatThrownBy(() -> core.readModel(text))
        .isInstanceOfSatisfying(
            NativeCallException.class,
            e -> {
              assertThat(e).hasMessageContaining(text.toString());
              assertThat(e.userMessage())
                  .contains("model.xml")
                  .doesNotContain(folder.toString())
                  .doesNotContain("src/");
            });
    assertThatThrownBy(() -> core.readModel(folder.resolve("none.onnx")))
        .isInstanceOf(OpenVinoException.class);
    assertThatThrownBy(() -> core.readModel(new byte[0], null))
        .isInstanceOf(OpenVinoException.class);
  }

  private static float[] run(Model model) {
    try (CompiledModel compiled = core.compile(model, "CPU", Config.empty())) {
      return run(compiled);
    }
  }

  private static float[] run(CompiledModel compiled) {
    try (InferRequest request = compiled.createRequest()) {
      request.input().copyFrom(Fixtures.pattern(28 * 28));
      request.infer();
      return request.output().toFloatArray();
    }
  }
}
