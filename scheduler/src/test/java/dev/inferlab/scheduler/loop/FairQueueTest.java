package dev.inferlab.scheduler.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FairQueueTest {

  private final FairQueue<String> queue =
      new FairQueue<>(item -> item.charAt(0), item -> item.length());

  @Test
  void keepsTheOrderOfEachSender() {
    queue.add("a1");
    queue.add("b1");
    queue.add("a2");
    assertThat(queue.take(100, 100)).containsExactly("a1", "a2", "b1");
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void whoSendsMuchDelaysOnlyItself() {
    for (int i = 0; i < 10; i++) {
      queue.add("a-much-too-long-" + i);
    }
    queue.add("b1");
    assertThat(queue.take(4, 100)).containsExactly("a-much-too-long-0", "b1");
    queue.add("c1");
    assertThat(queue.take(4, 100)).containsExactly("a-much-too-long-1", "c1");
  }

  @Test
  void whoWasServedGoesToTheEnd() {
    queue.add("a1");
    queue.add("a2");
    queue.add("b1");
    queue.add("c1");
    assertThat(queue.take(1, 4)).containsExactly("a1", "b1");
    assertThat(queue.take(1, 4)).containsExactly("c1", "a2");
  }
}
