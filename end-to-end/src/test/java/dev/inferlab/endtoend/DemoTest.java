package dev.inferlab.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.endtoend.lab.Lab;
import dev.inferlab.endtoend.lab.SharedLab;
import dev.inferlab.local.cli.Terminal;
import dev.inferlab.local.demo.Demo;
import dev.inferlab.local.demo.DemoAssets;
import dev.inferlab.local.demo.DemoRun;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The demo that a newcomer sees, and whether its figures can be true. */
@ExtendWith(SharedLab.class)
class DemoTest {

  @Test
  void printsFiguresThatAgreeWithEachOther(Lab lab) throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    DemoRun run =
        new Demo(lab.client(), new Terminal(out, false, false)).run(DemoAssets.in(Lab.cache()));
    String text = printed.toString(StandardCharsets.UTF_8);
    System.out.println(text);

    List<JsonNode> points = run.results().path("points").valueStream().toList();
    assertThat(points).hasSize(4).allSatisfy(DemoTest::requirePlausible);
    assertThat(points)
        .extracting(point -> point.path("batch").asInt() + "x" + point.path("streams").asInt())
        .containsExactly("1x1", "1x2", "4x1", "4x2");
    assertThat(text)
        .contains("throughput")
        .contains("Convolution")
        .doesNotContain("cannot be brought");

    requirePlausible(run.layers());
    JsonNode environment = run.results().path("environment");
    assertThat(environment.path("deviceFullName").asText()).isNotBlank();
    assertThat(environment.path("runtimeVersion").asText()).contains("2026");
    assertThat(environment.path("inputSource").asText()).isEqualTo("dataset");

    DemoRun again =
        new Demo(lab.client(), new Terminal(out, false, false)).run(DemoAssets.in(Lab.cache()));
    assertThat(again.projectId()).isEqualTo(run.projectId());
    assertThat(again.experimentId()).isNotEqualTo(run.experimentId());
  }

  private static void requirePlausible(JsonNode point) {
    assertThat(point.path("state").asText()).isEqualTo("SUCCEEDED");
    JsonNode latency = point.path("latencyMs");
    double p50 = latency.path("p50").asDouble();
    double mean = latency.path("mean").asDouble();
    double fps = point.path("throughputFps").asDouble();
    int batch = point.path("batch").asInt();
    int requests = point.path("requests").asInt();
    double seconds = point.path("durationSeconds").asDouble();

    assertThat(latency.path("min").asDouble()).isPositive().isLessThanOrEqualTo(p50);
    assertThat(p50).isLessThanOrEqualTo(latency.path("p90").asDouble());
    assertThat(latency.path("p90").asDouble()).isLessThanOrEqualTo(latency.path("p99").asDouble());
    assertThat(latency.path("p99").asDouble()).isLessThanOrEqualTo(latency.path("max").asDouble());
    assertThat(seconds).isBetween(1.35, 4.0);
    // Throughput is what was counted in that time …
    assertThat(point.path("iterations").asDouble() * batch / seconds).isCloseTo(fps, within(1));
    // … and, by Little's law, what that many requests of that latency can give.
    assertThat(requests * batch * 1000 / mean).isCloseTo(fps, within(25));
    assertThat(point.path("compileMs").asDouble()).isPositive();
    assertThat(point.path("firstInferenceMs").asDouble()).isPositive();
    assertThat(point.path("peakMemoryBytes").asLong()).isGreaterThan(20_000_000L);
    assertThat(point.path("properties").path("NUM_STREAMS").asInt())
        .isEqualTo(point.path("streams").asInt());
  }

  private static Percentage within(double percent) {
    return Percentage.withPercentage(percent);
  }

  private static void requirePlausible(List<JsonNode> layers) {
    assertThat(layers).hasSize(10);
    assertThat(layers)
        .extracting(layer -> layer.path("timeUs").asDouble())
        .isSortedAccordingTo((a, b) -> Double.compare(b, a))
        .allSatisfy(time -> assertThat(time).isPositive());
    assertThat(layers.stream().mapToDouble(layer -> layer.path("share").asDouble()).sum())
        .isBetween(0.1, 1.0);
    assertThat(layers)
        .allSatisfy(
            layer -> {
              assertThat(layer.path("type").asText()).isNotBlank();
              assertThat(layer.path("primitive").asText()).isNotBlank();
              assertThat(layer.path("precision").asText()).isNotBlank();
            });
  }
}
