package dev.inferlab.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferlab.endtoend.lab.Await;
import dev.inferlab.endtoend.lab.Lab;
import dev.inferlab.endtoend.lab.SharedLab;
import dev.inferlab.endtoend.lab.Workbench;
import dev.inferlab.local.demo.DemoAssets;
import dev.inferlab.local.demo.MultipartBody;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Cancel works in every state and leaves no lease, no work and no process behind. */
@ExtendWith(SharedLab.class)
class CancelTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration SECONDS = Duration.ofSeconds(8);

  @Test
  void whileItRunsAndWhileItWaits(Lab lab) throws Exception {
    Workbench bench = new Workbench(lab.client());
    String project = ExperimentsTest.testProject(lab, bench, "cancel");
    String running = bench.submit(project, "sleep", Map.of("millis", 600_000));
    bench.awaitState(running, "RUNNING");
    String waiting = bench.submit(project, "sleep", Map.of("millis", 600_000));
    assertThat(bench.experiment(waiting).path("state").asText()).isEqualTo("QUEUED");

    cancel(lab, waiting);
    awaitCancelled(bench, waiting);
    cancel(lab, running);
    awaitCancelled(bench, running);
    requireNothingLeft(lab);
    assertThat(executorsOfStopped(lab)).as("executors that a cancel ended").isNotEmpty();

    JsonNode again = cancel(lab, running);
    assertThat(again.path("state").asText()).isEqualTo("CANCELLED");
    String next = bench.submit(project, "sleep", Map.of("millis", 10));
    assertThat(bench.awaitEnd(next).path("state").asText()).isEqualTo("SUCCEEDED");
  }

  @Test
  void rightAfterTheSubmitAndAfterTheEnd(Lab lab) throws Exception {
    Workbench bench = new Workbench(lab.client());
    String project = ExperimentsTest.testProject(lab, bench, "cancel early");
    for (int i = 0; i < 10; i++) {
      String early = bench.submit(project, "sleep", Map.of("millis", 600_000));
      cancel(lab, early);
      awaitCancelled(bench, early);
    }
    String done = bench.submit(project, "noop", Map.of());
    assertThat(bench.awaitEnd(done).path("state").asText()).isEqualTo("SUCCEEDED");
    assertThat(cancel(lab, done).path("state").asText()).isEqualTo("SUCCEEDED");
    requireNothingLeft(lab);
  }

  @Test
  void whileOpenVinoMeasures(Lab lab) throws Exception {
    Workbench bench = new Workbench(lab.client());
    Path model = DemoAssets.in(Lab.cache()).model();
    String project =
        bench.openProject(
            bench.importModel(new MultipartBody().file("file", model), "cancel a measurement"),
            bench.uploadImages("cancel a measurement"),
            lab.targets().getFirst(),
            "CPU");
    List<Long> stoppedBefore = executorsOfStopped(lab);
    String measuring =
        bench.submit(project, "profile", profile(List.of(1, 2, 3), Duration.ofSeconds(6)));
    Await.until(
        Workbench.PATIENCE,
        "its first point is measured",
        () -> points(lab, measuring).path(0).path("state").asText().equals("SUCCEEDED"));
    assertThat(bench.experiment(measuring).path("state").asText()).isEqualTo("RUNNING");
    List<Long> executors = lab.executors().stream().map(ProcessHandle::pid).toList();

    cancel(lab, measuring);
    awaitCancelled(bench, measuring);
    requireNothingLeft(lab);
    List<Long> stopped = new ArrayList<>(executorsOfStopped(lab));
    stoppedBefore.forEach(stopped::remove);
    assertThat(stopped).as("executors that this cancel ended").hasSize(1);
    assertThat(executors).as("executors that ran before it").containsAll(stopped);
    JsonNode points = points(lab, measuring);
    assertThat(points).hasSize(3);
    assertThat(points.path(0).path("state").asText()).isEqualTo("SUCCEEDED");
    assertThat(points.path(0).path("throughputFps").asDouble()).isPositive();
    assertThat(points.path(2).path("state").asText()).isNotEqualTo("SUCCEEDED");

    String next = bench.submit(project, "profile", profile(List.of(1), Duration.ofSeconds(1)));
    assertThat(bench.awaitEnd(next).path("state").asText()).isEqualTo("SUCCEEDED");
    assertThat(points(lab, next).path(0).path("throughputFps").asDouble()).isPositive();
  }

  private static Map<String, ?> profile(List<Integer> batches, Duration point) {
    return Map.of(
        "grid",
        Map.of("batches", batches, "streams", List.of(1)),
        "durationSeconds",
        point.toSeconds(),
        "warmupSeconds",
        0.1);
  }

  private static JsonNode points(Lab lab, String experiment) throws Exception {
    return lab.client().get("/experiments/" + experiment + "/results").path("points");
  }

  private static JsonNode cancel(Lab lab, String experiment) throws Exception {
    return lab.client().post("/experiments/" + experiment + "/cancel", Map.of());
  }

  private static void awaitCancelled(Workbench bench, String experiment) throws Exception {
    Await.until(
        SECONDS,
        "it is cancelled",
        () -> bench.experiment(experiment).path("state").asText().equals("CANCELLED"));
  }

  private static void requireNothingLeft(Lab lab) throws Exception {
    try (Connection database = lab.database();
        var statement = database.createStatement();
        ResultSet leases = statement.executeQuery("select count(*) from scheduler.lease")) {
      leases.next();
      assertThat(leases.getInt(1)).isZero();
    }
    // Warm executors may stay; what a job started may not, and no executor of a stopped attempt.
    assertThat(lab.agentsDescendants())
        .filteredOn(process -> !Lab.isExecutor(process))
        .noneMatch(ProcessHandle::isAlive);
    assertThat(executorsOfStopped(lab)).noneMatch(CancelTest::isAlive);
  }

  /** By what the agents wrote down: a process id at each begin, how it went at each end. */
  private static List<Long> executorsOfStopped(Lab lab) throws Exception {
    List<Long> stopped = new ArrayList<>();
    for (Path log : lab.executionLogs()) {
      Map<String, Long> begun = new HashMap<>();
      for (String line : Files.readAllLines(log)) {
        JsonNode entry = JSON.readTree(line);
        String attempt = entry.path("job").asText() + "/" + entry.path("attempt").asText();
        if (entry.path("event").asText().equals("begin")) {
          begun.put(attempt, entry.path("pid").asLong());
        } else if (entry.path("outcome").asText().equals("STOPPED")) {
          stopped.add(begun.remove(attempt));
        }
      }
    }
    return stopped;
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
  }
}
