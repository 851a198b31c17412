package dev.inferlab.agent.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
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

  @Test
  void aFullFileMakesRoomAndTheOneBeforeItGoes() throws Exception {
    Path file = folder.resolve("executions.log");
    Path older = folder.resolve("executions.log.1");
    try (ExecutionLog log = log(file, 2_000, new SmallDisk())) {
      log.agentStarted();
      int jobs = 0;
      while (!Files.exists(older)) {
        run(log, ++jobs);
      }
      assertThat(lines(older)).first().asString().contains("\"event\":\"agent-start\"");
      assertThat(lines(file)).first().asString().contains("\"event\":\"continued\"");
      assertThat(begun(older, file))
          .as("none is lost yet")
          .containsExactlyElementsOf(jobs(1, jobs));

      while (lines(older).getFirst().contains("agent-start")) {
        run(log, ++jobs);
      }
      assertThat(lines(older)).first().asString().contains("\"event\":\"continued\"");
      assertThat(Files.size(older)).isLessThanOrEqualTo(2_000);
      List<String> kept = begun(older, file);
      assertThat(kept)
          .as("the newest")
          .containsExactlyElementsOf(jobs(jobs - kept.size() + 1, jobs));
    }
    assertThat(folder).isDirectoryNotContaining(path -> !List.of(file, older).contains(path));
  }

  @Test
  void anAgentThatComesBackGoesOnInTheSameFile() throws Exception {
    Path file = folder.resolve("executions.log");
    for (int start = 1; start <= 2; start++) {
      try (ExecutionLog log = new ExecutionLog(file, InstantSource.system(), "target")) {
        log.agentStarted();
        run(log, start);
      }
    }
    assertThat(begun(file)).containsExactly("job-1", "job-2");
    assertThat(lines(file)).noneMatch(line -> line.contains("continued"));
  }

  @Test
  void aFileThatCouldNotBeBegunIsTriedAgain() throws Exception {
    Path file = folder.resolve("executions.log");
    Path older = folder.resolve("executions.log.1");
    try (ExecutionLog log = log(file, 600, new SmallDisk())) {
      run(log, 1);
      Files.move(file, older); // as far as a rotation came
      run(log, 2);
      run(log, 3);
    }
    assertThat(begun(file)).last().isEqualTo("job-3");
  }

  @Test
  void aDiskThatIsFullInTheMiddleOfALineSpoilsNothing() throws Exception {
    Path file = folder.resolve("executions.log");
    Path older = folder.resolve("executions.log.1");
    SmallDisk disk = new SmallDisk();
    try (ExecutionLog log = log(file, 600, disk)) {
      disk.leftBytesOfNext = 10;
      assertThatThrownBy(() -> runForEver(log)).hasRootCauseMessage("No space left on device");
      byte[] before = Files.readAllBytes(older);
      assertThat(file).isEmptyFile();
      disk.leftBytes = 150; // enough for 'continued', not for a line behind it
      assertThatThrownBy(() -> run(log, 99)).isInstanceOf(UncheckedIOException.class);
      disk.leftBytes = Long.MAX_VALUE;
      run(log, 100);
      assertThat(older).as("not pushed out by an empty file").hasBinaryContent(before);
    }
    assertThat(lines(file))
        .hasSize(3)
        .allMatch(line -> line.startsWith("{\"time\":") && line.endsWith("}"))
        .first()
        .asString()
        .contains("\"event\":\"continued\"");
    assertThat(begun(file)).containsExactly("job-100");
  }

  @Test
  void anAgentThatComesBackToAnEmptyFileGoesOnWithTheMark() throws Exception {
    Path file = folder.resolve("executions.log");
    Files.writeString(folder.resolve("executions.log.1"), "{\"event\":\"continued\"}\n");
    Files.createFile(file); // as far as a rotation came
    try (ExecutionLog log = log(file, 600, new SmallDisk())) {
      log.agentStarted();
    }
    assertThat(lines(file)).hasSize(2).first().asString().contains("\"event\":\"continued\"");
  }

  private static void runForEver(ExecutionLog log) {
    for (int job = 1; ; job++) {
      run(log, job);
    }
  }

  /** Takes as much as is left, and then fails. */
  private static final class SmallDisk implements ExecutionLog.Disk {
    private long leftBytes;
    private long leftBytesOfNext = Long.MAX_VALUE;

    @Override
    public RandomAccessFile open(Path path) throws IOException {
      leftBytes = leftBytesOfNext;
      return new RandomAccessFile(path.toFile(), "rw") {
        @Override
        public void write(byte[] bytes) throws IOException {
          int fit = (int) Math.min(leftBytes, bytes.length);
          write(bytes, 0, fit);
          leftBytes -= fit;
          if (fit < bytes.length) {
            throw new IOException("No space left on device");
          }
        }
      };
    }
  }

  private static ExecutionLog log(Path file, long limitBytes, ExecutionLog.Disk disk)
      throws IOException {
    return new ExecutionLog(file, InstantSource.system(), "target", limitBytes, disk);
  }

  private static void run(ExecutionLog log, int job) {
    AttemptId attempt = new AttemptId("job-" + job, 1);
    log.begin(attempt, "noop", "CPU", false, 4711);
    log.end(attempt, "noop", "CPU", false, "SUCCEEDED");
  }

  private static List<String> jobs(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(job -> "job-" + job).toList();
  }

  private static List<String> begun(Path... files) throws IOException {
    List<String> begun = new ArrayList<>();
    for (Path file : files) {
      for (String line : lines(file)) {
        if (line.contains("\"event\":\"begin\"")) {
          begun.add(line.replaceAll(".*\"job\":\"([^\"]*)\".*", "$1"));
        }
      }
    }
    return begun;
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.readAllLines(file);
  }
}
