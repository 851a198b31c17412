package dev.inferlab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.agent.fake.FakeScheduler;
import dev.inferlab.agent.fake.Jobs;
import dev.inferlab.proto.agent.v1.LiveJob;
import dev.inferlab.proto.agent.v1.Update;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents that are killed, stopped and started twice. */
class AgentDeathTest {
  @TempDir Path folder;
  private FakeScheduler scheduler;

  @BeforeEach
  void startScheduler() throws Exception {
    scheduler = new FakeScheduler();
  }

  @AfterEach
  void stopScheduler() {
    scheduler.close();
  }

  private List<String> executionLog() throws IOException {
    return Files.readAllLines(folder.resolve("state/executions.log"));
  }

  @Test
  void noProcessOutlivesAKilledAgentAndItsHeirClearsUp() throws Exception {
    List<ProcessHandle> orphans;
    try (AgentProcess agent = new AgentProcess(scheduler, folder)) {
      scheduler.awaitHello(1);
      scheduler.assign(Jobs.exclusive("orphan", "litter", "{\"millis\":60000}").build());
      scheduler.awaitUpdate("orphan", Update::hasProgress);
      orphans = agent.descendants();
      assertThat(orphans).hasSizeGreaterThanOrEqualTo(3);
      agent.signal("KILL");
      scheduler.await(
          () -> orphans.stream().noneMatch(AgentDeathTest::runs),
          "the executor and its children to end");
    }
    try (AgentProcess _ = new AgentProcess(scheduler, folder)) {
      assertThat(scheduler.awaitHello(2).getLiveList()).isEmpty();
      try (Stream<Path> files = Files.walk(folder.resolve("state/work"))) {
        assertThat(files.map(Path::toString)).noneMatch(name -> name.contains("litter"));
      }
      assertThat(executionLog())
          .anyMatch(line -> line.contains("\"outcome\":\"AGENT_DIED\"") && line.contains("orphan"));
    }
  }

  /** A zombie does nothing any more, it only waits to be counted. */
  private static boolean runs(ProcessHandle process) {
    try {
      String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
      return !stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void aFrozenExecutorOfADeadAgentIsEndedByItsHeir() throws Exception {
    List<ProcessHandle> orphans;
    try (AgentProcess agent = new AgentProcess(scheduler, folder)) {
      scheduler.awaitHello(1);
      scheduler.assign(Jobs.assignment("frozen", "freeze", "").build());
      scheduler.awaitUpdate("frozen", Update::hasStarted);
      orphans = agent.descendants();
      scheduler.await(
          () -> orphans.stream().anyMatch(AgentDeathTest::isStopped), "the executor to freeze");
      agent.signal("KILL");
      agent.awaitExit();
      assertThat(orphans).anyMatch(AgentDeathTest::runs);
      try (AgentProcess _ = new AgentProcess(scheduler, folder)) {
        scheduler.awaitHello(2);
        assertThat(orphans).noneMatch(AgentDeathTest::runs);
      }
    }
  }

  private static boolean isStopped(ProcessHandle process) {
    try {
      String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
      return stat.substring(stat.lastIndexOf(')')).startsWith(") T");
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void aPausedAgentEndsItsJobWhenItWakesAfterTheLease() throws Exception {
    Duration lease = Duration.ofSeconds(6);
    scheduler.cadence(Duration.ofSeconds(1), lease);
    try (AgentProcess agent = new AgentProcess(scheduler, folder)) {
      scheduler.awaitHello(1);
      scheduler.assign(Jobs.assignment("zombie", "endless", "").build());
      scheduler.awaitUpdate("zombie", Update::hasProgress);
      agent.signal("STOP");
      long stopped = System.nanoTime();
      scheduler.await(
          () -> System.nanoTime() - stopped > lease.toNanos() * 3 / 2, "the lease to pass");
      scheduler.revoke(LiveJob.newBuilder().setJobId("zombie").setAttempt(1).build());
      int reportsBefore = scheduler.updates().size();
      agent.signal("CONT");
      long woken = System.nanoTime();
      scheduler.await(
          () -> {
            try {
              return executionLog().getLast().contains("\"event\":\"end\"");
            } catch (IOException e) {
              return false;
            }
          },
          "the execution to end");
      assertThat(Duration.ofNanos(System.nanoTime() - woken)).isLessThan(Duration.ofSeconds(2));
      assertThat(scheduler.updates()).as("nothing of it is believed").hasSize(reportsBefore);
      scheduler.assign(Jobs.assignment("zombie", "noop", "").setAttempt(2).build());
      assertThat(scheduler.awaitEnd("zombie").getAttempt()).as("the agent serves on").isEqualTo(2);
    }
  }

  @Test
  void twoAgentsOnOneStateFolderAreRefused() throws Exception {
    try (AgentProcess _ = new AgentProcess(scheduler, folder)) {
      scheduler.awaitHello(1);
      try (AgentProcess second = new AgentProcess(scheduler, folder)) {
        assertThat(second.awaitExit()).isEqualTo(2);
        assertThat(second.output())
            .contains("Another agent runs on the state folder")
            .contains("--state-folder");
      }
    }
  }

  @Test
  void sigtermHandsBackSaysGoodbyeAndExitsCleanly() throws Exception {
    try (AgentProcess agent = new AgentProcess(scheduler, folder)) {
      scheduler.awaitHello(1);
      scheduler.assign(Jobs.exclusive("measuring", "endless", "").build());
      scheduler.awaitUpdate("measuring", Update::hasProgress);
      agent.signal("TERM");
      assertThat(scheduler.awaitEnd("measuring").hasHandedBack()).isTrue();
      scheduler.awaitGoodbye();
      assertThat(agent.awaitExit()).isEqualTo(143);
      assertThat(agent.output())
          .contains("\"message\":\"Stopped.\"")
          .contains("\"jobId\":\"measuring\"");
    }
  }

  @Test
  void aRefusedAgentEndsOtherwiseThanOneWhoseHeapIsFull() throws Exception {
    scheduler.refusing(true);
    try (AgentProcess agent = new AgentProcess(scheduler, folder)) {
      assertThat(agent.awaitExit()).as("3 is -XX:+ExitOnOutOfMemoryError's").isEqualTo(78);
      assertThat(agent.output()).contains("AGENT_PROTOCOL_UNSUPPORTED", "Update the agent.");
    }
    Path unit = Path.of(System.getProperty("inferlab.root"), "deploy/agent/inferlab-agent.service");
    assertThat(Files.readAllLines(unit)).contains("RestartPreventExitStatus=2 78");
  }

  @Test
  void wrongUsageIsExplained() throws Exception {
    try (AgentProcess agent = new AgentProcess(scheduler, folder, "--slots=many")) {
      assertThat(agent.awaitExit()).isEqualTo(2);
      assertThat(agent.output()).contains("--slots (or INFERLAB_AGENT_SLOTS) takes a whole number");
    }
    try (AgentProcess agent = new AgentProcess(scheduler, folder, "--help")) {
      assertThat(agent.awaitExit()).isZero();
      assertThat(agent.output())
          .contains("INFERLAB_AGENT_SCHEDULER")
          .contains("default: localhost:8082");
    }
  }
}
