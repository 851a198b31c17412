package dev.inferlab.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With two processes of very different size: this one, and one that sleeps. */
class MemoryBudgetTest {
  private static final long ONE_PAGE = 4096;

  private final long large = ProcessHandle.current().pid();
  private Process small;

  @BeforeEach
  void start() throws Exception {
    small = new ProcessBuilder("sleep", "600").start();
  }

  @AfterEach
  void stop() {
    small.destroyForcibly();
  }

  @Test
  void theLargestIsTheOneThatExceedsIt() {
    MemoryBudget budget = new MemoryBudget(ONE_PAGE);
    budget.enter(large);
    budget.enter(small.pid());
    assertThat(budget.exceededMostBy(large)).isTrue();
    assertThat(budget.exceededMostBy(small.pid())).isFalse();
  }

  @Test
  void whatNoLongerRunsDoesNotCount() {
    MemoryBudget budget = new MemoryBudget(ONE_PAGE);
    budget.enter(large);
    budget.enter(small.pid());
    budget.leave(large);
    assertThat(budget.exceededMostBy(small.pid())).isTrue();
  }

  @Test
  void withinItNobodyExceedsIt() {
    MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE);
    budget.enter(large);
    assertThat(budget.exceededMostBy(large)).isFalse();
  }
}
