package dev.inferlab.local.cli;

import dev.inferlab.local.LocalPlatform;
import dev.inferlab.local.supervise.ChildState;
import dev.inferlab.local.supervise.ChildStatus;
import dev.inferlab.local.supervise.PlatformState;
import dev.inferlab.local.supervise.PlatformStatus;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;

/** {@code ./inferlab status}: one line a process; exit code 0 only if all are ready. */
final class StatusCommand {
  private final LocalPlatform platform;
  private final Terminal terminal;
  private final InstantSource clock;

  StatusCommand(LocalPlatform platform, Terminal terminal, InstantSource clock) {
    this.platform = platform;
    this.terminal = terminal;
    this.clock = clock;
  }

  int run() {
    Optional<PlatformStatus> status = platform.status();
    if (status.isEmpty()) {
      boolean starting = platform.supervisor().isPresent();
      terminal.line(
          starting ? "Inferlab is starting." : "Inferlab is down. Start it: ./inferlab up");
      return 1;
    }
    terminal.line(
        "%s  %s",
        terminal.bold("Inferlab is " + status.get().state().name().toLowerCase(Locale.ROOT)),
        terminal.dim(platform.settings().home().toString()));
    terminal.line("  %-12s %-11s %8s %8s %s", "process", "state", "for", "restarts", "pid");
    status.get().children().forEach(this::show);
    if (!status.get().problem().isEmpty()) {
      terminal.line("%s", terminal.bad(status.get().problem()));
    }
    terminal.line("  API http://127.0.0.1:%d/api/v1", status.get().basePort());
    return status.get().state() == PlatformState.READY ? 0 : 1;
  }

  private void show(ChildStatus child) {
    String state = "%-11s".formatted(child.state().name().toLowerCase(Locale.ROOT));
    terminal.line(
        "  %-12s %s %8s %8d %s",
        child.title(),
        child.state() == ChildState.READY ? terminal.good(state) : terminal.bad(state),
        age(Duration.between(child.since(), clock.instant())),
        child.restarts(),
        child.pid() == 0 ? "-" : Long.toString(child.pid()));
  }

  private static String age(Duration age) {
    if (age.toHours() > 0) {
      return "%d h %02d m".formatted(age.toHours(), age.toMinutesPart());
    }
    return age.toMinutes() > 0
        ? "%d m %02d s".formatted(age.toMinutes(), age.toSecondsPart())
        : age.toSeconds() + " s";
  }
}
