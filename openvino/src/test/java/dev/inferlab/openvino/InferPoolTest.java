package dev.inferlab.openvino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What may be done with a pool's request, and when. */
@Timeout(60)
class InferPoolTest {

  private static Core core;
  private static CompiledModel mnist;

  private final List<Integer> told = new ArrayList<>();

  @BeforeAll
  static void compile() {
    core = new Core();
    mnist = core.compile(Fixtures.mnist(), "CPU", Config.empty());
  }

  @AfterAll
  static void close() {
    mnist.close();
    core.close();
  }

  private InferPool pool(int size) {
    return mnist.createPool(size, (request, failure) -> told.add(request.index()));
  }

  @Test
  void itsRequestsHaveNoStages() {
    try (InferPool pool = pool(1)) {
      InferRequest request = pool.take();
      assertThatThrownBy(request::inferAsync)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("start()");
      request.start();
      pool.drain();
      assertThat(told).containsExactly(0);
    }
  }

  @Test
  void aRunIsAwaitedByThePoolAlone() {
    try (InferPool pool = pool(1)) {
      InferRequest request = pool.take();
      request.start();
      assertThatThrownBy(request::await)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("take()");
      assertThatThrownBy(() -> request.await(Duration.ofSeconds(5)))
          .isInstanceOf(IllegalStateException.class);
      assertThat(pool.take()).isSameAs(request);
      request.await();
      assertThat(told).containsExactly(0);
    }
  }

  @Test
  void aRunThatHasEndedUnheardIsNotFollowedByAnother() {
    try (InferPool pool = pool(1)) {
      InferRequest request = pool.take();
      request.start();
      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (request.lastEndNanos() == 0 && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      assertThatThrownBy(request::start).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(request::infer).isInstanceOf(IllegalStateException.class);
      pool.drain();
      assertThat(told).containsExactly(0);
    }
  }

  @Test
  void itsListenerCannotStartTheNextRun() {
    List<Throwable> refusals = new ArrayList<>();
    try (InferPool pool =
        mnist.createPool(
            1,
            (request, failure) -> {
              try {
                request.start();
              } catch (IllegalStateException e) {
                refusals.add(e);
              }
            })) {
      for (int i = 0; i < 3; i++) {
        pool.take().start();
      }
      pool.drain();
    }
    assertThat(refusals).hasSize(3);
  }

  @Test
  void aRequestInHandMayRunInPlace() {
    try (InferPool pool = pool(1)) {
      InferRequest request = pool.take();
      request.infer();
      request.start();
      pool.drain();
      request.infer();
      assertThat(told).containsExactly(0);
    }
  }

  /** As many threads as requests; the listener is never called twice at once. */
  @Test
  void asManyThreadsAsItHasRequestsMayShareIt() throws Exception {
    int threads = 4;
    int runs = 500;
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger together = new AtomicInteger();
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    try (InferPool pool =
        mnist.createPool(
            threads,
            (request, failure) -> {
              together.accumulateAndGet(inside.incrementAndGet(), Math::max);
              told.add(request.index());
              inside.decrementAndGet();
            })) {
      List<Thread> sharing = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        sharing.add(
            Thread.ofPlatform()
                .uncaughtExceptionHandler((thread, thrown) -> failures.add(thrown))
                .start(
                    () -> {
                      for (int run = 0; run < runs; run++) {
                        InferRequest request = pool.take();
                        if (run % 10 == 0) {
                          pool.giveBack(request);
                        } else {
                          request.start();
                        }
                      }
                      pool.drain();
                    }));
      }
      for (Thread thread : sharing) {
        thread.join();
      }
    }
    assertThat(failures).isEmpty();
    assertThat(told).hasSize(threads * runs * 9 / 10);
    assertThat(together).hasValue(1);
  }

  @Test
  void aClosedPoolHandsOutNothing() {
    InferPool pool = pool(2);
    pool.take().start();
    pool.close();
    assertThatThrownBy(pool::take)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    pool.drain();
    assertThat(told).isEmpty();
  }
}
