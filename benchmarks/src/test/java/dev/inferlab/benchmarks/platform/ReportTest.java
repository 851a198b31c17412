package dev.inferlab.benchmarks.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {

  @Test
  void oneMissedGoalMissesTheReport() {
    Report report =
        new Report(
            "platform",
            "peer",
            List.of(
                Figure.goal("rate", "jobs/s", 2_000, 8_000, Goal.atLeast(1_500)),
                Figure.goal("submit p99", "ms", 26, Goal.atMost(25)),
                Figure.info("max", "ms", 90)),
            Map.of("cores", "2"));

    JsonNode json = report.json();

    assertThat(report.met()).isFalse();
    assertThat(json.path("met").asBoolean()).isFalse();
    assertThat(json.path("rows")).hasSize(3);
    assertThat(json.path("rows").path(0).path("met").asBoolean()).isTrue();
    assertThat(json.path("rows").path(0).path("peer").asDouble()).isEqualTo(8_000);
    assertThat(json.path("environment").path("cores").asText()).isEqualTo("2");
  }

  @Test
  void whatWasNotMeasuredMeetsNoGoal() {
    assertThat(Goal.atMost(8).metBy(new Latencies().millis(50))).isFalse();
    assertThat(Goal.atLeast(8).metBy(Double.NaN)).isFalse();
  }
}
