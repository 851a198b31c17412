package dev.inferlab.agent.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RepeatingTest {
  @Test
  void closingWaitsForTheTaskInsteadOfInterruptingIt() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    AtomicBoolean closing = new AtomicBoolean();
    Thread closer = Thread.currentThread();
    AtomicBoolean interrupted = new AtomicBoolean();
    AtomicInteger ends = new AtomicInteger();
    Repeating repeating = new Repeating("test");
    repeating.every(
        Duration.ofMillis(1),
        () -> {
          inside.countDown();
          awaitWaiting(closer, closing);
          interrupted.set(Thread.interrupted());
          ends.incrementAndGet();
        });
    inside.await();
    closing.set(true);
    repeating.close();
    assertThat(interrupted).isFalse();
    assertThat(ends).as("once, and to its end").hasValue(1);
  }

  @Test
  void aTaskThatFailsWithAnErrorIsDoneAgain() throws Exception {
    CountDownLatch again = new CountDownLatch(1);
    AtomicInteger runs = new AtomicInteger();
    try (Repeating repeating = new Repeating("test")) {
      repeating.every(
          Duration.ofMillis(1),
          () -> {
            if (runs.incrementAndGet() == 1) {
              throw new StackOverflowError("once");
            }
            again.countDown();
          });
      assertThat(again.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** Until it waits in close, or an interrupt comes. */
  private static void awaitWaiting(Thread closer, AtomicBoolean closing) {
    while (!Thread.currentThread().isInterrupted()
        && !(closing.get()
            && Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING)
                .contains(closer.getState()))) {
      Thread.onSpinWait();
    }
  }
}
