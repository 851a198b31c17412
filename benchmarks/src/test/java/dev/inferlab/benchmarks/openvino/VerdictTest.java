package dev.inferlab.benchmarks.openvino;

import static dev.inferlab.benchmarks.openvino.Verdict.MET;
import static dev.inferlab.benchmarks.openvino.Verdict.MISSED;
import static dev.inferlab.benchmarks.openvino.Verdict.NOT_SHOWN;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VerdictTest {

  @Test
  void aNarrowIntervalIsTakenAtItsMiddle() {
    assertThat(Verdict.atLeast(0.99, new Ratio(0.995, 0.98, 1.01))).isEqualTo(MET);
    assertThat(Verdict.atLeast(0.99, new Ratio(0.985, 0.97, 1.0))).isEqualTo(MISSED);
    assertThat(Verdict.atMost(1.02, new Ratio(1.015, 1.0, 1.03))).isEqualTo(MET);
    assertThat(Verdict.atMost(1.02, new Ratio(1.025, 1.01, 1.04))).isEqualTo(MISSED);
  }

  @Test
  void aWideIntervalAroundTheGoalShowsNothing() {
    assertThat(Verdict.atLeast(0.99, new Ratio(1.0, 0.95, 1.05))).isEqualTo(NOT_SHOWN);
    assertThat(Verdict.atLeast(0.99, new Ratio(0.9, 0.8, 1.0))).isEqualTo(NOT_SHOWN);
    assertThat(Verdict.atMost(1.02, new Ratio(1.0, 0.9, 1.1))).isEqualTo(NOT_SHOWN);
  }

  @Test
  void aWideIntervalOnOneSideOfTheGoalTells() {
    assertThat(Verdict.atLeast(0.99, new Ratio(1.1, 1.0, 1.2))).isEqualTo(MET);
    assertThat(Verdict.atLeast(0.99, new Ratio(0.9, 0.85, 0.98))).isEqualTo(MISSED);
    assertThat(Verdict.atMost(1.02, new Ratio(0.9, 0.8, 1.0))).isEqualTo(MET);
    assertThat(Verdict.atMost(1.02, new Ratio(1.2, 1.1, 1.3))).isEqualTo(MISSED);
  }

  @Test
  void whatIsMissedStaysMissed() {
    assertThat(MET.and(MET)).isEqualTo(MET);
    assertThat(MET.and(NOT_SHOWN)).isEqualTo(NOT_SHOWN);
    assertThat(NOT_SHOWN.and(MET)).isEqualTo(NOT_SHOWN);
    assertThat(NOT_SHOWN.and(MISSED)).isEqualTo(MISSED);
    assertThat(MISSED.and(MET)).isEqualTo(MISSED);
  }
}
