package dev.inferlab.platform.id;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.testkit.time.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TimeOrderedIdsTest {
  private final ManualClock clock = new ManualClock();
  private final TimeOrderedIds ids = new TimeOrderedIds(clock, new Random(1));

  @Test
  void areVersion7WithTheirTime() {
    UUID id = ids.next();

    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(clock.millis());
  }

  @Test
  void growWithinAMillisecondAndWhenTheClockStepsBack() {
    List<UUID> made = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      if (i % 3000 == 2999) {
        clock.advance(Duration.ofSeconds(-1));
      }
      made.add(ids.next());
    }

    assertThat(made)
        .doesNotHaveDuplicates()
        .isSortedAccordingTo(Comparator.comparing(UUID::toString));
  }
}
