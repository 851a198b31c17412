package dev.inferlab.benchmarks.openvino;

import dev.inferlab.openvino.CompiledModel;
import dev.inferlab.openvino.Config;
import dev.inferlab.openvino.Core;
import dev.inferlab.openvino.ElementType;
import dev.inferlab.openvino.InferPool;
import dev.inferlab.openvino.InferRequest;
import dev.inferlab.openvino.Port;
import dev.inferlab.openvino.Property;
import dev.inferlab.openvino.Streams;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Our side of the comparison, which does what benchmark_app does and says so in its words: inputs
 * are filled once, one inference is run before the window, then it runs for the given time. Before
 * all that it runs for the time given as warm-up, so that the JVM has compiled what the window
 * measures. Arguments: model, sync or async, streams, requests, seconds of the window, seconds of
 * the warm-up.
 */
public final class JavaRun {

  private static final int LATENCIES_AT_FIRST = 1 << 16;

  private long[] latencies = new long[LATENCIES_AT_FIRST];
  private int count;

  private JavaRun() {}

  public static void main(String[] args) {
    new JavaRun()
        .measure(
            new Scenario(
                new TestedModel("", "", Path.of(args[0])),
                args[1].equals("async"),
                Integer.parseInt(args[2]),
                Integer.parseInt(args[3])),
            Duration.ofSeconds(Long.parseLong(args[4])),
            Duration.ofSeconds(Long.parseLong(args[5])));
  }

  private void measure(Scenario scenario, Duration window, Duration warmUp) {
    Config config =
        Config.of(Property.NUM_STREAMS, Streams.of(scenario.streams()))
            .with(Property.INFERENCE_PRECISION, ElementType.F32)
            // As benchmark_app does; the CPU plugin makes no more streams than requests.
            .with(Property.NUM_REQUESTS, scenario.requests());
    try (Core core = new Core();
        CompiledModel model = core.compile(scenario.model().path(), "CPU", config)) {
      long nanos =
          scenario.async()
              ? runAsync(model, scenario, window, warmUp)
              : runSync(model, window, warmUp);
      Arrays.sort(latencies, 0, count);
      // Of an even number the lower one, as benchmark_app.
      System.out.print(Measurement.print(count, nanos / 1e6, latencies[(count - 1) / 2] / 1e6));
    }
  }

  private long runSync(CompiledModel model, Duration window, Duration warmUp) {
    try (InferRequest request = model.createRequest()) {
      fill(request, model);
      inferInTurn(request, warmUp);
      count = 0;
      inferFirst(request);
      return inferInTurn(request, window);
    }
  }

  private long inferInTurn(InferRequest request, Duration window) {
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < window.toNanos()) {
      request.infer();
      add(request.lastRunNanos());
    }
    return System.nanoTime() - begin;
  }

  private long runAsync(CompiledModel model, Scenario scenario, Duration window, Duration warmUp) {
    try (InferPool pool =
        model.createPool(
            scenario.requests(),
            (request, failure) -> {
              if (failure != null) {
                throw failure;
              }
              add(request.lastRunNanos());
            })) {
      pool.requests().forEach(request -> fill(request, model));
      inferFromPool(pool, warmUp);
      count = 0;
      inferFirst(pool.requests().getFirst());
      return inferFromPool(pool, window);
    }
  }

  private static long inferFromPool(InferPool pool, Duration window) {
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < window.toNanos()) {
      pool.take().start();
    }
    pool.drain();
    return System.nanoTime() - begin;
  }

  private static void inferFirst(InferRequest request) {
    request.infer();
    System.out.printf(
        Locale.ROOT, "%s %.2f ms%n", Measurement.WINDOW_OPENS, request.lastRunNanos() / 1e6);
    System.out.flush();
  }

  private void add(long nanos) {
    if (count == latencies.length) {
      latencies = Arrays.copyOf(latencies, count * 2);
    }
    latencies[count++] = nanos;
  }

  /** As benchmark_app does: evenly from 0 to 255. */
  private static void fill(InferRequest request, CompiledModel model) {
    SplittableRandom random = new SplittableRandom(1);
    for (Port input : model.inputs()) {
      MemorySegment data = request.input(input.index()).segment();
      if (input.elementType() == ElementType.F32) {
        for (long i = 0; i < data.byteSize() / Float.BYTES; i++) {
          data.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextDouble(255));
        }
      } else {
        for (long i = 0; i < data.byteSize(); i++) {
          data.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt(256));
        }
      }
    }
  }
}
