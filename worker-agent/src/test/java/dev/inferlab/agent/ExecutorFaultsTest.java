package dev.inferlab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.agent.fake.FakeScheduler;
import dev.inferlab.agent.fake.Jobs;
import dev.inferlab.agent.fake.RunningAgent;
import dev.inferlab.proto.agent.v1.Assignment;
import dev.inferlab.proto.job.v1.ErrorClass;
import dev.inferlab.proto.job.v1.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a job does to its executor ends that attempt with a typed reason, and nothing else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExecutorFaultsTest {
  @TempDir static Path folder;
  private FakeScheduler scheduler;
  private RunningAgent agent;

  @BeforeAll
  void start() throws Exception {
    scheduler = new FakeScheduler();
    agent =
        new RunningAgent(
            scheduler,
            folder,
            "--executor-hang-timeout=3s",
            "--executor-heap=64MiB",
            "--executor-output-limit=8MiB",
            "--executor-leak-limit=128MiB");
    scheduler.awaitHello(1);
  }

  @AfterAll
  void stop() throws Exception {
    agent.close();
    scheduler.close();
  }

  private Problem problemOf(Assignment assignment) throws Exception {
    scheduler.assign(
        Jobs.assignment("neighbour-" + assignment.getJob().getJobId(), "sleep", "{\"millis\":500}")
            .build());
    scheduler.assign(assignment);
    Problem problem = scheduler.awaitEnd(assignment.getJob().getJobId()).getFailed();
    assertThat(scheduler.awaitEnd("neighbour-" + assignment.getJob().getJobId()).hasSucceeded())
        .as("the neighbour is not hit")
        .isTrue();
    String after = "after-" + assignment.getJob().getJobId();
    scheduler.assign(Jobs.assignment(after, "noop", "").build());
    assertThat(scheduler.awaitEnd(after).hasSucceeded()).as("the agent goes on").isTrue();
    assertNoPathIn(problem.getDetail());
    return problem;
  }

  private void assertNoPathIn(String detail) {
    assertThat(detail).doesNotContain(folder.toString()).doesNotContain("dev.inferlab");
    // Whether there is another attempt, only the scheduler knows.
    assertThat(detail).doesNotContain("tried again");
  }

  @Test
  void aSegmentationFaultIsACrashThatNamesTheLibrary() throws Exception {
    Problem problem = problemOf(Jobs.assignment("segfault", "segfault", "").build());
    assertThat(problem.getCode()).isEqualTo("EXECUTOR_CRASHED");
    assertThat(problem.getErrorClass()).isEqualTo(ErrorClass.CRASHED);
    assertThat(problem.getDetail()).contains("SIGSEGV").contains("libc");
  }

  @Test
  void anAbortIsACrash() throws Exception {
    Problem problem = problemOf(Jobs.assignment("abort", "abort", "").build());
    assertThat(problem.getCode()).isEqualTo("EXECUTOR_CRASHED");
  }

  @Test
  void anExitWithoutAWordIsACrash() throws Exception {
    Problem problem = problemOf(Jobs.assignment("halt", "halt", "").build());
    assertThat(problem.getCode()).isEqualTo("EXECUTOR_CRASHED");
    assertThat(problem.getDetail()).contains("exit code 7");
  }

  @Test
  void anErrorOfTheJavaRuntimeIsToldAtOnce() throws Exception {
    Problem problem = problemOf(Jobs.assignment("internal", "internal", "").build());
    assertThat(problem.getCode()).isEqualTo("EXECUTOR_INTERNAL");
    assertThat(problem.getDetail()).doesNotContain("/some/file");
    // What broke it may break the next job too, so that gets another process.
    assertThat(restarts("broken")).isTrue();
  }

  @Test
  void anEndlessJobMeetsItsTimeLimit() throws Exception {
    Assignment.Builder job = Jobs.assignment("endless", "endless", "");
    job.getJobBuilder().setTimeLimit(Jobs.duration(Duration.ofSeconds(1)));
    Problem problem = problemOf(job.build());
    assertThat(problem.getCode()).isEqualTo("JOB_TIME_LIMIT");
    assertThat(problem.getErrorClass()).isEqualTo(ErrorClass.TIMEOUT);
  }

  @Test
  void aFrozenProcessIsFoundHung() throws Exception {
    Problem problem = problemOf(Jobs.assignment("freeze", "freeze", "").build());
    assertThat(problem.getCode()).isEqualTo("EXECUTOR_HUNG");
    assertThat(problem.getErrorClass()).isEqualTo(ErrorClass.TIMEOUT);
  }

  @Test
  void anExhaustedHeapIsAMemoryLimit() throws Exception {
    Problem problem = problemOf(Jobs.assignment("heap", "heap", "").build());
    assertThat(problem.getCode()).isEqualTo("JOB_MEMORY_LIMIT");
    assertThat(problem.getErrorClass()).isEqualTo(ErrorClass.RESOURCE);
  }

  @Test
  void nativeMemoryBeyondTheLimitIsAMemoryLimit() throws Exception {
    Assignment.Builder job = Jobs.assignment("memory", "memory", "{\"mebibytes\":600}");
    job.getJobBuilder().setMemoryLimitBytes(400L << 20);
    Problem problem = problemOf(job.build());
    assertThat(problem.getCode()).isEqualTo("JOB_MEMORY_LIMIT");
  }

  @Test
  void anExecutorThatGrewIsReplacedAfterItsJob() throws Exception {
    scheduler.assign(Jobs.assignment("grow", "memory", "{\"mebibytes\":256,\"millis\":1}").build());
    assertThat(scheduler.awaitEnd("grow").hasSucceeded()).isTrue();
    assertThat(restarts("grown")).isTrue();
  }

  /** Whether an executor was replaced for this reason. */
  private boolean restarts(String reason) throws Exception {
    return agent
        .get("/metrics")
        .body()
        .contains(
            "inferlab_executor_restarts_total{reason=\"%s\",target=\"%s\"}"
                .formatted(reason, agent.agent().targetId()));
  }

  @Test
  void aGibibyteOfOutputIsCutOff() throws Exception {
    Problem problem = problemOf(Jobs.assignment("spam", "spam", "{\"mebibytes\":1024}").build());
    assertThat(problem.getCode()).isEqualTo("EXECUTOR_OUTPUT_LIMIT");
    try (Stream<Path> logs = Files.list(folder.resolve("logs"))) {
      assertThat(logs.mapToLong(log -> log.toFile().length()).sum()).isLessThan(16L << 20);
    }
  }

  @Test
  void anUnknownKindIsRefusedPolitely() throws Exception {
    Problem problem = problemOf(Jobs.assignment("unknown", "no-such-kind", "").build());
    assertThat(problem.getCode()).isEqualTo("JOB_KIND_UNKNOWN");
    assertThat(problem.getErrorClass()).isEqualTo(ErrorClass.UNSUPPORTED);
  }

  @Test
  void whatAJobLeavesBehindIsCleared() throws Exception {
    scheduler.assign(Jobs.assignment("litter", "litter", "").build());
    assertThat(scheduler.awaitEnd("litter").hasSucceeded()).isTrue();
    scheduler.await(
        () -> ProcessHandle.current().descendants().noneMatch(Processes::isSleep), "no child left");
    try (Stream<Path> files = Files.walk(folder.resolve("work"))) {
      assertThat(files.map(Path::getFileName).map(Path::toString))
          .noneMatch(name -> name.contains("litter"));
    }
  }
}
