package dev.inferlab.testkit.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ManualClockTest {
  @Test
  void standsStillUntilMoved() {
    ManualClock clock = new ManualClock();

    assertThat(clock.instant()).isEqualTo(clock.instant());
    assertThat(clock.advance(Duration.ofSeconds(2)))
        .isEqualTo(ManualClock.START.plusSeconds(2))
        .isEqualTo(clock.instant());
  }
}
