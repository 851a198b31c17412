package dev.inferlab.local.cli;

import dev.inferlab.local.LocalPlatform;
import dev.inferlab.local.SettingsException;
import dev.inferlab.local.process.ProcessIdentity;
import dev.inferlab.local.supervise.PlatformState;
import dev.inferlab.local.supervise.PlatformStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * {@code ./inferlab up}: returns when everything is healthy; with {@code --foreground} stays until
 * Ctrl-C.
 */
public final class UpCommand {
  static final Duration PATIENCE = Duration.ofSeconds(300);

  private final LocalPlatform platform;
  private final Terminal terminal;

  public UpCommand(LocalPlatform platform, Terminal terminal) {
    this.platform = platform;
    this.terminal = terminal;
  }

  void run(boolean foreground) throws IOException, InterruptedException {
    Optional<PlatformStatus> before = platform.status();
    if (before.isPresent() && before.get().state() == PlatformState.READY) {
      requireOurPorts(before.get());
      terminal.line("%s", terminal.good("Inferlab is up already."));
      where();
      return;
    }
    OptionalLong parent =
        foreground ? OptionalLong.of(ProcessHandle.current().pid()) : OptionalLong.empty();
    boolean started = start(parent);
    where();
    if (foreground) {
      terminal.line("");
      terminal.line(
          started
              ? "Ctrl-C stops everything; that takes some seconds."
              : "Another call started it: Ctrl-C ends this one only, './inferlab down' everything.");
      platform
          .supervisor()
          .flatMap(ProcessIdentity::handle)
          .ifPresent(supervisor -> supervisor.onExit().join());
    }
  }

  /**
   * Starts what is not running, shows how it comes up, and undoes it if it does not.
   *
   * @return whether this call started it
   */
  public boolean start(OptionalLong parent) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    boolean started = platform.start(parent);
    if (started && parent.isPresent()) {
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::stopQuietly));
    }
    terminal.line(
        "Starting Inferlab %s", terminal.dim("(state in " + platform.settings().home() + ")"));
    PlatformStatus ready;
    try {
      ready = platform.awaitReady(PATIENCE, new StartProgress(terminal)::show);
    } catch (SettingsException e) {
      terminal.clear();
      if (started) {
        platform.stop();
      }
      throw e;
    }
    requireOurPorts(ready);
    double seconds = (System.nanoTime() - begin) / 1e9;
    terminal.line("%s", terminal.good("Inferlab is up") + " after %.1f s.".formatted(seconds));
    return started;
  }

  /** Whoever started it, an earlier or a concurrent call, may have had other ones. */
  private void requireOurPorts(PlatformStatus running) throws SettingsException {
    if (running.basePort() != platform.settings().ports().base()) {
      throw new SettingsException(
          "Inferlab is up already, on base port " + running.basePort() + ".",
          "Use that one, or './inferlab down' first.");
    }
  }

  private void stopQuietly() {
    try {
      platform.stop();
    } catch (IOException e) {
      terminal.line("%s", "Not everything could be stopped; run './inferlab down'.");
    }
  }

  private void where() {
    String url = platform.settings().gatewayUrl();
    terminal.line("");
    terminal.line("  API         %s", url + "/api/v1");
    terminal.line("  Swagger UI  %s", url + "/q/swagger-ui");
    terminal.line("  Metrics     %s", url + "/q/metrics");
    terminal.line("");
    terminal.line(
        "Next: ./inferlab demo   ./inferlab status   ./inferlab logs gateway -f   ./inferlab down");
  }
}
