package dev.inferlab.modelir;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a main class of the tests in a virtual machine with a heap as small as a service's. */
public final class SmallJvm {
  private SmallJvm() {}

  /** The lines that it printed; fails when it does not end well. */
  public static List<String> run(String heap, Class<?> main, List<Path> arguments)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("-Xmx" + heap);
    line.add("-cp");
    line.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    line.add(main.getName());
    arguments.forEach(argument -> line.add(argument.toString()));
    Path output = Files.createTempFile("small", ".out");
    try {
      Process process =
          new ProcessBuilder(line)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      int code = process.waitFor();
      List<String> printed = Files.readAllLines(output);
      assertThat(code).as("%s", printed).isZero();
      return printed;
    } finally {
      Files.deleteIfExists(output);
    }
  }
}
