package dev.inferlab.openvino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class InferenceTest {

  private static Core core;
  private static CompiledModel mnist;
  private static float[] expected;

  @BeforeAll
  static void compile() {
    core = new Core();
    try (Model model = core.readModel(Fixtures.mnist())) {
      mnist = core.compile(model, "CPU", Config.of(Property.ENABLE_PROFILING, true));
    }
    try (InferRequest request = mnist.createRequest()) {
      request.input().copyFrom(Fixtures.pattern(28 * 28));
      request.infer();
      expected = request.output().toFloatArray();
    }
  }

  @AfterAll
  static void close() {
    mnist.close();
    core.close();
  }

  @Test
  void aRunGivesDistinctScores() {
    assertThat(expected).hasSize(10);
    assertThat(expected[0]).isNotEqualTo(expected[1]);
  }

  @Test
  void startAndAwaitGiveWhatInferGives() {
    try (InferRequest request = filled()) {
      request.start();
      request.await();

      assertThat(request.output().toFloatArray()).isEqualTo(expected);
      assertThat(request.lastRunNanos()).isPositive();
      assertThat(request.await(Duration.ZERO)).isTrue();
    }
  }

  @Test
  void aRequestCanBeStartedAgainWithoutAwaiting() {
    try (InferRequest request = filled()) {
      for (int i = 0; i < 100; i++) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!isStarted(request)) {
          assertThat(System.nanoTime()).as("the run before never ended").isLessThan(deadline);
          Thread.onSpinWait();
        }
      }
      request.await();
      assertThat(request.output().toFloatArray()).isEqualTo(expected);
    }
  }

  /** False while the run before is under way. */
  private static boolean isStarted(InferRequest request) {
    try {
      request.start();
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  @Test
  void aStageCompletesWithTheRequest() throws Exception {
    try (InferRequest request = filled()) {
      InferRequest done = request.inferAsync().toCompletableFuture().get(10, TimeUnit.SECONDS);

      assertThat(done).isSameAs(request);
      assertThat(done.output().toFloatArray()).isEqualTo(expected);
    }
  }

  @Test
  void aPoolTellsOfEachRunOnce() {
    List<float[]> results = new ArrayList<>();
    try (InferPool pool =
        mnist.createPool(
            3,
            (request, failure) -> {
              assertThat(failure).isNull();
              results.add(request.output().toFloatArray());
            })) {
      for (InferRequest request : pool.requests()) {
        request.input().copyFrom(Fixtures.pattern(28 * 28));
      }
      for (int i = 0; i < 200; i++) {
        pool.take().start();
      }
      pool.drain();
      assertThat(results).hasSize(200).allSatisfy(r -> assertThat(r).isEqualTo(expected));
      pool.drain();
      assertThat(results).hasSize(200);
    }
  }

  @Test
  void aPoolWhoseRequestsAreAllTakenSaysSo() {
    try (InferPool pool = mnist.createPool(1, (request, failure) -> {})) {
      InferRequest only = pool.take();
      assertThatThrownBy(pool::take)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("give back");
      pool.giveBack(only);
      assertThat(pool.take()).isSameAs(only);
    }
  }

  @Test
  void wrappedMemoryIsReadAndWrittenWithoutCopies() {
    try (Arena arena = Arena.ofShared();
        InferRequest request = mnist.createRequest()) {
      MemorySegment in = arena.allocate(28 * 28 * Float.BYTES, 64);
      MemorySegment out = arena.allocate(10 * Float.BYTES, 64);
      MemorySegment.copy(Fixtures.pattern(28 * 28), 0, in, ValueLayout.JAVA_FLOAT, 0, 28 * 28);
      try (Tensor input = Tensor.wrap(in, ElementType.F32, Shape.of(1, 1, 28, 28));
          Tensor output = Tensor.wrap(out, ElementType.F32, Shape.of(1, 10))) {
        request.setInput(input);
        request.setOutput(output);
        request.infer();

        assertThat(out.toArray(ValueLayout.JAVA_FLOAT)).isEqualTo(expected);
        assertThat(request.output()).isSameAs(output);
      }
    }
  }

  @Test
  void wrappedMemoryThatIsGoneIsRefused() {
    try (InferRequest request = mnist.createRequest()) {
      try (Arena arena = Arena.ofShared()) {
        MemorySegment in = arena.allocate(28 * 28 * Float.BYTES, 64);
        try (Tensor input = Tensor.wrap(in, ElementType.F32, Shape.of(1, 1, 28, 28))) {
          request.setInput(input);
        }
      }
      assertThatThrownBy(request::infer)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("freed");
    }
  }

  @Test
  void virtualThreadsCanRunIt() throws Exception {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<float[]>> results = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        results.add(
            executor.submit(
                () -> {
                  try (InferRequest request = filled()) {
                    request.infer();
                    request.start();
                    request.await();
                    return request.output().toFloatArray();
                  }
                }));
      }
      for (Future<float[]> result : results) {
        assertThat(result.get(30, TimeUnit.SECONDS)).isEqualTo(expected);
      }
    }
  }

  @Test
  void theProfileNamesLayersAndKernels() {
    try (InferRequest request = filled()) {
      request.infer();

      assertThat(request.profile())
          .anySatisfy(
              layer -> {
                assertThat(layer.type()).isEqualTo("Convolution");
                assertThat(layer.status()).isEqualTo(LayerProfile.Status.EXECUTED);
                assertThat(layer.realTime()).isPositive();
                assertThat(layer.kernel()).isNotBlank();
              });
    }
  }

  @Test
  void aDynamicModelGivesOutputsOfTheRunsShape() {
    try (Model model = core.readModel(Fixtures.dynamicModel());
        CompiledModel compiled = core.compile(model, "CPU", Config.empty());
        InferRequest request = compiled.createRequest()) {
      request.input().setShape(Shape.of(1, 3, 24, 48));
      request.infer();
      Shape wide = request.output(0).shape();
      MemorySegment before = request.output(0).segment();
      request.input().setShape(Shape.of(1, 3, 48, 24));
      request.infer();
      Shape high = request.output(0).shape();

      assertThat(wide).isNotEqualTo(high);
      assertThat(request.output(0).segment().byteSize()).isEqualTo(high.elements() * Float.BYTES);
      assertThat(before.byteSize()).isEqualTo(wide.elements() * Float.BYTES);
      assertThatThrownBy(request::output).hasMessageContaining("2 outputs");
      assertThat(request.tensor(compiled.outputs().get(1).name()).shape())
          .isEqualTo(request.output(1).shape());
    }
  }

  @Test
  void aCancelledRunSaysSoAndTheRequestStaysUsable() {
    try (Model model = core.readModel(Fixtures.efficientNet());
        CompiledModel compiled = core.compile(model, "CPU", Config.empty());
        InferRequest request = compiled.createRequest()) {
      boolean cancelled = false;
      for (int i = 0; i < 50 && !cancelled; i++) {
        request.start();
        request.cancel();
        try {
          request.await();
        } catch (InferenceCancelledException e) {
          cancelled = true;
        }
      }
      assertThat(cancelled).isTrue();
      request.infer();
    }
  }

  @Test
  void aStageThatIsCancelledCancelsItsRun() {
    try (CompiledModel compiled = core.compile(Fixtures.efficientNet(), "CPU", Config.empty());
        InferRequest request = compiled.createRequest()) {
      boolean cancelled = false;
      // A run may be over before it is cancelled.
      for (int i = 0; i < 50 && !cancelled; i++) {
        CompletableFuture<InferRequest> stage = request.inferAsync().toCompletableFuture();
        assertThat(stage.cancel(false)).isTrue();
        try {
          request.await();
        } catch (InferenceCancelledException e) {
          cancelled = true;
        }
      }
      assertThat(cancelled).isTrue();
      request.infer();
    }
  }

  @Test
  void aRunThatIsUnderWayLeavesTheTimeOfTheLastOne() {
    try (CompiledModel compiled = core.compile(Fixtures.efficientNet(), "CPU", Config.empty());
        InferRequest request = compiled.createRequest()) {
      assertThat(request.lastRunNanos()).isZero();
      request.infer();
      boolean running = false;
      for (int i = 0; i < 50 && !running; i++) {
        long before = request.lastRunNanos();
        assertThat(before).isPositive();
        request.start();
        long meanwhile = request.lastRunNanos();
        running = !request.await(Duration.ZERO);
        if (running) {
          assertThat(meanwhile).isEqualTo(before);
        }
        request.await();
      }
      assertThat(running).isTrue();
    }
  }

  @Test
  void startingARunningRequestIsRefused() {
    try (Model model = core.readModel(Fixtures.efficientNet());
        CompiledModel compiled = core.compile(model, "CPU", Config.empty());
        InferRequest request = compiled.createRequest()) {
      request.start();
      assertThatThrownBy(request::start)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("await");
      request.await();
    }
  }

  @Test
  void aTensorIsTheSameByNameAndByNumber() {
    String name = mnist.inputs().getFirst().name();
    Shape shape = Shape.of(1, 1, 28, 28);
    try (InferRequest request = mnist.createRequest();
        Arena arena = Arena.ofShared();
        Tensor own = Tensor.allocate(ElementType.F32, shape)) {
      Tensor borrowed = request.tensor(name);
      assertThat(request.tensor(name)).isSameAs(borrowed).isSameAs(request.input());
      assertThat(request.tensor(mnist.outputs().getFirst().name())).isSameAs(request.output());
      try (Arena other = Arena.ofShared();
          Tensor first = Tensor.wrap(other.allocate(28 * 28 * 4, 64), ElementType.F32, shape)) {
        request.setInput(first);
        request.setTensor(name, own);
      }
      assertThat(request.input()).isSameAs(own);
      assertThat(request.tensor(name)).isSameAs(own);
      // The memory of the one that was set first is gone and must not matter any more.
      own.copyFrom(Fixtures.pattern(28 * 28));
      request.infer();
      assertThat(request.output().toFloatArray()).isEqualTo(expected);

      Tensor last = Tensor.wrap(arena.allocate(28 * 28 * 4, 64), ElementType.F32, shape);
      request.setInput(last);
      assertThat(request.tensor(name)).isSameAs(last);
      last.close();
      assertThatThrownBy(() -> request.tensor("none")).isInstanceOf(NativeCallException.class);
    }
  }

  @Test
  void aDynamicOutputIsTheSameUntilTheNextRun() {
    try (Model model = core.readModel(Fixtures.dynamicModel());
        CompiledModel compiled = core.compile(model, "CPU", Config.empty());
        InferRequest request = compiled.createRequest()) {
      request.input().setShape(Shape.of(1, 3, 24, 24));
      request.infer();
      Tensor first = request.output(0);
      assertThat(request.output(0)).isSameAs(first);
      assertThat(first.toFloatArray()).isNotEmpty();
      request.input().setShape(Shape.of(1, 3, 48, 48));
      request.infer();
      assertThat(request.output(0)).isNotSameAs(first);
    }
  }

  @Test
  void memoryThatCannotBeWrittenIsNoOutput() {
    try (Arena arena = Arena.ofShared();
        InferRequest request = mnist.createRequest();
        Tensor output =
            Tensor.wrap(
                arena.allocate(10 * Float.BYTES, 64).asReadOnly(),
                ElementType.F32,
                Shape.of(1, 10))) {
      assertThatThrownBy(() -> request.setOutput(output))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("read-only");
      assertThatThrownBy(() -> request.setTensor(mnist.outputs().getFirst().name(), output))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void timesToWaitMayBeNegativeAndVeryLongOnVirtualThreadsToo() throws Exception {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      executor.submit(this::timesToWaitMayBeNegativeAndVeryLong).get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void timesToWaitMayBeNegativeAndVeryLong() {
    try (CompiledModel compiled = core.compile(Fixtures.efficientNet(), "CPU", Config.empty());
        InferRequest request = compiled.createRequest()) {
      boolean running = false;
      for (int i = 0; i < 50 && !running; i++) {
        request.start();
        running = !request.await(Duration.ofMillis(-1));
        assertThat(request.await(Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
      }
      assertThat(running).isTrue();
    }
  }

  @Test
  void aStageEndsThoughItsExecutorRefuses() throws Exception {
    try (InferRequest request = filled()) {
      CompletableFuture<InferRequest> stage =
          request
              .inferAsync(
                  task -> {
                    throw new RejectedExecutionException("Shut down");
                  })
              .toCompletableFuture();

      assertThat(stage.get(10, TimeUnit.SECONDS)).isSameAs(request);
    }
  }

  @Test
  void aStageEndsThoughItsExecutorHasNoThreadLeft() throws Exception {
    try (InferRequest request = filled()) {
      for (int i = 0; i < 2; i++) {
        CompletableFuture<InferRequest> stage =
            request
                .inferAsync(
                    task -> {
                      throw new OutOfMemoryError("unable to create native thread");
                    })
                .toCompletableFuture();
        assertThat(stage.get(10, TimeUnit.SECONDS)).isSameAs(request);
      }
    }
  }

  @Test
  void aFailureIsToldByTheStageAndByAwait() {
    try (CompiledModel compiled = core.compile(Fixtures.efficientNet(), "CPU", Config.empty());
        InferRequest request = compiled.createRequest()) {
      boolean cancelled = false;
      for (int i = 0; i < 50 && !cancelled; i++) {
        CompletableFuture<InferRequest> stage = request.inferAsync().toCompletableFuture();
        request.cancel();
        try {
          stage.get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
          assertThat(e).hasCauseInstanceOf(InferenceCancelledException.class);
          assertThatThrownBy(request::await).isInstanceOf(InferenceCancelledException.class);
          cancelled = true;
        }
        request.await();
      }
      assertThat(cancelled).isTrue();
    }
  }

  @Test
  void aStageThatIsCancelledLateLeavesTheNextRunAlone() {
    try (CompiledModel compiled = core.compile(Fixtures.efficientNet(), "CPU", Config.empty());
        InferRequest request = compiled.createRequest()) {
      for (int i = 0; i < 10; i++) {
        CompletableFuture<InferRequest> stage =
            request.inferAsync(task -> {}).toCompletableFuture();
        request.await();
        request.start();
        assertThat(stage.cancel(false)).isTrue();
        request.await();
      }
    }
  }

  @Test
  void noStageIsLostWhenItsRunIsAwaitedToo() throws Exception {
    try (InferRequest request = filled()) {
      for (int i = 0; i < 5_000; i++) {
        CompletableFuture<InferRequest> stage =
            request.inferAsync(Runnable::run).toCompletableFuture();
        request.await();
        if (i % 2 == 0) {
          assertThat(stage.get(10, TimeUnit.SECONDS)).isSameAs(request);
        }
      }
    }
  }

  @Test
  void aPoolIsNotToldOfRunsThatAreAwaitedInPlace() throws Exception {
    List<Integer> told = new ArrayList<>();
    try (InferPool pool = mnist.createPool(1, (request, failure) -> told.add(request.index()))) {
      Thread.ofVirtual().start(pool.requests().getFirst()::infer).join();
      InferRequest only = pool.take();
      assertThat(told).isEmpty();
      assertThatThrownBy(pool::take).hasMessageContaining("give back");
      only.start();
      assertThat(pool.take()).isSameAs(only);
      assertThat(told).containsExactly(0);
    }
  }

  @Test
  void whoStartsARequestOfAPoolMustHaveTakenIt() {
    try (InferPool pool = mnist.createPool(2, (request, failure) -> {});
        InferPool other = mnist.createPool(2, (request, failure) -> {})) {
      InferRequest request = pool.requests().getFirst();
      assertThatThrownBy(request::start).hasMessageContaining("take() first");
      assertThatThrownBy(() -> pool.giveBack(request)).hasMessageContaining("take() first");
      InferRequest taken = pool.take();
      assertThatThrownBy(() -> other.giveBack(taken)).isInstanceOf(IllegalArgumentException.class);
      taken.start();
      assertThatThrownBy(() -> pool.giveBack(taken)).hasMessageContaining("take() first");
      pool.drain();
      assertThatThrownBy(taken::start).hasMessageContaining("take() first");
      assertThat(List.of(pool.take(), pool.take())).doesNotHaveDuplicates();
    }
  }

  @Test
  void aPoolThatIsClosedTellsNoMore() {
    List<Integer> told = new ArrayList<>();
    InferPool pool = mnist.createPool(2, (request, failure) -> told.add(request.index()));
    pool.take().start();
    pool.close();
    pool.drain();
    assertThat(told).isEmpty();
    assertThatThrownBy(() -> pool.take().start()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aListenerThatThrowsDoesNotCostARequest() {
    try (InferPool pool =
        mnist.createPool(
            1,
            (request, failure) -> {
              throw new UnsupportedOperationException("The listener's own");
            })) {
      for (int i = 0; i < 3; i++) {
        pool.take().start();
        assertThatThrownBy(pool::take).isInstanceOf(UnsupportedOperationException.class);
      }
    }
  }

  private static InferRequest filled() {
    InferRequest request = mnist.createRequest();
    request.input().copyFrom(Fixtures.pattern(28 * 28));
    return request;
  }
}
