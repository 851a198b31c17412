package dev.inferlab.openvino;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Another JVM with this one's class path: for what a process can do only once, or must do alone.
 */
final class ChildJvm {

  /** As an argument: the child may not call native code, though others may. */
  static final String DENY_NATIVE_ACCESS = "--illegal-native-access=deny";

  /** Far more than a short test takes on a busy machine. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  record Result(int status, String output) {}

  private ChildJvm() {}

  /**
   * @param classPath to be put before ours; may be empty
   * @param arguments JVM options (as long as they begin with a dash), the main class, its arguments
   */
  static Result run(String classPath, String... arguments)
      throws IOException, InterruptedException {
    return run(PATIENCE, classPath, arguments);
  }

  /**
   * @param patience after which a child that hangs, such as on a callback that was lost, is killed
   *     and the test fails
   */
  static Result run(Duration patience, String classPath, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (!List.of(arguments).contains(DENY_NATIVE_ACCESS)) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.add("-cp");
    command.add(
        (classPath.isEmpty() ? "" : classPath + ":") + System.getProperty("java.class.path"));
    command.addAll(Arrays.asList(arguments));
    Path output = Files.createTempFile("child-jvm-", ".out");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = process.waitFor(patience.toSeconds(), TimeUnit.SECONDS);
      process.destroyForcibly();
      assertThat(ended)
          .as("ended within %s; it wrote: %s", patience, Files.readString(output))
          .isTrue();
      return new Result(process.waitFor(), Files.readString(output));
    } finally {
      Files.delete(output);
    }
  }
}
