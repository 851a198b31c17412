package dev.inferlab.openvino;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/**
 * A program of its own, so that nothing but the binding moves its memory: {@code cycles N} creates,
 * runs and closes a request and its tensors N times, and each hundredth time everything else too,
 * from the core to what is imported; {@code runs N} runs asynchronously N times. Prints what {@link
 * SoakTest} reads.
 */
final class Soak {

  private static final int BYTES_A_PAGE = 4096;

  /** Fast also where other programs keep the processor busy. */
  private static final Config ONE_THREAD = Config.of(Property.INFERENCE_NUM_THREADS, 1);

  private Soak() {}

  public static void main(String[] args) throws Exception {
    Path model = Path.of(args[2]);
    int count = Integer.parseInt(args[1]);
    switch (args[0]) {
      case "cycles" -> cycles(count, model);
      case "runs" -> runs(count, model);
      default -> throw new IllegalArgumentException(args[0]);
    }
    for (OpenVino.ResourceCount resource : OpenVino.resources()) {
      System.out.printf(
          "%s opened %d closed %d leaked %d%n",
          resource.type(), resource.opened(), resource.closed(), resource.leaked());
    }
  }

  /** The first fifth is warm-up: JIT, the runtime's own caches. */
  private static void cycles(int count, Path path) throws IOException {
    long settled = 0;
    long last = 0;
    Path blob = Files.createTempFile("soak-", ".blob");
    try (Core core = new Core();
        CompiledModel compiled = core.compile(path, "CPU", ONE_THREAD)) {
      for (int i = 0; i < count; i++) {
        if (i == count / 5) {
          settled = residentBytes();
        }
        // Reading and compiling take milliseconds.
        if (i % 100 == 0) {
          everyKind(path, blob);
        }
        cycle(compiled, i);
      }
      // Before the model is closed: what that frees would hide what has grown.
      last = residentBytes();
    } finally {
      Files.delete(blob);
    }
    System.out.printf("grown %d bytes%n", last - settled);
  }

  private static void everyKind(Path path, Path blob) throws IOException {
    try (Core core = new Core();
        Model model = core.readModel(path)) {
      model.reshape(PartialShape.of(1, 1, 28, 28)); // the only one that this network takes
      try (PrePostProcessor steps = new PrePostProcessor(model);
          Model prepared = steps.build();
          CompiledModel compiled = core.compile(prepared, "CPU", ONE_THREAD);
          Model runtimeModel = compiled.runtimeModel();
          InferPool pool = compiled.createPool(2, (request, failure) -> {})) {
        pool.take().start();
        pool.drain();
        compiled.export(blob);
      }
      try (CompiledModel imported = core.importModel(blob, "CPU");
          InferRequest request = imported.createRequest()) {
        request.infer();
      }
      core.property("CPU", Property.text("NO_SUCH_KEY"));
      throw new IllegalStateException("A key that does not exist was read");
    } catch (NativeCallException e) {
      if (!e.operation().contains("NO_SUCH_KEY")) {
        throw e;
      }
      // The runtime's error messages are to be freed too.
      return;
    }
  }

  private static void cycle(CompiledModel compiled, int number) {
    try (Tensor input = Tensor.allocate(ElementType.F32, Shape.of(1, 1, 28, 28));
        InferRequest request = compiled.createRequest()) {
      input.segment().fill((byte) 0);
      request.setInput(input);
      if (number % 2 == 0) {
        request.infer();
      } else {
        request.start();
        request.await();
      }
      if (request.output().segment().byteSize() != 10 * Float.BYTES) {
        throw new IllegalStateException("Not the output that was expected");
      }
    }
  }

  private static void runs(int count, Path path) {
    int[] ended = new int[1];
    try (Core core = new Core();
        CompiledModel compiled =
            core.compile(path, "CPU", Config.of(Property.NUM_STREAMS, Streams.of(2)));
        InferPool pool =
            compiled.createPool(
                4,
                (request, failure) -> {
                  if (failure != null) {
                    throw failure;
                  }
                  ended[0]++;
                })) {
      for (int i = 0; i < count; i++) {
        pool.take().start();
      }
      pool.drain();
      System.out.printf("ended %d of %d%n", ended[0], count);

      int stages = count / 10;
      int completed = 0;
      try (InferRequest request = compiled.createRequest()) {
        for (int i = 0; i < stages; i++) {
          CompletableFuture<InferRequest> stage =
              request.inferAsync(Runnable::run).toCompletableFuture();
          stage.join();
          completed++;
        }
      }
      System.out.printf("completed %d of %d%n", completed, stages);
    }
  }

  private static long residentBytes() throws IOException {
    System.gc();
    String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
    return Long.parseLong(pages[1]) * BYTES_A_PAGE;
  }
}
