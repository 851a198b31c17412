package dev.inferlab.benchmarks.platform;

import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Tells people how far a run is, and how it ended if it did not come to its end: by a failure, by a
 * signal, or by a thread that died.
 */
final class Progress {
  private static final long SILENCE_NANOS = 10_000_000_000L;

  private final long begin = System.nanoTime();
  private volatile String doing = "starting";
  private volatile Supplier<String> detail = () -> "";
  private volatile long said = begin;
  private volatile boolean ended;

  private Progress() {}

  static Progress begin() {
    Progress progress = new Progress();
    Runtime.getRuntime().addShutdownHook(new Thread(progress::stopped, "bench-end"));
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> {
          progress.say("the thread '%s' died: %s".formatted(thread.getName(), failure));
          failure.printStackTrace();
        });
    Thread.ofPlatform().daemon().name("bench-progress").start(progress::breakSilence);
    return progress;
  }

  /** What is done from now on. */
  void say(String what) {
    doing = what;
    detail = () -> "";
    print(what);
  }

  /** What is told of the present step whenever there was nothing else to tell for a while. */
  void detail(Supplier<String> words) {
    detail = words;
  }

  void failed(Throwable failure) {
    print("failed while: " + doing);
    failure.printStackTrace();
  }

  /** Whatever happens to this process now, its outcome has been told. */
  void end() {
    ended = true;
  }

  private void stopped() {
    if (!ended) {
      print("stopped by a signal while: " + doing);
    }
  }

  private void breakSilence() {
    while (!ended) {
      LockSupport.parkNanos(SILENCE_NANOS / 10);
      if (System.nanoTime() - said > SILENCE_NANOS) {
        print("  … " + doing + detail.get());
      }
    }
  }

  private synchronized void print(String what) {
    said = System.nanoTime();
    System.err.println(
        String.format(
            Locale.ROOT, "bench platform %4d s: %s", (said - begin) / 1_000_000_000, what));
  }
}
