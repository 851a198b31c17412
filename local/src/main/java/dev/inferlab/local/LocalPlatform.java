package dev.inferlab.local;

import dev.inferlab.local.process.LogFile;
import dev.inferlab.local.process.PidFile;
import dev.inferlab.local.process.ProcessIdentity;
import dev.inferlab.local.process.StopPlan;
import dev.inferlab.local.service.Distribution;
import dev.inferlab.local.supervise.ChildStatus;
import dev.inferlab.local.supervise.Leftovers;
import dev.inferlab.local.supervise.PlatformState;
import dev.inferlab.local.supervise.PlatformStatus;
import dev.inferlab.local.supervise.StatusFile;
import dev.inferlab.local.supervise.SupervisorMain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** One machine's Inferlab as seen from outside: starts its supervisor, asks how it is, stops it. */
public record LocalPlatform(Settings settings) {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(75);
  private static final Duration STOP_PATIENCE_RECORDED = Duration.ofMinutes(5);
  private static final int DEATHS_THAT_MEAN_BROKEN = 5;

  /** The supervisor of the state folder, if one lives. */
  public Optional<ProcessIdentity> supervisor() {
    return PidFile.of(settings.run(), SupervisorMain.NAME).live();
  }

  /** What the live supervisor last said. */
  public Optional<PlatformStatus> status() {
    return supervisor().flatMap(live -> statusOf(live.pid()));
  }

  private Optional<PlatformStatus> statusOf(long supervisorPid) {
    return StatusFile.in(settings.run())
        .read()
        .filter(status -> status.supervisorPid() == supervisorPid);
  }

  /**
   * Starts the supervisor in the background, unless one lives. It belongs to no terminal: Ctrl-C
   * here does not reach it.
   *
   * @param parent the process whose end stops everything; empty: runs until told to stop
   * @return whether this call started it, and not another one at the same moment
   * @throws SettingsException if it cannot be started here, before anything was
   */
  public boolean start(OptionalLong parent) throws IOException, InterruptedException {
    if (supervisor().isPresent()) {
      return false;
    }
    HomeCheck.requireUsable(settings.home());
    Distribution distribution = new Distribution(settings.root());
    distribution.requireComplete();
    Files.createDirectories(settings.logs());
    Files.createDirectories(settings.run());
    StatusFile.in(settings.run()).delete();
    List<String> command = new ArrayList<>();
    // Job control gives the supervisor a process group of its own.
    command.addAll(
        List.of("bash", "-c", "set -m; nohup \"$@\" </dev/null >>\"$LOG\" 2>&1 & echo $!"));
    command.add("inferlab");
    command.addAll(supervisorCommand(distribution, parent));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment());
    builder.environment().put("LOG", supervisorLog().path().toString());
    Process shell = builder.start();
    String answer =
        new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    shell.waitFor();
    long pid;
    try {
      pid = Long.parseLong(answer);
    } catch (NumberFormatException e) {
      throw new SettingsException(
          "The supervisor could not be started: " + answer, "Check that bash works here.");
    }
    awaitPidFile(pid);
    return supervisor().filter(live -> live.pid() != pid).isEmpty();
  }

  private List<String> supervisorCommand(Distribution distribution, OptionalLong parent) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    command.addAll(
        List.of("-Dinferlab.process=supervisor", "-cp", distribution.supervisorClassPath()));
    command.add(SupervisorMain.class.getName());
    parent.ifPresent(pid -> command.addAll(List.of("--parent", Long.toString(pid))));
    return command;
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(settings.environment());
    environment.put("INFERLAB_ROOT", settings.root().toString());
    environment.put("INFERLAB_HOME", settings.home().toString());
    environment.put("INFERLAB_CACHE", settings.cache().toString());
    environment.put("INFERLAB_PORT", Integer.toString(settings.ports().base()));
    environment.put("INFERLAB_LOCAL_AGENTS", Integer.toString(settings.agents()));
    return environment;
  }

  private void awaitPidFile(long pid) {
    while (supervisor().isEmpty()
        && ProcessIdentity.of(pid).isPresent()
        && statusOf(pid).isEmpty()) {
      LockSupport.parkNanos(POLL.toNanos() / 4);
    }
  }

  /**
   * Waits until every process is ready.
   *
   * @param seen called with every status on the way
   * @throws SettingsException if it will not become ready, with the reason
   */
  public PlatformStatus awaitReady(Duration patience, Consumer<PlatformStatus> seen) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      Optional<PlatformStatus> status = StatusFile.in(settings.run()).read();
      status.ifPresent(this::requireHealthy);
      status.ifPresent(seen);
      if (status.isPresent() && status.get().state() == PlatformState.READY) {
        return status.get();
      }
      if (supervisor().isEmpty()) {
        StatusFile.in(settings.run()).read().ifPresent(this::requireHealthy);
        throw new SettingsException(
            "The supervisor ended before everything was up.\n" + tail(supervisorLog()),
            "See " + settings.logs() + ".");
      }
      if (System.nanoTime() > deadline) {
        throw new SettingsException(
            "Not everything was up within %d s: %s."
                .formatted(patience.toSeconds(), status.map(LocalPlatform::notReady).orElse("")),
            "Look at './inferlab status' and './inferlab logs'.");
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  private void requireHealthy(PlatformStatus status) {
    if (status.state() == PlatformState.FAILED) {
      throw new SettingsException(status.problem(), status.remedy());
    }
    for (ChildStatus child : status.children()) {
      if (child.earlyDeaths() >= DEATHS_THAT_MEAN_BROKEN && child.readyMillis() == 0) {
        throw new SettingsException(
            "%s does not start: it ended %d times. Its last words:%n%s"
                .formatted(
                    child.title(),
                    child.earlyDeaths(),
                    tail(LogFile.of(settings.logs(), child.name()))),
            "The whole log: ./inferlab logs " + child.name());
      }
    }
  }

  private static String notReady(PlatformStatus status) {
    return String.join(
        ", ",
        status.children().stream()
            .filter(child -> child.readyMillis() == 0)
            .map(child -> child.title() + " is " + child.state())
            .toList());
  }

  private static String tail(LogFile log) {
    return String.join("\n", log.lastLines(12));
  }

  private LogFile supervisorLog() {
    return LogFile.of(settings.logs(), SupervisorMain.NAME);
  }

  /** Whether stopping takes longer this once, because it prepares faster starts. */
  public boolean preparesFasterStart() {
    return supervisor().isPresent() && Files.exists(recordedStart(settings));
  }

  /** Lets a stop that is under way come to its end without them. */
  public void leaveOutFasterStart() throws IOException {
    Files.deleteIfExists(recordedStart(settings));
  }

  /** There while the processes record what a faster start needs, and until it is prepared. */
  public static Path recordedStart(Settings settings) {
    return settings.run().resolve("recorded");
  }

  /**
   * Stops everything and waits for it; also what a killed supervisor left behind.
   *
   * @return whether there was anything to stop
   */
  public boolean stop() throws IOException {
    Optional<ProcessIdentity> supervisor = supervisor();
    Duration patience = preparesFasterStart() ? STOP_PATIENCE_RECORDED : STOP_PATIENCE;
    supervisor
        .flatMap(ProcessIdentity::handle)
        .ifPresent(handle -> StopPlan.terminate(patience).stop(handle).join());
    boolean leftovers =
        Files.isDirectory(settings.run()) && !Leftovers.end(settings.run()).isEmpty();
    return supervisor.isPresent() || leftovers;
  }
}
