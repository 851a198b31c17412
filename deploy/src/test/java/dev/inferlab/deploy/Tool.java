package dev.inferlab.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs of this machine. */
public final class Tool {

  /** What a program said (both streams) and its exit status. */
  public record Result(int status, String output) {}

  private Tool() {}

  /** Whether the program is there and content with being asked this. */
  public static boolean answers(String... command) throws InterruptedException {
    try {
      return run(Path.of("."), Map.of(), command).status() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  public static Result run(Path folder, Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IOException(command[0] + " did not end");
    }
    return new Result(process.exitValue(), output);
  }
}
