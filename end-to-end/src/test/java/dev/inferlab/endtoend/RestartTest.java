package dev.inferlab.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.endtoend.lab.Lab;
import dev.inferlab.endtoend.lab.Workbench;
import dev.inferlab.local.process.ProcessIdentity;
import dev.inferlab.local.supervise.ChildStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All state is in one folder, and neither a stop nor a killed supervisor loses it or leaves a
 * process.
 */
class RestartTest {
  @TempDir private Path home;

  @Test
  void stateSurvivesDownAndUpAndAKilledSupervisor() throws Exception {
    try (Lab lab = Lab.start(home, 1, Map.of())) {
      Workbench bench = new Workbench(lab.client());
      String project = ExperimentsTest.testProject(lab, bench, "kept");
      String done = bench.submit(project, "noop", Map.of());
      bench.awaitEnd(done);
      String target = lab.targets().getFirst();
      List<ProcessIdentity> first = processes(lab);
      // Submitted, not yet run: accepted is accepted.
      String running = bench.submit(project, "sleep", Map.of("millis", 1_000));

      assertThat(lab.platform().stop()).isTrue();
      assertThat(first).noneMatch(ProcessIdentity::isAlive);
      assertThat(lab.platform().stop()).isFalse();

      lab.up();
      assertThat(lab.targets().getFirst()).isEqualTo(target);
      assertThat(bench.experiment(done).path("state").asText()).isEqualTo("SUCCEEDED");
      assertThat(bench.awaitEnd(running).path("state").asText()).isEqualTo("SUCCEEDED");

      List<ProcessIdentity> second = processes(lab);
      killSupervisor(lab);
      assertThat(second).allMatch(ProcessIdentity::isAlive);
      lab.up();
      assertThat(second).noneMatch(ProcessIdentity::isAlive);
      assertThat(bench.experiment(done).path("state").asText()).isEqualTo("SUCCEEDED");

      List<ProcessIdentity> third = processes(lab);
      killSupervisor(lab);
      assertThat(lab.platform().stop()).isTrue();
      assertThat(third).noneMatch(ProcessIdentity::isAlive);
    }
  }

  private static void killSupervisor(Lab lab) {
    ProcessHandle supervisor = lab.platform().supervisor().orElseThrow().handle().orElseThrow();
    supervisor.destroyForcibly();
    supervisor.onExit().join();
  }

  private static List<ProcessIdentity> processes(Lab lab) {
    return lab.status().children().stream()
        .map(ChildStatus::pid)
        .map(pid -> ProcessIdentity.of(pid).orElseThrow())
        .toList();
  }
}
