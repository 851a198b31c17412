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
import java.util.SplittableRandom;

/**
 * Our side of the comparison, a process of its own as benchmark_app is one: inputs are filled once,
 * one inference warms up, then it runs for the given time. Arguments: model, sync or async,
 * streams, requests, seconds. Prints throughput in FPS and the median latency in milliseconds.
 */
public final class JavaRun {

  private static final int LATENCIES_AT_FIRST = 1 << 16;

  private long[] latencies = new long[LATENCIES_AT_FIRST];
  private int count;

  private JavaRun() {}

  public static void main(String[] args) {
    Measurement measured =
        new JavaRun()
            .measure(
                new Scenario(
                    new TestedModel("", "", Path.of(args[0])),
                    args[1].equals("async"),
                    Integer.parseInt(args[2]),
                    Integer.parseInt(args[3])),
                Duration.ofSeconds(Long.parseLong(args[4])));
    System.out.printf("%.6f %.6f%n", measured.throughputFps(), measured.p50Ms());
  }

  private Measurement measure(Scenario scenario, Duration duration) {
    Config config =
        Config.of(Property.NUM_STREAMS, Streams.of(scenario.streams()))
            .with(Property.INFERENCE_PRECISION, ElementType.F32)
            // As benchmark_app does; the CPU plugin makes no more streams than requests.
            .with(Property.NUM_REQUESTS, scenario.requests());
    try (Core core = new Core();
        CompiledModel model = core.compile(scenario.model().path(), "CPU", config)) {
      long nanos =
          scenario.async() ? runAsync(model, scenario, duration) : runSync(model, duration);
      Arrays.sort(latencies, 0, count);
      return new Measurement(count * 1e9 / nanos, latencies[count / 2] / 1e6);
    }
  }

  private long runSync(CompiledModel model, Duration duration) {
    try (InferRequest request = model.createRequest()) {
      fill(request, model);
      request.infer();
      long begin = System.nanoTime();
      while (System.nanoTime() - begin < duration.toNanos()) {
        request.infer();
        add(request.lastRunNanos());
      }
      return System.nanoTime() - begin;
    }
  }

  private long runAsync(CompiledModel model, Scenario scenario, Duration duration) {
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
      pool.requests().getFirst().infer();
      long begin = System.nanoTime();
      while (System.nanoTime() - begin < duration.toNanos()) {
        pool.take().start();
      }
      pool.drain();
      return System.nanoTime() - begin;
    }
  }

  private void add(long nanos) {
    if (count == latencies.length) {
      latencies = Arrays.copyOf(latencies, count * 2);
    }
    latencies[count++] = nanos;
  }

  private static void fill(InferRequest request, CompiledModel model) {
    SplittableRandom random = new SplittableRandom(1);
    for (Port input : model.inputs()) {
      MemorySegment data = request.input(input.index()).segment();
      if (input.elementType() == ElementType.F32) {
        for (long i = 0; i < data.byteSize() / Float.BYTES; i++) {
          data.setAtIndex(ValueLayout.JAVA_FLOAT, i, random.nextInt(256));
        }
      } else {
        for (long i = 0; i < data.byteSize(); i++) {
          data.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt(128));
        }
      }
    }
  }
}
