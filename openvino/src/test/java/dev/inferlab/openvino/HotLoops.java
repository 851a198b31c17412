package dev.inferlab.openvino;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/**
 * A program of its own, so that nothing but the binding allocates: runs each hot loop, tensors
 * filled and read, and prints the bytes that all threads of the JVM, the runtime's included,
 * allocated in it. {@link AllocationTest} reads that.
 */
final class HotLoops {

  static final int RUNS = 4_000;

  private static final int WARM_UP = 15_000;

  private HotLoops() {}

  public static void main(String[] args) {
    byte[] seen = new byte[1];
    float[] pixels = Fixtures.pattern(28 * 28);
    // One thread is fast also where other programs keep the processor busy.
    Config config = Config.of(Property.INFERENCE_NUM_THREADS, 1);
    try (Core core = new Core();
        CompiledModel model = core.compile(Path.of(args[0]), "CPU", config);
        InferRequest request = model.createRequest();
        InferPool pool =
            model.createPool(
                3,
                (ended, failure) -> {
                  seen[0] += ended.output().segment().get(ValueLayout.JAVA_BYTE, 0);
                  seen[0] += (byte) ended.lastRunNanos();
                })) {
      measure(
          "infer",
          () -> {
            request.input().segment().set(ValueLayout.JAVA_BYTE, 0, seen[0]);
            request.infer();
            seen[0] += request.output().segment().get(ValueLayout.JAVA_BYTE, 0);
          });
      measure(
          "start and await",
          () -> {
            request.input().copyFrom(pixels);
            request.start();
            request.await();
            seen[0] += request.output(0).segment().get(ValueLayout.JAVA_BYTE, 0);
          });
      String input = model.inputs().getFirst().name();
      String output = model.outputs().getFirst().name();
      measure(
          "by name",
          () -> {
            request.tensor(input).copyFrom(pixels);
            request.infer();
            seen[0] += request.tensor(output).segment().get(ValueLayout.JAVA_BYTE, 0);
          });
      measure(
          "pool",
          () -> {
            InferRequest next = pool.take();
            next.input().segment().set(ValueLayout.JAVA_BYTE, 0, seen[0]);
            next.start();
          });
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
