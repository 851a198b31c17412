package dev.inferlab.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.local.cli.Terminal;
import java.util.List;

/** Prints measured points and layers as tables. */
final class Figures {
  private static final int NAME_WIDTH = 42;
  private static final int KERNEL_WIDTH = 28;

  private static final int PROBLEM_WIDTH = 100;

  private final Terminal terminal;

  Figures(Terminal terminal) {
    this.terminal = terminal;
  }

  void points(JsonNode results, int best) {
    terminal.line(
        "%s",
        terminal.bold("  batch  streams  requests  throughput   latency p50      p90      p99"));
    terminal.line(
        "%s",
        terminal.dim("                                   FPS            ms       ms       ms"));
    for (JsonNode point : results.path("points")) {
      String row =
          point.path("state").asText().equals("SUCCEEDED") ? measured(point) : failed(point);
      boolean winner = point.path("index").asInt() == best;
      terminal.line("%s", winner ? terminal.good(row + "  fastest") : row);
    }
  }

  private static String measured(JsonNode point) {
    JsonNode latency = point.path("latencyMs");
    return "  %5d  %7d  %8d  %10.1f  %12.2f %8.2f %8.2f"
        .formatted(
            point.path("batch").asInt(),
            point.path("streams").asInt(),
            point.path("requests").asInt(),
            point.path("throughputFps").asDouble(),
            latency.path("p50").asDouble(),
            latency.path("p90").asDouble(),
            latency.path("p99").asDouble());
  }

  private static String failed(JsonNode point) {
    return "  %5d  %7d  %8s  %s"
        .formatted(
            point.path("batch").asInt(),
            point.path("streams").asInt(),
            "-",
            start(point.path("problem").path("detail").asText(point.path("state").asText())));
  }

  void layers(List<JsonNode> layers) {
    terminal.line(
        "%s",
        terminal.bold(
            "  share  time us  %-18s %-9s %-28s %s"
                .formatted("type", "precision", "kernel", "layer")));
    for (JsonNode layer : layers) {
      terminal.line(
          "  %4.1f %%  %7.1f  %-18s %-9s %-28s %s",
          100 * layer.path("share").asDouble(),
          layer.path("timeUs").asDouble(),
          layer.path("type").asText(),
          layer.path("precision").asText(),
          cut(layer.path("primitive").asText(), KERNEL_WIDTH),
          cut(layer.path("name").asText(), NAME_WIDTH));
    }
  }

  private static String start(String text) {
    return text.length() <= PROBLEM_WIDTH ? text : text.substring(0, PROBLEM_WIDTH - 1) + "…";
  }

  private static String cut(String text, int width) {
    return text.length() <= width ? text : "…" + text.substring(text.length() - width + 1);
  }
}
