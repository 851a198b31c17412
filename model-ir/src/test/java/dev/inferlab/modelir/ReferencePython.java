package dev.inferlab.modelir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a script of {@code src/test/scripts} with the cache's Python, which has OpenVINO. */
public final class ReferencePython {
  private ReferencePython() {}

  /** The lines that the script printed; skips the test when there is no such Python. */
  public static List<String> run(String script, String command, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(arguments);
    all.addFirst(command);
    return run(Catalogue.python(), script, all);
  }

  /** The same with another Python. */
  public static List<String> run(Path python, String script, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(python.toString());
    line.add(
        Path.of(System.getProperty("inferlab.root", ".."))
            .resolve("model-ir/src/test/scripts")
            .resolve(script)
            .toString());
    line.addAll(arguments);
    Path errors = Files.createTempFile("reference", ".err");
    try {
      Process process = new ProcessBuilder(line).redirectError(errors.toFile()).start();
      List<String> printed;
      try (var reader = process.inputReader(StandardCharsets.UTF_8)) {
        printed = reader.lines().toList();
      }
      if (process.waitFor() != 0) {
        throw new AssertionError(script + " failed:\n" + Files.readString(errors));
      }
      return printed;
    } finally {
      Files.deleteIfExists(errors);
    }
  }
}
