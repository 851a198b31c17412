package dev.inferlab.local.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class JavaCommandTest {

  /** Prints the nice values of the JVM's own threads that have a priority of their own. */
  static final class Threads {
    private Threads() {}

    public static void main(String[] arguments) throws IOException {
      try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
        for (Path thread : threads.toList()) {
          String stat = Files.readString(thread.resolve("stat"));
          int end = stat.lastIndexOf(')');
          String name = stat.substring(stat.indexOf('(') + 1, end);
          if (name.contains("Compiler") || name.equals("VM Thread")) {
            System.out.println(name + " " + stat.substring(end + 2).split(" ")[16]);
          }
        }
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void compilersStandBackForEveryUser() throws Exception {
    String[] threads = {"C1 CompilerThre 5", "C2 CompilerThre 5", "VM Thread 0"};
    assertThat(run(List.of())).contains(threads);
    if (System.getProperty("user.name").equals("root")) {
      // It is not root in a user namespace of its own, as with PostgreSQL.
      assumeTrue(
          new ProcessBuilder("unshare", "-U", "true").start().waitFor() == 0,
          "no user namespaces here");
      assertThat(run(List.of("unshare", "-U"))).contains(threads);
    }
  }

  private static List<String> run(List<String> prefix) throws Exception {
    Path classes =
        Path.of(Threads.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> command = new ArrayList<>(prefix);
    command.addAll(new JavaCommand("test", 32).main(classes.toString(), Threads.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said.lines().distinct().toList();
  }
}
