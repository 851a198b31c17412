package dev.inferlab.local.cli;

import static dev.inferlab.local.supervise.PlatformState.STOPPING;

import dev.inferlab.local.LocalPlatform;
import dev.inferlab.local.Settings;
import dev.inferlab.local.supervise.PlatformStatus;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The verbs behind {@code ./inferlab}; their help is in that script, which checks options before it
 * comes here.
 */
public final class Commands {
  static final String PREPARING =
      "Stopping, and preparing faster starts: once for each build, half a minute or, on a busy machine, more. A second './inferlab down' leaves that out …";
  private static final int WRONG_USAGE = 2;

  private final LocalPlatform platform;
  private final Terminal terminal;

  public Commands(Settings settings, Terminal terminal) {
    this.platform = new LocalPlatform(settings);
    this.terminal = terminal;
  }

  /**
   * @return the exit code
   */
  public int run(List<String> arguments) throws IOException, InterruptedException {
    String verb = arguments.isEmpty() ? "" : arguments.getFirst();
    List<String> options = arguments.isEmpty() ? List.of() : arguments.subList(1, arguments.size());
    return switch (verb) {
      case "up" -> {
        new UpCommand(platform, terminal).run(options.contains("--foreground"));
        yield 0;
      }
      case "demo" -> {
        new DemoCommand(platform, terminal).run(options.contains("--keep"));
        yield 0;
      }
      case "down" -> {
        if (platform.preparesFasterStart()) {
          if (platform.status().map(PlatformStatus::state).equals(Optional.of(STOPPING))) {
            platform.leaveOutFasterStart();
            terminal.line("%s", terminal.dim("It stops already; faster starts are left out …"));
          } else {
            terminal.line("%s", terminal.dim(PREPARING));
          }
        }
        terminal.line(platform.stop() ? "Inferlab is down." : "Inferlab was not running.");
        yield 0;
      }
      case "status" -> new StatusCommand(platform, terminal, InstantSource.system()).run();
      default -> WRONG_USAGE;
    };
  }
}
