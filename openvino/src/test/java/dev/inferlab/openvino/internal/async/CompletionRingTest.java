package dev.inferlab.openvino.internal.async;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class CompletionRingTest {

  private static final int ROUNDS = 300_000;
  private static final int DELAYS = 64;

  /** The taker goes to sleep at the very moment at which the one number comes, again and again. */
  @Test
  void noTakerSleepsThroughTheOnlyNumber() throws Exception {
    CompletionRing ring = new CompletionRing(1);
    AtomicInteger begun = new AtomicInteger();
    Thread adder =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  for (int round = 1; round <= ROUNDS; round++) {
                    while (begun.get() < round) {
                      Thread.onSpinWait();
                    }
                    pause(round % DELAYS);
                    ring.add(0);
                  }
                });
    Thread taker =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  for (int round = 1; round <= ROUNDS; round++) {
                    ring.expect();
                    begun.set(round);
                    pause(round / DELAYS % DELAYS);
                    ring.await();
                  }
                });

    assertThat(adder.join(Duration.ofSeconds(120)) && taker.join(Duration.ofSeconds(10)))
        .as("the taker was woken in each round; begun: %s", begun)
        .isTrue();
  }

  /**
   * Such as when a start that was counted fails: nothing will come, and nobody else would wake it.
   */
  @Test
  void aTakerIsWokenWhenNothingIsToComeAnyMore() throws Exception {
    CompletionRing ring = new CompletionRing(1);
    ring.expect();
    AtomicInteger taken = new AtomicInteger();
    Thread taker = Thread.ofPlatform().daemon().start(() -> taken.set(ring.await()));
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (taker.getState() != Thread.State.WAITING && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(100_000);
    }
    ring.unexpect();
    assertThat(taker.join(Duration.ofSeconds(10))).isTrue();
    assertThat(taken).hasValue(-1);
  }

  /** An interrupted thread sleeps all the same: it does not burn a core while it waits. */
  @Test
  void waitingWhileInterruptedSleepsAndKeepsTheMark() throws Exception {
    CompletionRing ring = new CompletionRing(1);
    ring.expect();
    AtomicBoolean marked = new AtomicBoolean();
    Thread taker =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  Thread.currentThread().interrupt();
                  ring.await();
                  marked.set(Thread.currentThread().isInterrupted());
                });
    // Who spins is seen asleep now and then, but not a thousand times in a row.
    int asleep = 0;
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (asleep < 1000 && System.nanoTime() - deadline < 0) {
      asleep = taker.getState() == Thread.State.WAITING ? asleep + 1 : 0;
      LockSupport.parkNanos(100_000);
    }
    assertThat(asleep).isEqualTo(1000);
    ring.add(0);
    assertThat(taker.join(Duration.ofSeconds(30))).isTrue();
    assertThat(marked).isTrue();
  }

  private static void pause(int spins) {
    for (int i = 0; i < spins; i++) {
      Thread.onSpinWait();
    }
  }
}
