package dev.inferlab.testkit.id;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class SequentialIdsTest {
  @Test
  void countsInVersion7Uuids() {
    SequentialIds ids = new SequentialIds();

    UUID first = ids.get();

    assertThat(first).hasToString("00000000-0000-7000-8000-000000000001");
    assertThat(first.version()).isEqualTo(7);
    assertThat(ids.get()).isEqualTo(SequentialIds.nth(2));
  }
}
