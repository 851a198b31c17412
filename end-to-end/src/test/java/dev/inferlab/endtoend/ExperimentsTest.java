package dev.inferlab.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.endtoend.lab.Lab;
import dev.inferlab.endtoend.lab.SharedLab;
import dev.inferlab.endtoend.lab.TinyModel;
import dev.inferlab.endtoend.lab.Workbench;
import dev.inferlab.local.demo.RestClient;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedLab.class)
class ExperimentsTest {
  private static final Map<String, ?> SHORT =
      Map.of(
          "grid",
          Map.of("batches", List.of(1, 2), "streams", List.of(1)),
          "durationSeconds",
          0.3,
          "warmupSeconds",
          0.1);

  @Test
  void threeAtOnceInTwoProjectsAreMeasuredOneAfterTheOther(Lab lab) throws Exception {
    Workbench bench = new Workbench(lab.client());
    String target = lab.targets().getFirst();
    String model = bench.importModel(TinyModel.forImages(), "three at once");
    String dataset = bench.uploadImages("three at once");
    String first = bench.openProject(model, dataset, target, "CPU");
    String second =
        bench.openProject(
            bench.importModel(TinyModel.forImages(), "another"), dataset, target, "CPU");
    assertThat(second).isNotEqualTo(first);
    assertThat(bench.openProject(model, dataset, target, "CPU")).isEqualTo(first);

    List<String> experiments = new ArrayList<>();
    for (String project : List.of(first, second, first)) {
      experiments.add(bench.submit(project, "profile", SHORT));
    }
    List<Instant[]> intervals = new ArrayList<>();
    for (String experiment : experiments) {
      assertThat(bench.awaitEnd(experiment).path("state").asText()).isEqualTo("SUCCEEDED");
      JsonNode results = lab.client().get("/experiments/" + experiment + "/results");
      assertThat(results.path("points")).hasSize(2);
      JsonNode attempt =
          lab.client()
              .get("/experiments/" + experiment + "/jobs")
              .path("items")
              .get(0)
              .path("attempts")
              .get(0);
      intervals.add(
          new Instant[] {
            Instant.parse(attempt.path("assignedAt").asText()),
            Instant.parse(attempt.path("endedAt").asText())
          });
    }
    intervals.sort((a, b) -> a[0].compareTo(b[0]));
    assertThat(intervals.get(1)[0]).isAfterOrEqualTo(intervals.get(0)[1]);
    assertThat(intervals.get(2)[0]).isAfterOrEqualTo(intervals.get(1)[1]);
  }

  @Test
  void aModelWithOpenDimensionsIsMeasuredAtThreeShapes(Lab lab) throws Exception {
    Workbench bench = new Workbench(lab.client());
    String project =
        bench.openProject(
            bench.importModel(new TinyModel("-1,3,-1,-1"), "open"),
            bench.uploadImages("open"),
            lab.targets().getFirst(),
            "CPU");
    List<List<Integer>> shapes =
        List.of(List.of(1, 3, 8, 8), List.of(1, 3, 32, 48), List.of(4, 3, 8, 8));
    String experiment =
        bench.submit(
            project,
            "profile",
            Map.of(
                "grid",
                Map.of("shapes", shapes, "streams", List.of(1)),
                "durationSeconds",
                0.3,
                "warmupSeconds",
                0.1));
    assertThat(bench.awaitEnd(experiment).path("state").asText()).isEqualTo("SUCCEEDED");
    JsonNode results = lab.client().get("/experiments/" + experiment + "/results");
    assertThat(results.path("environment").path("inputSource").asText()).isEqualTo("dataset");
    assertThat(results.path("points")).hasSize(3);
    for (int i = 0; i < shapes.size(); i++) {
      JsonNode point = results.path("points").get(i);
      assertThat(point.path("throughputFps").asDouble()).as(point.toString()).isPositive();
      assertThat(point.path("batch").asInt()).isEqualTo(shapes.get(i).getFirst());
      assertThat(point.path("shapes").path("input").toString())
          .isEqualTo(shapes.get(i).toString().replace(" ", ""));
    }
  }

  @Test
  void theSameSubmitTwiceIsOneExperiment(Lab lab) throws Exception {
    Workbench bench = new Workbench(lab.client());
    String project = testProject(lab, bench, "idempotent");
    Map<String, Object> body =
        Map.of("projectId", project, "kind", "noop", "options", Map.of("a", 1));
    Map<String, String> key = Map.of("Idempotency-Key", "only-once-" + project);
    HttpResponse<byte[]> once = lab.client().post("/experiments", body, key);
    HttpResponse<byte[]> twice = lab.client().post("/experiments", body, key);
    assertThat(once.statusCode()).isEqualTo(202);
    assertThat(twice.body()).isEqualTo(once.body());
    HttpResponse<byte[]> other =
        lab.client()
            .post(
                "/experiments",
                Map.of("projectId", project, "kind", "noop", "options", Map.of("a", 2)),
                key);
    assertThat(other.statusCode()).isEqualTo(409);
    bench.awaitEnd(RestClient.answer(once).path("id").asText());
    assertThat(lab.client().get("/experiments?projectId=" + project).path("items")).hasSize(1);
  }

  static String testProject(Lab lab, Workbench bench, String name) throws Exception {
    return bench.openProject(
        bench.importModel(TinyModel.forImages(), name),
        bench.uploadImages(name),
        lab.targets().getFirst(),
        "TEST.0");
  }
}
