package dev.inferlab.local.process;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How a process is asked to end, and how long it may take before it is killed.
 *
 * @param signal "TERM" or "INT"
 */
public record StopPlan(String signal, Duration patience) {
  private static final Duration AFTER_KILL = Duration.ofSeconds(5);

  public static StopPlan terminate(Duration patience) {
    return new StopPlan("TERM", patience);
  }

  public static StopPlan interrupt(Duration patience) {
    return new StopPlan("INT", patience);
  }

  /** Ends the process and whatever it started; completes when all of them are gone. */
  public CompletableFuture<Void> stop(ProcessHandle process) {
    List<ProcessHandle> family = process.descendants().toList();
    ask(process);
    return process
        .onExit()
        .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(
            late -> {
              process.destroyForcibly();
              return process;
            })
        .thenCompose(ignored -> killAll(process, family));
  }

  private void ask(ProcessHandle process) {
    if (signal.equals("TERM")) {
      process.destroy();
      return;
    }
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException noKillCommand) {
      process.destroy();
    }
  }

  private static CompletableFuture<Void> killAll(
      ProcessHandle process, List<ProcessHandle> family) {
    family.forEach(ProcessHandle::destroyForcibly);
    CompletableFuture<?>[] ends =
        Stream.concat(Stream.of(process), family.stream())
            .map(ProcessHandle::onExit)
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(ends)
        .completeOnTimeout(null, AFTER_KILL.toMillis(), TimeUnit.MILLISECONDS);
  }
}
