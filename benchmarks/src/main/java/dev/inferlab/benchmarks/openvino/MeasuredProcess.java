package dev.inferlab.benchmarks.openvino;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.inferlab.benchmarks.process.Signal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A program that measures itself, and can be stopped and resumed meanwhile, all its threads at
 * once, without noticing. Its clock goes on, so its figures are corrected by the time stopped.
 *
 * <p>{@code waitid} tells when the last thread has really stopped: one that sleeps must first get a
 * processor to do so, which here are all busy.
 */
final class MeasuredProcess implements AutoCloseable {

  private static final int P_PID = 1;
  private static final int WSTOPPED = 2;
  private static final int SIGINFO_BYTES = 128;
  private static final MethodHandle WAITID =
      bind("waitid", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));

  private final Process process;
  private final Thread killer;
  private final StringBuffer output = new StringBuffer();
  private final CompletableFuture<Long> opened = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private long stoppedAt;
  private long stoppedNanos;

  MeasuredProcess(List<String> command) throws IOException {
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    // Otherwise Ctrl-C would leave it behind, stopped for ever.
    killer = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(killer);
    Thread.ofPlatform().daemon().start(this::read);
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.append(line).append('\n');
        if (line.contains(Measurement.WINDOW_OPENS)) {
          opened.complete(System.nanoTime());
        }
      }
      opened.completeExceptionally(new IOException("The program ended early:\n" + output));
      ended.complete(null);
    } catch (IOException | UncheckedIOException e) {
      opened.completeExceptionally(e);
      ended.completeExceptionally(e);
    }
  }

  /** Waits until it is about to measure; {@link System#nanoTime} of then. */
  long awaitWindow() throws IOException, InterruptedException {
    return await(opened);
  }

  /** Returns when none of its threads runs any more. */
  void stop() throws IOException {
    Signal.STOP.send(process.pid());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(SIGINFO_BYTES);
      check(
          (int) WAITID.invokeExact(P_PID, Math.toIntExact(process.pid()), info, WSTOPPED),
          "waitid");
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    stoppedAt = System.nanoTime();
  }

  void resume() throws IOException {
    stoppedNanos += System.nanoTime() - stoppedAt;
    Signal.CONTINUE.send(process.pid());
  }

  /** Waits for its end. */
  Measurement finish() throws IOException, InterruptedException {
    await(ended);
    if (process.waitFor() != 0) {
      throw new IOException("The program failed:\n" + output);
    }
    return Measurement.of(output.toString(), stoppedNanos);
  }

  private static <T> T await(CompletableFuture<T> future) throws IOException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    }
  }

  private static void check(int result, String call) throws IOException {
    if (result != 0) {
      throw new IOException(call + " failed: has the program ended?");
    }
  }

  private static MethodHandle bind(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
  }

  /** Kills it if it still runs, and waits until it is gone: it would take from what comes next. */
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
    Runtime.getRuntime().removeShutdownHook(killer);
  }
}
