package dev.inferlab.benchmarks.openvino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RatioTest {

  /** Ranks of the sign test's 95 % interval, as tables of order statistics have them. */
  @ParameterizedTest
  @CsvSource({"6, 1, 6", "8, 1, 8", "9, 2, 8", "12, 3, 10", "20, 6, 15", "30, 10, 21"})
  void theIntervalIsTheSignTests(int count, int low, int high) {
    double[] ranks = IntStream.rangeClosed(1, count).mapToDouble(i -> i).toArray();

    Ratio ratio = Ratio.of(ranks);

    assertThat(ratio.median()).isEqualTo((count + 1) / 2.0);
    assertThat(ratio.low()).isEqualTo(low);
    assertThat(ratio.high()).isEqualTo(high);
  }

  @Test
  void theOrderOfThePairsDoesNotMatter() {
    assertThat(Ratio.of(3, 1, 2, 6, 5, 4)).isEqualTo(Ratio.of(1, 2, 3, 4, 5, 6));
  }

  @Test
  void holdsTheTrueMedianInAtLeast95Of100Measurements() {
    SplittableRandom random = new SplittableRandom(1);
    int held = 0;
    for (int trial = 0; trial < 10_000; trial++) {
      Ratio ratio = Ratio.of(DoubleStream.generate(random::nextGaussian).limit(9).toArray());
      held += ratio.low() <= 0 && ratio.high() >= 0 ? 1 : 0;
    }

    assertThat(held).isBetween(9_500, 9_700); // 96.1 % of 10,000
  }

  @Test
  void refusesTooFewPairs() {
    assertThatThrownBy(() -> Ratio.of(1, 1, 1, 1, 1)).isInstanceOf(IllegalArgumentException.class);
  }
}
