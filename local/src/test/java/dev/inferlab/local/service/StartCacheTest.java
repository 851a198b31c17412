package dev.inferlab.local.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartCacheTest {
  @TempDir private Path folder;

  /** What is started. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) {
      System.out.println("started");
    }
  }

  @Test
  void aRecordedRunMakesACacheThatTheNextRunUses() throws Exception {
    Path jar = jar("program.jar");
    List<String> first = command(jar, cache(jar).flags(true));
    assertThat(StartCache.isRecorded(first)).isTrue();
    assertThat(run(first)).contains("started");
    StartCache.create(first, () -> true);
    List<String> second = command(jar, cache(jar).flags(true));
    assertThat(StartCache.isRecorded(second)).isFalse();
    second.add(1, "-Xlog:class+load");
    assertThat(run(second))
        .contains("started")
        .containsPattern("StartCacheTest\\$Program source: shared objects file");
  }

  @Test
  void anotherBuildHasACacheOfItsOwnAndTheOldOneGoes() throws Exception {
    Path jar = jar("program.jar");
    make(jar);
    Path old = cache(jar).file();
    assertThat(old).exists();
    Files.delete(jar);
    jar("program.jar");
    Files.write(folder.resolve("more.jar"), new byte[] {1});
    Path other =
        StartCache.of(
                folder.resolve("start"),
                "program",
                List.of(jar, folder.resolve("more.jar")),
                List.of())
            .orElseThrow()
            .file();
    assertThat(other).isNotEqualTo(old).doesNotExist();
    Path otherFlags =
        StartCache.of(
                folder.resolve("start"),
                "program",
                List.of(jar),
                List.of("-XX:TieredStopAtLevel=1"))
            .orElseThrow()
            .file();
    assertThat(otherFlags).isNotEqualTo(cache(jar).file());
    Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000));
    make(jar);
    assertThat(old).doesNotExist();
    assertThat(cache(jar).file()).exists();
  }

  @Test
  void aProgramThatWasKilledLeavesNoCacheAndNoHarm() throws Exception {
    Path jar = jar("program.jar");
    StartCache.create(command(jar, cache(jar).flags(true)), () -> true);
    assertThat(cache(jar).file()).doesNotExist();
  }

  @Test
  void whatIsNotWantedAnyMoreIsBrokenOff() throws Exception {
    Path jar = jar("program.jar");
    List<String> command = command(jar, cache(jar).flags(true));
    run(command);
    StartCache.create(command, () -> false);
    assertThat(cache(jar).file()).doesNotExist();
    assertThat(recordOf(command)).doesNotExist();
    assertThat(cache(jar).file().getParent())
        .as("nothing unfinished")
        .isDirectoryNotContaining("glob:**.unfinished");
  }

  @Test
  void aRecordThatCannotBeUsedHindersNothing() throws Exception {
    Path jar = jar("program.jar");
    List<String> command = command(jar, cache(jar).flags(true));
    Files.createDirectories(recordOf(command).resolve("full"));
    StartCache.create(command, () -> true);
    assertThat(cache(jar).file()).doesNotExist();
  }

  @Test
  void aRecordIsItsProcesssOwnAndIsDroppedWhereAnotherMadeTheCache() throws Exception {
    Path jar = jar("program.jar");
    List<String> late = command(jar, cache(jar).flags(true));
    assertThat(recordOf(late).toString()).contains("." + ProcessHandle.current().pid() + ".");
    Files.createFile(cache(jar).file());
    Files.createFile(recordOf(late));
    StartCache.create(late, () -> true);
    assertThat(cache(jar).file()).isEmptyFile();
    assertThat(recordOf(late)).doesNotExist();
  }

  private static Path recordOf(List<String> command) {
    String flag = "-XX:AOTConfiguration=";
    return command.stream()
        .filter(word -> word.startsWith(flag))
        .map(word -> Path.of(word.substring(flag.length())))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void foldersOfClassesAreNotCached() throws Exception {
    Path classes =
        Path.of(Program.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    assertThat(StartCache.of(folder, "program", List.of(classes), List.of())).isEmpty();
  }

  @Test
  void withoutLeaveNothingIsRecorded() throws Exception {
    assertThat(cache(jar("program.jar")).flags(false)).isEmpty();
  }

  private void make(Path jar) throws Exception {
    List<String> command = command(jar, cache(jar).flags(true));
    run(command);
    StartCache.create(command, () -> true);
  }

  private StartCache cache(Path jar) throws IOException {
    return StartCache.of(folder.resolve("start"), "program", List.of(jar), List.of()).orElseThrow();
  }

  private static List<String> command(Path jar, List<String> flags) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", jar.toString(), Program.class.getName()));
    return command;
  }

  private static String run(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  private Path jar(String name) throws IOException {
    Path jar = folder.resolve(name);
    String entry = Program.class.getName().replace('.', '/') + ".class";
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        InputStream in = Program.class.getClassLoader().getResourceAsStream(entry)) {
      out.putNextEntry(new JarEntry(entry));
      in.transferTo(out);
      out.closeEntry();
    }
    return jar;
  }
}
