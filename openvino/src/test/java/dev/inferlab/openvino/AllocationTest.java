package dev.inferlab.openvino;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** The hot loops leave the heap alone, on the runtime's threads too. */
class AllocationTest {

  private static final int WARM_UP = 12_000;
  private static final int RUNS = 4_000;

  /**
   * Bytes a run: a sixteenth of the smallest object, for what the JVM's other threads do meanwhile.
   */
  private static final double NOTHING = 1.0;

  @Test
  void runningAllocatesNothing() {
    try (Core core = new Core();
        CompiledModel model = core.compile(Fixtures.mnist(), "CPU", Config.empty());
        InferRequest request = model.createRequest()) {
      request.input().segment();
      assertThat(bytesARun(request::infer)).isLessThan(NOTHING);
      assertThat(
              bytesARun(
                  () -> {
                    request.start();
                    request.await();
                  }))
          .isLessThan(NOTHING);
    }
  }

  @Test
  void aPoolsLoopAllocatesNothing() {
    long[] nanos = new long[1];
    try (Core core = new Core();
        CompiledModel model = core.compile(Fixtures.mnist(), "CPU", Config.empty());
        InferPool pool =
            model.createPool(3, (request, failure) -> nanos[0] += request.lastRunNanos())) {
      assertThat(bytesARun(() -> pool.take().start())).isLessThan(NOTHING);
      pool.drain();
      assertThat(nanos[0]).isPositive();
    }
  }

  private static double bytesARun(Runnable run) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int i = 0; i < WARM_UP; i++) {
      run.run();
    }
    double least = Double.MAX_VALUE;
    // The JIT compiler may still be at work: the first quiet count of several.
    for (int attempt = 0; attempt < 6 && least >= NOTHING; attempt++) {
      long before = threads.getTotalThreadAllocatedBytes();
      for (int i = 0; i < RUNS; i++) {
        run.run();
      }
      least = Math.min(least, (threads.getTotalThreadAllocatedBytes() - before) / (double) RUNS);
    }
    return least;
  }
}
