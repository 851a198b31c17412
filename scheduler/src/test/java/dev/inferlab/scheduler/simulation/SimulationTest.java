package dev.inferlab.scheduler.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;

/**
 * Whatever crashes, freezes, is cut off, or is told of a failure that was none. A failing run
 * prints its seed; {@code -Dsimulation.seed=N} runs that one again.
 */
class SimulationTest {

  @Property(tries = 1_000, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void invariantsHold(@ForAll long seed) {
    run(Long.getLong("simulation.seed", seed));
  }

  @Tag("long")
  @Property(tries = 10_000, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void invariantsHoldForLong(@ForAll long seed) {
    run(seed);
  }

  @Example
  void aSeedReplays() {
    assertThat(Simulation.run(7)).isEqualTo(Simulation.run(7)).hasSizeGreaterThan(10);
  }

  private static void run(long seed) {
    try {
      Simulation.run(seed);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("run it again with -Dsimulation.seed=" + seed, e);
    }
  }
}
