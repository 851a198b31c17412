package dev.inferlab.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.endtoend.lab.Lab;
import dev.inferlab.endtoend.lab.SharedLab;
import dev.inferlab.local.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The demo that a newcomer sees, and whether its figures can be true. */
@ExtendWith(SharedLab.class)
class DemoTest {
  private static final Pattern FIGURES = Pattern.compile("the figures +curl \\S+/api/v1(\\S+)");
  private static final Pattern LAYERS = Pattern.compile("every layer +curl '\\S+/api/v1(\\S+)'");
  private static final Pattern PROJECT = Pattern.compile("\"projectId\": \"(\\S+)\"");

  @TempDir private Path temp;

  @Test
  void printsFiguresThatAgreeWithEachOther(Lab lab) throws Exception {
    String said = demo(lab);
    System.out.println(said);
    assertThat(said)
        .contains("throughput")
        .contains("Convolution")
        .contains("Inferlab is still up")
        .doesNotContain("cannot be brought");

    JsonNode results = lab.client().get(found(FIGURES, said));
    List<JsonNode> points = results.path("points").valueStream().toList();
    assertThat(points).hasSize(4).allSatisfy(DemoTest::requirePlausible);
    assertThat(points)
        .extracting(point -> point.path("batch").asInt() + "x" + point.path("streams").asInt())
        .containsExactly("1x1", "1x2", "4x1", "4x2");

    JsonNode layers = lab.client().get(found(LAYERS, said)).path("items");
    requirePlausible(layers.valueStream().limit(10).toList());
    JsonNode environment = results.path("environment");
    assertThat(environment.path("deviceFullName").asText()).isNotBlank();
    assertThat(environment.path("runtimeVersion").asText()).contains("2026");
    assertThat(environment.path("inputSource").asText()).isEqualTo("dataset");

    String again = demo(lab);
    assertThat(found(PROJECT, again)).isEqualTo(found(PROJECT, said));
    assertThat(found(FIGURES, again)).isNotEqualTo(found(FIGURES, said));
  }

  /** What {@code ./inferlab demo} says; it finds the lab up, and so builds and starts nothing. */
  private String demo(Lab lab) throws Exception {
    Path printed = temp.resolve("printed.txt");
    ProcessBuilder builder =
        new ProcessBuilder(Lab.root().resolve("inferlab").toString(), "demo")
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile());
    Settings settings = lab.platform().settings();
    builder.environment().put("INFERLAB_HOME", settings.home().toString());
    builder.environment().put("INFERLAB_PORT", Integer.toString(settings.ports().base()));
    Process process = builder.start();
    process.getOutputStream().close();
    try {
      assertThat(process.waitFor(3, TimeUnit.MINUTES)).as("it ends").isTrue();
    } finally {
      process.destroy();
    }
    String said = Files.readString(printed);
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }

  private static String found(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
    return matcher.group(1);
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
