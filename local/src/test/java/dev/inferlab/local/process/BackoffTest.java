package dev.inferlab.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Duration YOUNG = Duration.ofSeconds(1);

  @Test
  void waitsLongerEachTimeThatAProcessDiesYoung() {
    Backoff backoff = new Backoff();
    assertThat(IntStream.range(0, 8).mapToObj(i -> backoff.afterDeath(YOUNG).toMillis()))
        .containsExactly(200L, 400L, 800L, 1600L, 3200L, 6400L, 10_000L, 10_000L);
    assertThat(backoff.earlyDeaths()).isEqualTo(8);
  }

  @Test
  void forgivesAProcessThatRanForAWhile() {
    Backoff backoff = new Backoff();
    backoff.afterDeath(YOUNG);
    backoff.afterDeath(YOUNG);
    assertThat(backoff.afterDeath(Duration.ofMinutes(1))).isEqualTo(Duration.ofMillis(200));
    assertThat(backoff.earlyDeaths()).isZero();
  }
}
