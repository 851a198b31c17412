package dev.inferlab.benchmarks.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class SteadyLoadTest {

  @Test
  void aCallThatHangsDelaysNoOtherCallAndItsWholeDelayIsSeen() {
    Latencies latencies = new Latencies();
    CountDownLatch others = new CountDownLatch(49);

    new SteadyLoad(100, Duration.ofMillis(500))
        .run(
            (index, due) -> {
              if (index == 0) {
                others.await();
              } else {
                others.countDown();
              }
              latencies.record(System.nanoTime() - due);
            });

    assertThat(latencies.count()).isEqualTo(50);
    assertThat(latencies.maxMillis()).isGreaterThan(450);
    assertThat(latencies.millis(50)).isLessThan(200);
  }
}
