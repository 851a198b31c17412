package dev.inferlab.local.supervise;

import dev.inferlab.local.process.Backoff;
import dev.inferlab.local.process.ChildSpec;
import dev.inferlab.local.process.LogFile;
import dev.inferlab.local.process.PidFile;
import dev.inferlab.local.process.ProcessIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One supervised process. All its methods and callbacks run on the supervisor's loop thread; what
 * may block runs on {@code blocking} and comes back.
 */
final class Child {
  private static final Duration PROBE_WHILE_STARTING = Duration.ofMillis(250);
  private static final Duration PROBE_WHILE_READY = Duration.ofSeconds(2);
  private static final Duration PREPARATION_RETRY = Duration.ofSeconds(1);

  private final ChildSpec spec;
  private final LogFile log;
  private final PidFile pidFile;
  private final ScheduledExecutorService loop;
  private final Executor blocking;
  private final InstantSource clock;
  private final Runnable changed;
  private final Backoff backoff = new Backoff();
  private final Instant born;

  private ChildState state = ChildState.WAITING;
  private Instant since;
  private long readyMillis;
  private int restarts;
  private boolean stopping;
  private String trouble = "";
  private Process process;
  private Instant started;
  private CompletableFuture<Void> starting = CompletableFuture.completedFuture(null);

  Child(
      ChildSpec spec,
      Path logs,
      Path run,
      ScheduledExecutorService loop,
      Executor blocking,
      InstantSource clock,
      Runnable changed) {
    this.spec = spec;
    this.log = LogFile.of(logs, spec.name());
    this.pidFile = PidFile.of(run, spec.name());
    this.loop = loop;
    this.blocking = blocking;
    this.clock = clock;
    this.changed = changed;
    this.born = clock.instant();
    this.since = born;
  }

  ChildSpec spec() {
    return spec;
  }

  LogFile log() {
    return log;
  }

  boolean isReady() {
    return state == ChildState.READY;
  }

  boolean isWaiting() {
    return state == ChildState.WAITING;
  }

  /** Why the last preparation or start failed; empty if it did not. */
  String trouble() {
    return trouble;
  }

  ChildStatus status() {
    long pid = process == null || !process.isAlive() ? 0 : process.pid();
    return new ChildStatus(
        spec.name(), spec.title(), state, pid, restarts, backoff.earlyDeaths(), readyMillis, since);
  }

  void start() {
    if (stopping) {
      return;
    }
    become(ChildState.STARTING);
    starting =
        CompletableFuture.supplyAsync(this::prepareAndSpawn, blocking)
            .handleAsync(
                (spawned, failure) -> {
                  if (failure == null) {
                    running(spawned);
                  } else {
                    notStarted(failure);
                  }
                  return null;
                },
                loop);
  }

  private Process prepareAndSpawn() {
    try {
      spec.preparation().run();
      ProcessBuilder builder = new ProcessBuilder(spec.command());
      builder.environment().putAll(spec.environment());
      builder
          .directory(spec.directory().toFile())
          .redirectErrorStream(true)
          .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.path().toFile()));
      Process spawned = builder.start();
      ProcessIdentity.of(spawned.pid()).ifPresent(pidFile::write);
      return spawned;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void running(Process spawned) {
    trouble = "";
    process = spawned;
    started = clock.instant();
    changed.run();
    spawned.onExit().thenRunAsync(this::died, loop);
    if (!stopping) {
      probeLater(spawned, PROBE_WHILE_STARTING);
    }
  }

  private void notStarted(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    trouble = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    restartAfter(PREPARATION_RETRY);
  }

  private void died() {
    process = null;
    pidFile.delete();
    if (stopping) {
      become(ChildState.STOPPED);
      return;
    }
    restartAfter(backoff.afterDeath(Duration.between(started, clock.instant())));
  }

  private void restartAfter(Duration wait) {
    if (stopping) {
      return;
    }
    restarts++;
    become(ChildState.RESTARTING);
    loop.schedule(this::start, wait.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void probeLater(Process probed, Duration wait) {
    loop.schedule(
        () ->
            CompletableFuture.supplyAsync(this::probe, blocking)
                .thenAcceptAsync(ready -> probed(probed, ready), loop),
        wait.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  private boolean probe() {
    try {
      return spec.probe().isReady();
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void probed(Process probed, boolean ready) {
    if (stopping || process != probed || !probed.isAlive()) {
      return;
    }
    if (ready && readyMillis == 0) {
      readyMillis = Math.max(1, Duration.between(born, clock.instant()).toMillis());
    }
    if (ready != isReady()) {
      become(ready ? ChildState.READY : state == ChildState.READY ? ChildState.UNREADY : state);
    }
    probeLater(probed, ready ? PROBE_WHILE_READY : PROBE_WHILE_STARTING);
  }

  /** Completes when the process and all that it started are gone. */
  CompletableFuture<Void> stop() {
    stopping = true;
    return starting.thenComposeAsync(
        ignored -> {
          if (process == null) {
            pidFile.delete();
            become(ChildState.STOPPED);
            return CompletableFuture.completedFuture(null);
          }
          return spec.stop()
              .stop(process.toHandle())
              .thenRunAsync(
                  () -> {
                    pidFile.delete();
                    become(ChildState.STOPPED);
                  },
                  loop);
        },
        loop);
  }

  private void become(ChildState next) {
    if (state != next) {
      state = next;
      since = clock.instant();
    }
    changed.run();
  }
}
