package dev.inferlab.openvino;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Another JVM with this one's class path: for what a process can do only once, or must do alone.
 */
final class ChildJvm {

  record Result(int status, String output) {}

  private ChildJvm() {}

  /**
   * @param classPath to be put before ours; may be empty
   * @param arguments JVM options (as long as they begin with a dash), the main class, its arguments
   */
  static Result run(String classPath, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(
        (classPath.isEmpty() ? "" : classPath + ":") + System.getProperty("java.class.path"));
    command.addAll(Arrays.asList(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }
}
