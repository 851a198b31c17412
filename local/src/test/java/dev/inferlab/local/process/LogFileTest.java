package dev.inferlab.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
  @TempDir private Path folder;

  @Test
  void aWriterGoesOnInTheEmptiedFile() throws Exception {
    LogFile log = new LogFile(folder.resolve("x.log"), 10, 2);
    try (OutputStream writer =
        Files.newOutputStream(log.path(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      writer.write("first line\n".getBytes(StandardCharsets.UTF_8));
      log.rotateIfLarge();
      writer.write("second line\n".getBytes(StandardCharsets.UTF_8));
      log.rotateIfLarge();
      writer.write("3\n".getBytes(StandardCharsets.UTF_8));
      log.rotateIfLarge();
    }
    assertThat(log.path()).hasContent("3");
    assertThat(folder.resolve("x.log.1")).hasContent("second line");
    assertThat(folder.resolve("x.log.2")).hasContent("first line");
    assertThat(log.lastLines(5)).containsExactly("3");
  }
}
