package dev.inferlab.local.cli;

import dev.inferlab.local.LocalPlatform;
import dev.inferlab.local.SettingsException;
import dev.inferlab.local.demo.Demo;
import dev.inferlab.local.demo.DemoAssets;
import dev.inferlab.local.demo.DemoRun;
import dev.inferlab.local.demo.RestClient;
import dev.inferlab.local.demo.RestException;
import dev.inferlab.local.supervise.PlatformState;
import java.io.IOException;
import java.util.OptionalLong;

/** {@code ./inferlab demo}: the demo between an {@code up} and a {@code down} of its own. */
final class DemoCommand {
  private final LocalPlatform platform;
  private final Terminal terminal;

  DemoCommand(LocalPlatform platform, Terminal terminal) {
    this.platform = platform;
    this.terminal = terminal;
  }

  void run(boolean keep) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    DemoAssets assets = DemoAssets.in(platform.settings().cache());
    boolean running =
        platform.status().filter(status -> status.state() == PlatformState.READY).isPresent();
    boolean started =
        !running
            && new UpCommand(platform, terminal)
                .start(
                    keep ? OptionalLong.empty() : OptionalLong.of(ProcessHandle.current().pid()));
    String url = "http://127.0.0.1:" + platform.status().orElseThrow().basePort();
    terminal.line("");
    try {
      DemoRun run = new Demo(RestClient.of(url), terminal).run(assets);
      terminal.line("");
      if (started && !keep) {
        terminal.line("To look at it yourself: ./inferlab up, and then");
      } else {
        terminal.line("Where to look next:");
      }
      next(url, run);
    } catch (RestException e) {
      throw new SettingsException(
          "The API refused a request of the demo. " + e.getMessage(),
          "'./inferlab logs gateway' may tell more.");
    } finally {
      if (started && !keep) {
        if (platform.preparesFasterStart()) {
          terminal.line("");
          terminal.line("%s", terminal.dim(Commands.PREPARING));
        } else {
          terminal.passing(terminal.dim("  stopping what the demo started …"));
        }
        platform.stop();
        terminal.clear();
      }
    }
    terminal.line("");
    terminal.line(
        "Done in %.0f s. %s",
        (System.nanoTime() - begin) / 1e9,
        started && !keep
            ? "Everything that the demo started is stopped; its figures are kept."
            : "Inferlab is still up; './inferlab down' stops it.");
  }

  private void next(String url, DemoRun run) {
    String experiment = url + "/api/v1/experiments/" + run.experimentId();
    terminal.line("  the figures       curl %s/results", experiment);
    terminal.line(
        "  every layer       curl '%s/points/%d/layers?sort=-timeUs'",
        experiment, run.fastestPoint());
    terminal.line("  executed graph    curl %s/points/%d/graph", experiment, run.fastestPoint());
    terminal.line("  this machine      curl %s/api/v1/targets", url);
    terminal.line("  what happens      curl -N %s/api/v1/events", url);
    terminal.line("  Swagger UI        %s/q/swagger-ui", url);
    terminal.line("  metrics           %s/q/metrics", url);
    terminal.line(
        "  once more         curl -H 'Content-Type: application/json' %s/api/v1/experiments \\",
        url);
    terminal.line(
        "                      -d '{\"projectId\": \"%s\", \"kind\": \"profile\", \"options\": {\"auto\": true, \"durationSeconds\": 5}}'",
        run.projectId());
  }
}
