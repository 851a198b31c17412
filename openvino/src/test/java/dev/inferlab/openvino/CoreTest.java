package dev.inferlab.openvino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoreTest {

  @TempDir private Path folder;

  @Test
  void aFileRegistersMorePlugins() throws IOException {
    Path cpu = OpenVino.libraryFolder().resolve("libopenvino_intel_cpu_plugin.so");
    Path config =
        Files.writeString(
            folder.resolve("plugins.xml"),
            "<ie><plugins><plugin name=\"OTHER_CPU\" location=\"%s\"/></plugins></ie>"
                .formatted(cpu));
    try (Core core = new Core(config);
        Core usual = new Core()) {
      assertThat(core.property("OTHER_CPU", Property.FULL_DEVICE_NAME)).isNotBlank();
      assertThatThrownBy(() -> usual.property("OTHER_CPU", Property.FULL_DEVICE_NAME))
          .isInstanceOf(NativeCallException.class);
    }
    assertThatThrownBy(() -> new Core(folder.resolve("none.xml")))
        .isInstanceOf(NativeCallException.class);
  }

  @Test
  void aModelIsCompiledWithTheDevicesOwnSettings() {
    try (Core core = new Core();
        Model model = core.readModel(Fixtures.mnist());
        CompiledModel ofModel = core.compile(model, "CPU");
        CompiledModel ofFile = core.compile(Fixtures.mnist(), "CPU")) {
      assertThat(ofModel.inputs()).isEqualTo(ofFile.inputs()).isEqualTo(model.inputs());
    }
  }

  @Test
  void whatIsNoExtensionIsRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("libnone.so"), "no library");
    try (Core core = new Core()) {
      assertThatThrownBy(() -> core.addExtension(text))
          .isInstanceOf(NativeCallException.class)
          .hasMessageContaining("libnone.so");
      assertThatThrownBy(() -> core.addExtension(folder.resolve("missing.so")))
          .isInstanceOf(NativeCallException.class);
    }
  }

  @Test
  void theRuntimesLogGoesToTheListenerOfTheMoment() {
    List<String> first = new CopyOnWriteArrayList<>();
    List<String> second = new CopyOnWriteArrayList<>();
    try {
      OpenVino.logTo(first::add);
      compileLoudly();
      int heard = first.size();
      assertThat(heard).isPositive();
      OpenVino.logTo(
          line -> {
            second.add(line);
            throw new IllegalStateException("A listener's own");
          });
      compileLoudly();
      assertThat(second).isNotEmpty();
      assertThat(first).hasSize(heard);
    } finally {
      OpenVino.logToStandardOutput();
    }
    int heard = second.size();
    assertThat(printed(CoreTest::compileLoudly)).isNotBlank();
    assertThat(second).hasSize(heard);
  }

  /** What Java prints meanwhile: the runtime itself would write past it. */
  private static String printed(Runnable action) {
    PrintStream before = System.out;
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    System.setOut(new PrintStream(text, true, StandardCharsets.UTF_8));
    try {
      action.run();
    } finally {
      System.setOut(before);
    }
    return text.toString(StandardCharsets.UTF_8);
  }

  private static void compileLoudly() {
    try (Core core = new Core()) {
      Config config = Config.of(Property.LOG_LEVEL, Property.LogLevel.LOG_INFO);
      core.compile(Fixtures.mnist(), "AUTO:CPU", config).close();
    }
  }
}
