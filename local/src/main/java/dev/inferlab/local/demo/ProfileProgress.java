package dev.inferlab.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.local.cli.Terminal;
import java.io.IOException;
import java.util.Set;

/** Shows an experiment live, from server-sent events, until it has ended. */
final class ProfileProgress {
  private static final Set<String> FINAL = Set.of("SUCCEEDED", "FAILED", "CANCELLED");
  private static final int BAR = 24;

  private final RestClient client;
  private final Terminal terminal;
  private String end = "";

  ProfileProgress(RestClient client, Terminal terminal) {
    this.client = client;
    this.terminal = terminal;
  }

  /**
   * @throws IOException if it does not end well
   */
  void watch(String experimentId) throws IOException, InterruptedException {
    // From the very beginning: nothing of a fast experiment is missed.
    new EventStream(client, "/events?experimentId=" + experimentId, "0").read(this::seen);
    terminal.clear();
    if (!end.equals("SUCCEEDED")) {
      JsonNode problem = client.get("/experiments/" + experimentId).path("problem");
      throw new IOException(
          "The profile ended %s. %s".formatted(end, problem.path("detail").asText()));
    }
  }

  private boolean seen(EventStream.Event event) {
    JsonNode data = event.data();
    switch (event.type()) {
      case "experiment.progress" -> progress(data);
      case "experiment.partial" -> point(data.path("point"));
      case "experiment.state" -> end = data.path("state").asText();
      default -> {}
    }
    return !FINAL.contains(end);
  }

  private void progress(JsonNode data) {
    double fraction = data.path("progress").asDouble();
    int filled = (int) Math.round(BAR * Math.clamp(fraction, 0, 1));
    terminal.passing(
        "  %s%s %3.0f %%  %s"
            .formatted(
                terminal.good("━".repeat(filled)),
                terminal.dim("━".repeat(BAR - filled)),
                100 * fraction,
                data.path("stage").asText()));
  }

  private void point(JsonNode point) {
    if (point.path("throughputFps").isNumber()) {
      terminal.clear();
      terminal.line(
          "    batch %d, streams %d: %.1f FPS",
          point.path("batch").asInt(),
          point.path("streams").asInt(),
          point.path("throughputFps").asDouble());
    }
  }
}
