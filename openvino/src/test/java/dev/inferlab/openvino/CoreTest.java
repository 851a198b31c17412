package dev.inferlab.openvino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
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
    compileLoudly(); // to standard output
    assertThat(second).hasSize(heard);
  }

  private static void compileLoudly() {
    try (Core core = new Core()) {
      Config config = Config.of(Property.LOG_LEVEL, Property.LogLevel.LOG_INFO);
      core.compile(Fixtures.mnist(), "AUTO:CPU", config).close();
    }
  }
}
