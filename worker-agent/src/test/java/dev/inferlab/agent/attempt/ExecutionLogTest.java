package dev.inferlab.agent.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutionLogTest {
  @TempDir Path folder;

  @Test
  void anInterruptWhileItIsWrittenDoesNotEndIt() throws Exception {
    Path file = folder.resolve("executions.log");
    try (ExecutionLog log = new ExecutionLog(file, InstantSource.system(), "target")) {
      Thread.currentThread().interrupt(); // as a cancel does it
      log.begin(new AttemptId("cancelled", 1), "noop", "CPU", false, 4711);
      assertThat(Thread.interrupted()).as("the interrupt is still there to be seen").isTrue();

      log.begin(new AttemptId("next", 1), "noop", "CPU", false, 4711);
    } finally {
      Thread.interrupted();
    }
    assertThat(Files.readAllLines(file)).hasSize(2).last().asString().contains("\"job\":\"next\"");
  }
}
