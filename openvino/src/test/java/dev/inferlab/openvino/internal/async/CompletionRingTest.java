package dev.inferlab.openvino.internal.async;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
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

  private static void pause(int spins) {
    for (int i = 0; i < spins; i++) {
      Thread.onSpinWait();
    }
  }
}
