package dev.inferlab.openvino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {

  @ParameterizedTest
  @ValueSource(strings = {"[1,3,224,224]", "[?,3,..8,1..8,2..]", "[...]", "[]", "[0]"})
  void partialShapesAreWrittenAsTheyAreRead(String text) {
    assertThat(PartialShape.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "-2", "3..1", "1.5", ",", "1,,2", "99999999999999999999"})
  void whatIsNoShapeIsRefused(String text) {
    assertThatThrownBy(() -> PartialShape.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void onlyStaticShapesBecomeShapes() {
    assertThat(PartialShape.parse("2,3").toShape()).isEqualTo(Shape.of(2, 3));
    assertThat(PartialShape.parse("2,?").isDynamic()).isTrue();
    assertThatThrownBy(() -> PartialShape.parse("2,?").toShape())
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Shape.of(Long.MAX_VALUE, 2).elements())
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void aShapeOfUnknownRankHasNoDimensionsToTell() {
    PartialShape unknown = PartialShape.parse("[...]");
    assertThat(unknown).isEqualTo(PartialShape.unknownRank()).isNotEqualTo(PartialShape.parse(""));
    assertThat(unknown.hasKnownRank()).isFalse();
    assertThatThrownBy(unknown::dimensions)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("hasKnownRank()");
  }

  @Test
  void configsAreEqualWhenTheySetTheSame() {
    Config one = Config.of(Property.NUM_REQUESTS, 2).with(Property.CACHE_DIR, "x");
    Config other = Config.of(Property.CACHE_DIR, "x").with(Property.NUM_REQUESTS, 2);
    assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
    assertThat(one).isNotEqualTo(other.with(Property.NUM_REQUESTS, 3));
    assertThatThrownBy(() -> Config.of(Property.NUM_REQUESTS, null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("PERFORMANCE_HINT_NUM_REQUESTS");
    assertThatThrownBy(() -> Config.empty().with("KEY", null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("KEY");
  }

  @ParameterizedTest
  @CsvSource({"f32,F32", "FP16,F16", "i8,I8", "undefined,DYNAMIC", "bf16,BF16"})
  void elementTypesAreReadInAllTheirSpellings(String text, ElementType type) {
    assertThat(ElementType.parse(text)).isEqualTo(type);
  }

  @Test
  void propertiesOfTheDeviceHaveJavaTypes() {
    try (Core core = new Core()) {
      assertThat(core.availableDevices()).contains("CPU");
      assertThat(core.versions("CPU"))
          .singleElement()
          .satisfies(version -> assertThat(version.build()).startsWith("2026."));
      assertThat(core.property("CPU", Property.FULL_DEVICE_NAME)).isNotBlank();
      assertThat(core.property("CPU", Property.RANGE_FOR_STREAMS).max()).isPositive();
      assertThat(core.property("CPU", Property.RANGE_FOR_ASYNC_INFER_REQUESTS).step()).isPositive();
      assertThat(core.property("CPU", Property.DEVICE_CAPABILITIES)).contains("FP32");
      assertThat(core.property("CPU", Property.ENABLE_PROFILING)).isFalse();
      assertThat(core.properties("CPU")).containsKey("NUM_STREAMS").hasSizeGreaterThan(20);

      core.setProperties("CPU", Config.of(Property.ENABLE_PROFILING, true));
      assertThat(core.property("CPU", Property.ENABLE_PROFILING)).isTrue();
    }
  }

  @Test
  void propertiesOfTheRuntimeAreSetWithoutADevice(@TempDir Path cache) {
    try (Core core = new Core()) {
      core.setProperties(Config.of(Property.CACHE_DIR, cache.toString()));
      core.compile(Fixtures.mnist(), "CPU", Config.empty()).close();
      assertThat(cache).isNotEmptyDirectory();
    }
  }

  @Test
  void aCompiledModelReportsWhatItReallyUses() {
    Config config =
        Config.of(Property.NUM_STREAMS, Streams.of(2))
            .with(Property.INFERENCE_PRECISION, ElementType.F32)
            .with(Property.EXECUTION_MODE, Property.ExecutionMode.ACCURACY);
    try (Core core = new Core();
        CompiledModel model = core.compile(Fixtures.mnist(), "CPU", config)) {
      assertThat(model.property(Property.NUM_STREAMS).count()).isEqualTo(2);
      assertThat(model.property(Property.INFERENCE_PRECISION)).isEqualTo(ElementType.F32);
      assertThat(model.property(Property.EXECUTION_MODE))
          .isEqualTo(Property.ExecutionMode.ACCURACY);
      assertThat(model.property(Property.OPTIMAL_NUMBER_OF_INFER_REQUESTS)).isEqualTo(2);
      assertThat(model.property(Property.EXECUTION_DEVICES)).isEqualTo(List.of("CPU"));
      assertThat(model.properties()).containsEntry("NUM_STREAMS", "2");
      assertThatThrownBy(() -> model.setProperties(config)).isInstanceOf(OpenVinoException.class);
    }
  }

  @Test
  void whatCannotBeDoneIsRefusedByName() {
    try (Core core = new Core()) {
      assertThatThrownBy(() -> core.property("CPU", Property.text("NO_SUCH_KEY")))
          .isInstanceOf(NativeCallException.class)
          .hasMessageContaining("NO_SUCH_KEY");
      assertThatThrownBy(
              () -> core.compile(Fixtures.mnist(), "CPU", Config.empty().with("NO_SUCH", "1")))
          .hasMessageContaining("NO_SUCH");
      assertThatThrownBy(() -> core.compile(Fixtures.mnist(), "XPU", Config.empty()))
          .isInstanceOf(NativeCallException.class);
      assertThatThrownBy(() -> core.defaultContext("CPU")).isInstanceOf(NativeCallException.class);
      assertThatThrownBy(() -> core.createContext("CPU", Config.empty()))
          .isInstanceOf(NativeCallException.class);
      assertThatThrownBy(() -> Config.of(Property.SUPPORTED_PROPERTIES, List.of("x")))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "Unable to read \"/home/a b/x/model.xml\" now ; Unable to read \"model.xml\" now",
        "Reading the model '/home/a b/x/it.xml' failed ; Reading the model 'it.xml' failed",
        "at /srv/data/secret/net.onnx: bad node ; at net.onnx: bad node",
        "/srv/a.xml, /srv/b c ; a.xml, b c",
        "not in the folder /srv/data/ ; not in the folder data",
        "in C:\\Users\\me\\net.xml or \"C:\\My Models\\net.xml\" ; in net.xml or \"net.xml\"",
        "Exception from src/inference/src/cpp/core.cpp:84: No such thing ; No such thing",
        "Exception from /home/jenkins/w/openvino/src/core/src/x.cpp:84: No ; No",
        "Check 'a || b' failed at src/core/src/x.cpp:7: wrong rank ; wrong rank",
        "No rule for '/model.22/dfl/conv/Conv' ; No rule for '/model.22/dfl/conv/Conv'",
        "at /model.22/dfl/conv/Conv: bad ; at /model.22/dfl/conv/Conv: bad",
        "Exception from src/core/src/runtime/allocator.cpp:79: std::bad_alloc ; it ran out of memory",
        "f16/f32 on CPU/GPU ; f16/f32 on CPU/GPU",
        "Input/Output error ; Input/Output error",
        "6 / 3 and [N/A] ; 6 / 3 and [N/A]",
        "see https://docs.openvino.ai/2026/index.html ; see https://docs.openvino.ai/2026/index.html"
      })
  void usersAreNotToldOfThisMachine(String message, String told) {
    assertThat(new NativeLibraryException(message).userMessage()).isEqualTo(told);
  }
}
