package dev.inferlab.openvino.internal.async;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PollingTest {

  /** Who spins looks a hundred times as often. */
  @Test
  void waitingWhileInterruptedSleepsAndKeepsTheMark() {
    long end = System.nanoTime() + Duration.ofMillis(100).toNanos();
    int[] looks = new int[1];
    Thread.currentThread().interrupt();
    Polling.until(
        () -> {
          looks[0]++;
          return System.nanoTime() - end >= 0;
        });
    assertThat(Thread.interrupted()).isTrue();
    assertThat(looks[0]).isBetween(2, 3000);
  }
}
