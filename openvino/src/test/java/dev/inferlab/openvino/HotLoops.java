package dev.inferlab.openvino;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/**
 * A program of its own, so that nothing but the binding allocates: runs each hot loop and prints
 * the bytes that all threads of the JVM, the runtime's included, allocated in it. {@link
 * AllocationTest} reads that.
 */
final class HotLoops {

  static final int RUNS = 4_000;

  private static final int WARM_UP = 15_000;

  private HotLoops() {}

  public static void main(String[] args) {
    long[] nanos = new long[1];
    // One thread is fast also where other programs keep the processor busy.
    Config config = Config.of(Property.INFERENCE_NUM_THREADS, 1);
    try (Core core = new Core();
        CompiledModel model = core.compile(Path.of(args[0]), "CPU", config);
        InferRequest request = model.createRequest();
        InferPool pool =
            model.createPool(3, (ended, failure) -> nanos[0] += ended.lastRunNanos())) {
      measure("infer", request::infer);
      measure(
          "start and await",
          () -> {
            request.start();
            request.await();
          });
      measure("pool", () -> pool.take().start());
      pool.drain();
    }
  }

  private static void measure(String name, Runnable run) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int i = 0; i < WARM_UP; i++) {
      run.run();
    }
    long before = threads.getTotalThreadAllocatedBytes();
    for (int i = 0; i < RUNS; i++) {
      run.run();
    }
    System.out.printf("%s: %d bytes%n", name, threads.getTotalThreadAllocatedBytes() - before);
  }
}
