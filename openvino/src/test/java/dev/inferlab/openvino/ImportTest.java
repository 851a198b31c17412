package dev.inferlab.openvino;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of a model whose constants are so large that the runtime uses them where the blob lies. */
class ImportTest {

  private static final int LARGE = 10 << 20;

  @TempDir private static Path folder;

  private static Core core;
  private static Path blob;
  private static float[] expected;

  @BeforeAll
  static void export() throws IOException {
    core = new Core();
    blob = folder.resolve("model.blob");
    try (CompiledModel compiled = core.compile(Fixtures.efficientNet(), "CPU", Config.empty())) {
      compiled.export(blob);
      expected = run(compiled);
    }
    assertThat(Files.size(blob)).isGreaterThan(LARGE);
  }

  @AfterAll
  static void close() {
    core.close();
  }

  @Test
  void bytesAreKeptAsLongAsTheModelUsesThem() throws IOException {
    byte[] bytes = Files.readAllBytes(blob);
    try (CompiledModel imported = core.importModel(bytes, "CPU")) {
      Arrays.fill(bytes, (byte) -1);
      overwriteWhatIsFree(bytes.length);
      assertThat(run(imported)).isEqualTo(expected);
    }
  }

  @Test
  void aFileIsImportedWhereItLies() throws IOException {
    try (CompiledModel imported = core.importModel(blob, "CPU")) {
      overwriteWhatIsFree((int) Files.size(blob));
      assertThat(run(imported)).isEqualTo(expected);
    }
  }

  @Test
  void memoryOfTheCallersIsImportedWithoutACopy() throws IOException {
    byte[] bytes = Files.readAllBytes(blob);
    try (Arena arena = Arena.ofShared()) {
      MemorySegment memory = arena.allocate(bytes.length, 64);
      memory.copyFrom(MemorySegment.ofArray(bytes));
      try (CompiledModel imported = core.importModel(memory, "CPU")) {
        assertThat(run(imported)).isEqualTo(expected);
      }
    }
  }

  /** Memory that was freed wrongly is likely to be given out again, and to hold something else. */
  private static void overwriteWhatIsFree(int bytes) {
    System.gc();
    for (int i = 0; i < 4; i++) {
      try (Arena arena = Arena.ofShared()) {
        arena.allocate(bytes, 64).fill((byte) 0x7f);
      }
    }
  }

  private static float[] run(CompiledModel compiled) {
    try (InferRequest request = compiled.createRequest()) {
      request.input().copyFrom(Fixtures.pattern(request.input().size()));
      request.infer();
      return request.output().toFloatArray();
    }
  }
}
