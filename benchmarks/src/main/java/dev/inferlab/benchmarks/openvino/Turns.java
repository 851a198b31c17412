package dev.inferlab.benchmarks.openvino;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Lets two programs measure themselves in turns of a fraction of a second: one is stopped while the
 * other has the machine. What else happens on the machine, over seconds, hits both alike.
 *
 * <p>What makes a program's active time exact:
 *
 * <ul>
 *   <li>The window opens some microseconds after the program's line that announces it. The first
 *       stop comes {@link #OPENING} later, so it lies inside.
 *   <li>The window closes at the first look at the clock after its length has passed. The turns end
 *       before that, and both programs stay stopped over that moment: when resumed, they end what
 *       they had begun and close the window. So the last stop lies inside too, and nobody goes on
 *       measuring while the other has ended.
 *   <li>Hence active time = the window's length as the program gives it − the sum of the stops. A
 *       stop is counted from when the last thread has stopped to when all may run.
 * </ul>
 *
 * <p>Inferences cut by a stop count in the throughput. Their latencies are too long by it: as many
 * in a turn as there are requests in flight, all at the far end of the distribution. The median
 * moves up by that share of the ranks, in both programs alike.
 *
 * <p>benchmark_app cannot be told to warm up by more than one inference, and has nothing to
 * compile. The Java program may infer for some seconds before it announces its window, while the
 * other one, if it started first, is stopped.
 */
record Turns(Duration window, Duration turn) {

  private static final long OPENING = TimeUnit.MILLISECONDS.toNanos(100);

  private static final int ATTEMPTS = 5;

  /** How late a program may look at its clock and be ready to stop. */
  private static final long MARGIN = TimeUnit.MILLISECONDS.toNanos(50);

  /**
   * @param first command of the one that starts first
   * @return the first one's and the second one's figures
   * @throws IOException when one fails, or when again and again the first one's window has passed
   *     before the second is ready
   */
  List<Measurement> measure(List<String> first, List<String> second)
      throws IOException, InterruptedException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      List<Measurement> both = tryMeasure(first, second);
      if (!both.isEmpty()) {
        return both;
      }
    }
    throw new IOException(
        "The machine is too busy: a program takes longer to start than the other has to measure.");
  }

  /** Empty when the second was ready too late. */
  private List<Measurement> tryMeasure(List<String> first, List<String> second)
      throws IOException, InterruptedException {
    try (MeasuredProcess one = new MeasuredProcess(first)) {
      long oneCloses = open(one);
      try (MeasuredProcess other = new MeasuredProcess(second)) {
        long otherCloses = open(other);
        long lastRound = Math.min(oneCloses, otherCloses) - 2 * turn.toNanos() - MARGIN;
        if (System.nanoTime() > lastRound) {
          return List.of();
        }
        while (System.nanoTime() < lastRound) {
          giveTurn(one);
          giveTurn(other);
        }
        return List.of(close(one, oneCloses), close(other, otherCloses));
      }
    }
  }

  /** The {@link System#nanoTime} after which its window closes. */
  private long open(MeasuredProcess process) throws IOException, InterruptedException {
    long opened = process.awaitWindow();
    sleepUntil(opened + OPENING);
    process.stop();
    return opened + window.toNanos();
  }

  private void giveTurn(MeasuredProcess process) throws IOException, InterruptedException {
    process.resume();
    sleepUntil(System.nanoTime() + turn.toNanos());
    process.stop();
  }

  private static Measurement close(MeasuredProcess process, long closes)
      throws IOException, InterruptedException {
    sleepUntil(closes + MARGIN);
    process.resume();
    return process.finish();
  }

  private static void sleepUntil(long nanoTime) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(Math.max(0, nanoTime - System.nanoTime()));
  }
}
