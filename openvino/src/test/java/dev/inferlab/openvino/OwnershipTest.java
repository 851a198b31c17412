package dev.inferlab.openvino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnershipTest {

  private static final Shape INPUT = Shape.of(1, 1, 28, 28);

  /** What running takes, from the core down, with something set, run and looked at. */
  private static final class Family {
    final Core core = new Core();
    final Model model = core.readModel(Fixtures.mnist());
    final CompiledModel compiled = core.compile(model, "CPU", Config.empty());
    final InferRequest request = compiled.createRequest();
    final Tensor input = Tensor.allocate(ElementType.F32, INPUT);
    final InferPool pool = compiled.createPool(2, (ended, failure) -> {});

    Family() {
      request.setInput(input);
      request.infer();
      assertThat(request.output().toFloatArray()).hasSize(10);
      pool.take().start();
    }

    List<AutoCloseable> members() {
      return List.of(core, model, compiled, request, input, pool);
    }
  }

  /** What preparing takes: two models over one graph, and the graph that the device runs. */
  private static List<AutoCloseable> preparingFamily() {
    try (Core core = new Core()) {
      Model model = core.readModel(Fixtures.mnist());
      PrePostProcessor steps = new PrePostProcessor(model);
      steps.input().tensorType(ElementType.U8).convertType(ElementType.F32);
      Model prepared = steps.build();
      CompiledModel compiled = core.compile(prepared, "CPU");
      Model runtimeModel = compiled.runtimeModel();
      InferRequest request = compiled.createRequest();
      request.start();
      return List.of(model, steps, prepared, compiled, runtimeModel, request);
    }
  }

  @Test
  void ordersOfClosingAreSafe() throws Exception {
    closeInOrders(17, () -> new Family().members());
    closeInOrders(17, OwnershipTest::preparingFamily);
  }

  @Test
  @Tag("long")
  void everyOrderOfClosingIsSafe() throws Exception {
    closeInOrders(1, () -> new Family().members());
  }

  @Test
  @Tag("long")
  void everyOrderOfClosingWhatPreparesIsSafe() throws Exception {
    closeInOrders(1, OwnershipTest::preparingFamily);
  }

  private static void closeInOrders(int step, Supplier<List<AutoCloseable>> family)
      throws Exception {
    List<List<Integer>> orders = new ArrayList<>();
    permute(new ArrayList<>(List.of(0, 1, 2, 3, 4, 5)), 0, orders);
    assertThat(orders).hasSize(720);
    for (int i = 0; i < orders.size(); i += step) {
      List<AutoCloseable> members = family.get();
      for (int member : orders.get(i)) {
        members.get(member).close();
        members.get(member).close();
      }
    }
  }

  private static void permute(List<Integer> items, int from, List<List<Integer>> orders) {
    if (from == items.size()) {
      orders.add(List.copyOf(items));
    }
    for (int i = from; i < items.size(); i++) {
      Collections.swap(items, from, i);
      permute(items, from + 1, orders);
      Collections.swap(items, from, i);
    }
  }

  @Test
  void childrenWorkWhenTheirParentsAreClosed() {
    Family family = new Family();
    family.core.close();
    family.model.close();
    family.compiled.close();
    family.input.close();

    family.request.infer();
    assertThat(family.request.output().toFloatArray()).hasSize(10);
    family.pool.drain();

    family.request.close();
    family.pool.close();
  }

  @Test
  void useAfterCloseThrows() {
    Family family = new Family();
    MemorySegment view = family.request.output().segment();
    Tensor borrowed = family.request.output();
    InferRequest pooled = family.pool.requests().getFirst();
    family.pool.close();
    family.request.close();
    family.input.close();
    family.compiled.close();
    family.model.close();
    family.core.close();

    for (ThrowingCallable use :
        List.<ThrowingCallable>of(
            family.core::availableDevices,
            () -> family.core.readModel(Fixtures.mnist()),
            family.model::inputs,
            () -> family.model.reshape(PartialShape.of(1)),
            family.compiled::createRequest,
            () -> family.compiled.property(Property.NUM_STREAMS),
            family.request::infer,
            family.request::start,
            family.request::await,
            family.request::cancel,
            family.request::profile,
            family.request::input,
            family.request::output,
            pooled::start,
            family.input::shape,
            family.input::segment,
            borrowed::segment,
            borrowed::shape,
            () -> view.get(ValueLayout.JAVA_FLOAT, 0))) {
      assertThatThrownBy(use).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void closingARunningRequestStopsItAndEndsItsStage() {
    int stopped = 0;
    try (Core core = new Core();
        CompiledModel compiled = core.compile(Fixtures.efficientNet(), "CPU", Config.empty())) {
      for (int i = 0; i < 50; i++) {
        InferRequest request = compiled.createRequest();
        CompletableFuture<InferRequest> stage = request.inferAsync().toCompletableFuture();
        request.close();
        try {
          stage.get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
          assertThat(e).hasCauseInstanceOf(InferenceCancelledException.class);
          stopped++;
        } catch (Exception e) {
          throw new AssertionError("The stage of a closed request never ended", e);
        }
      }
    }
    assertThat(stopped).isPositive();
  }

  @Test
  void closingFromAnotherThreadDuringRunsIsSafe() throws Exception {
    try (Core core = new Core();
        CompiledModel compiled = core.compile(Fixtures.mnist(), "CPU", Config.empty())) {
      for (int i = 0; i < 200; i++) {
        InferRequest request = compiled.createRequest();
        boolean async = i % 2 == 0;
        CompletableFuture<Void> runs =
            CompletableFuture.runAsync(
                () -> {
                  try {
                    while (true) {
                      if (async) {
                        request.start();
                        request.await();
                      } else {
                        request.infer();
                      }
                    }
                  } catch (IllegalStateException | InferenceCancelledException e) {
                    // Closed: that is the end that is waited for.
                    return;
                  }
                },
                task -> Thread.ofPlatform().start(task));
        // A different moment of a run each time.
        long moment = System.nanoTime() + i * 5_000L;
        await(() -> System.nanoTime() > moment);
        request.close();
        runs.get(30, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void closingWhileATensorIsFetchedOnAnotherThreadLeavesNothing() throws Exception {
    long before = openTensors();
    try (Core core = new Core();
        CompiledModel compiled = core.compile(Fixtures.mnist(), "CPU", Config.empty())) {
      for (int i = 0; i < 500; i++) {
        InferRequest request = compiled.createRequest();
        CyclicBarrier both = new CyclicBarrier(2);
        CompletableFuture<Void> fetch =
            CompletableFuture.runAsync(
                () -> {
                  try {
                    both.await();
                    request.input();
                    request.output();
                  } catch (IllegalStateException e) {
                    return; // closed first
                  } catch (Exception e) {
                    throw new CompletionException(e);
                  }
                },
                task -> Thread.ofPlatform().start(task));
        both.await();
        request.close();
        fetch.get(30, TimeUnit.SECONDS);
      }
    }
    assertThat(openTensors()).isEqualTo(before);
  }

  /** Leaked ones count too, whether anybody noticed or not. */
  private static long openTensors() {
    return OpenVino.resources().stream()
        .filter(count -> count.type().equals("tensor"))
        .mapToLong(count -> count.opened() - count.closed())
        .sum();
  }

  @Test
  void closingWaitsForARunOnAnotherThread() throws Exception {
    try (Core core = new Core();
        CompiledModel compiled = core.compile(Fixtures.efficientNet(), "CPU", Config.empty())) {
      for (int i = 0; i < 20; i++) {
        InferRequest request = compiled.createRequest();
        request.infer();
        Thread runner =
            Thread.ofPlatform()
                .start(
                    () -> {
                      try {
                        request.infer();
                      } catch (IllegalStateException | InferenceCancelledException e) {
                        // Closed before or during the run; that it is over is what counts.
                        return;
                      }
                    });
        long moment = System.nanoTime() + i * 200_000L;
        await(() -> System.nanoTime() > moment);
        request.close();
        long closed = System.nanoTime();
        runner.join();
        assertThat(request.lastEndNanos() - closed).isNegative();
      }
    }
  }

  @Test
  void severalThreadsMayCloseATensor() throws Exception {
    for (int i = 0; i < 300; i++) {
      Tensor tensor = Tensor.allocate(ElementType.U8, Shape.of(1));
      tensor.segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
      CompletableFuture<Void> other = CompletableFuture.runAsync(tensor::close);
      tensor.close();
      other.get(10, TimeUnit.SECONDS);
    }
  }

  /** Reading into a tensor from a channel holds its memory for as long as the call takes. */
  @Test
  void closingWaitsForWhoFillsATensorFromAChannel() throws Exception {
    try (Core core = new Core();
        CompiledModel compiled = core.compile(Fixtures.mnist(), "CPU", Config.empty())) {
      long before = openTensors();
      InferRequest request = compiled.createRequest();
      request.output().segment();
      Pipe pipe = Pipe.open();
      MemorySegment memory = request.input().segment();
      Thread reader =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      pipe.source().read(memory.asByteBuffer());
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  });
      await(() -> isIn(reader, "read0"));
      CompletableFuture<Void> closing = CompletableFuture.runAsync(request::close);
      assertThatThrownBy(() -> closing.get(100, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      pipe.sink().write(ByteBuffer.allocate(1));
      closing.get(20, TimeUnit.SECONDS);
      reader.join();
      pipe.sink().close();
      pipe.source().close();
      assertThat(openTensors()).isEqualTo(before);
    }
  }

  private static boolean isIn(Thread thread, String method) {
    return Arrays.stream(thread.getStackTrace())
        .anyMatch(frame -> frame.getMethodName().equals(method));
  }

  /** Either the view that was asked for is dead, or it was refused: never alive on freed memory. */
  @Test
  void noViewOutlivesATensorThatIsClosedMeanwhile() throws Exception {
    for (int i = 0; i < 5_000; i++) {
      Tensor tensor = Tensor.allocate(ElementType.U8, Shape.of(1));
      CyclicBarrier both = new CyclicBarrier(2);
      CompletableFuture<MemorySegment> view =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  both.await();
                  return tensor.segment();
                } catch (IllegalStateException e) {
                  return null; // closed first
                } catch (Exception e) {
                  throw new CompletionException(e);
                }
              });
      both.await();
      tensor.close();
      MemorySegment seen = view.get(10, TimeUnit.SECONDS);
      assertThat(seen == null || !seen.scope().isAlive()).as("round " + i).isTrue();
    }
  }

  @Test
  void closingWhileInterruptedKeepsTheMark() throws Exception {
    try (Core core = new Core();
        CompiledModel compiled =
            core.compile(
                Fixtures.efficientNet(), "CPU", Config.of(Property.INFERENCE_NUM_THREADS, 1))) {
      for (int i = 0; i < 10; i++) {
        InferRequest request = compiled.createRequest();
        Thread runner = Thread.ofPlatform().start(() -> inferUntilClosed(request));
        await(() -> isIn(runner, "ov_infer_request_infer"));
        Thread.currentThread().interrupt();
        request.close();
        assertThat(Thread.interrupted()).isTrue();
        runner.join();
      }
    }
  }

  private static void inferUntilClosed(InferRequest request) {
    try {
      while (true) {
        request.infer();
      }
    } catch (IllegalStateException | InferenceCancelledException e) {
      return; // closed
    }
  }

  @Test
  void constantsInTheCallersMemoryLiveAsLongAsARequest(@TempDir Path folder) throws Exception {
    WeakReference<Tensor> constants;
    try (Core core = new Core();
        Model model = core.readModel(Fixtures.mnist())) {
      model.save(folder.resolve("model.xml"), WeightFormat.UNCHANGED);
      List<Tensor> weights = new ArrayList<>();
      try (InferRequest request = requestOnMappedConstants(core, folder, weights)) {
        constants = new WeakReference<>(weights.removeFirst());
        for (int i = 0; i < 5; i++) {
          System.gc();
          Thread.sleep(20);
        }
        assertThat(constants.get()).isNotNull();
        request.infer();
        assertThat(request.output().toFloatArray()).hasSize(10);
      }
    }
  }

  /** All but the request is closed and unreachable afterwards. */
  private static InferRequest requestOnMappedConstants(Core core, Path folder, List<Tensor> weights)
      throws IOException {
    byte[] bin = Files.readAllBytes(folder.resolve("model.bin"));
    MemorySegment memory = Arena.ofAuto().allocate(bin.length, 64);
    memory.copyFrom(MemorySegment.ofArray(bin));
    try (Tensor constants = Tensor.wrap(memory, ElementType.U8, Shape.of(bin.length));
        Model model = core.readModel(Files.readAllBytes(folder.resolve("model.xml")), constants);
        CompiledModel compiled = core.compile(model, "CPU", Config.empty())) {
      weights.add(constants);
      return compiled.createRequest();
    }
  }

  @Test
  void aForgottenObjectIsReported() {
    long before = leakedTensors();
    forget();
    await(
        () -> {
          System.gc();
          return leakedTensors() == before + 1;
        });
  }

  @SuppressWarnings("resource") // forgotten on purpose
  private static void forget() {
    Tensor.allocate(ElementType.U8, Shape.of(1));
    ResourceBalance.forgotten("tensor");
  }

  private static long leakedTensors() {
    return OpenVino.resources().stream()
        .filter(count -> count.type().equals("tensor"))
        .mapToLong(OpenVino.ResourceCount::leaked)
        .sum();
  }

  private static void await(Supplier<Boolean> condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.get()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}
