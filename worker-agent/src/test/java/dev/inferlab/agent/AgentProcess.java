package dev.inferlab.agent;

import dev.inferlab.agent.fake.FakeScheduler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The agent as a process of its own, for tests that kill or stop it. */
final class AgentProcess implements AutoCloseable {
  private final Process process;
  private final Path output;

  AgentProcess(FakeScheduler scheduler, Path folder, String... options) throws IOException {
    this(scheduler, folder, Map.of(), options);
  }

  static AgentProcess withEnvironment(
      FakeScheduler scheduler, Path folder, Map<String, String> environment) throws IOException {
    return new AgentProcess(scheduler, folder, environment);
  }

  private AgentProcess(
      FakeScheduler scheduler, Path folder, Map<String, String> environment, String... options)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.inferlab.agent.AgentMain",
                "--scheduler=" + scheduler.endpoint(),
                "--state-folder=" + folder.resolve("state"),
                "--http-port=0"));
    command.addAll(List.of(options));
    output = Files.createTempFile(folder, "agent-", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    process = builder.start();
  }

  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  int awaitExit() throws InterruptedException {
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      throw new AssertionError("The agent did not end: " + output());
    }
    return process.exitValue();
  }

  String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      return e.toString();
    }
  }

  List<ProcessHandle> descendants() {
    return process.descendants().toList();
  }

  @Override
  public void close() {
    descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
