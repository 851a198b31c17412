package dev.inferlab.local.supervise;

import dev.inferlab.local.Settings;
import dev.inferlab.local.process.ChildSpec;
import dev.inferlab.local.process.LogFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Keeps a list of processes running: starts each when what it needs is ready, starts again what
 * dies, and stops them in reverse order. Everything that decides runs on one thread, so nothing
 * here is locked.
 */
public final class Supervisor {
  private static final long ROUND_SECONDS = 10;

  private final ScheduledExecutorService loop =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("supervisor").daemon().factory());
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final Settings settings;
  private final List<Child> children;
  private final StatusFile statusFile;
  private final long pid = ProcessHandle.current().pid();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private boolean stopping;
  private boolean statusIsOld;

  /**
   * @param specs in the order of starting; they are stopped in the opposite order
   */
  public Supervisor(Settings settings, List<ChildSpec> specs, InstantSource clock) {
    this.settings = settings;
    this.statusFile = StatusFile.in(settings.run());
    this.children =
        specs.stream()
            .map(
                spec ->
                    new Child(
                        spec,
                        settings.logs(),
                        settings.run(),
                        loop,
                        blocking,
                        clock,
                        this::changed))
            .toList();
  }

  public void start() {
    loop.execute(this::changed);
    loop.scheduleWithFixedDelay(
        () -> {
          children.forEach(child -> blocking.execute(() -> rotate(child.log())));
          if (statusIsOld) {
            changed();
          }
        },
        ROUND_SECONDS,
        ROUND_SECONDS,
        TimeUnit.SECONDS);
  }

  /** Stops everything, the last started first; completes when nothing of it is left. */
  public CompletableFuture<Void> stop() {
    loop.execute(
        () -> {
          if (!stopping) {
            stopping = true;
            changed();
            stopFrom(children.size() - 1);
          }
        });
    return stopped;
  }

  private void stopFrom(int index) {
    if (index < 0) {
      stopped.complete(null);
      return;
    }
    children.get(index).stop().whenCompleteAsync((done, failure) -> stopFrom(index - 1), loop);
  }

  private void changed() {
    if (!stopping) {
      children.stream().filter(Child::isWaiting).filter(this::mayStart).forEach(Child::start);
    }
    try {
      statusFile.write(status());
      statusIsOld = false;
    } catch (UncheckedIOException e) {
      // A full disk must not end the watch over the children.
      statusIsOld = true;
      System.err.println("The status could not be written: " + e.getMessage());
    }
  }

  private boolean mayStart(Child child) {
    return children.stream()
        .filter(other -> child.spec().after().contains(other.spec().name()))
        .allMatch(Child::isReady);
  }

  private PlatformStatus status() {
    PlatformState state =
        stopping
            ? PlatformState.STOPPING
            : children.stream().allMatch(Child::isReady)
                ? PlatformState.READY
                : PlatformState.STARTING;
    Stream<String> troubles =
        children.stream()
            .filter(child -> !child.trouble().isEmpty())
            .map(child -> child.spec().title() + ": " + child.trouble());
    return new PlatformStatus(
        pid,
        settings.ports().base(),
        state,
        String.join("\n", troubles.toList()),
        "",
        children.stream().map(Child::status).toList());
  }

  private static void rotate(LogFile log) {
    try {
      log.rotateIfLarge();
    } catch (IOException tryAgainLater) {
      // A full disk: the next round tries again; the children's own reports say what is wrong.
    }
  }
}
