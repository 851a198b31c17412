package dev.inferlab.agent.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferlab.openvino.NativeLibraryException;
import dev.inferlab.openvino.OpenVinoException;
import dev.inferlab.proto.job.v1.LatencyMs;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** The figures of known runs; the runs themselves are measured in OpenVinoJobsTest. */
class TimingLoopTest {
  private static final long MS = 1_000_000;
  private static final Percentage THREE_DIGITS = Percentage.withPercentage(0.1);

  private final TimingLoop loop = new TimingLoop();

  @Test
  void percentilesOfKnownDurationsAreExact() {
    loop.begin();
    long start = System.nanoTime();
    // 1 to 1000 ms in no order, one after the other.
    long end = start;
    for (int i = 1; i <= 1000; i++) {
      long millis = i * 3 % 1001;
      end += millis * MS;
      loop.record(millis * MS, end);
    }
    TimingLoop.Timing timing = loop.finish(1000, start);
    LatencyMs latency = timing.latency();
    assertThat(latency.getMin()).isCloseTo(1, THREE_DIGITS);
    assertThat(latency.getMean()).isCloseTo(500.5, THREE_DIGITS);
    assertThat(latency.getP50()).isCloseTo(500, THREE_DIGITS);
    assertThat(latency.getP90()).isCloseTo(900, THREE_DIGITS);
    assertThat(latency.getP95()).isCloseTo(950, THREE_DIGITS);
    assertThat(latency.getP99()).isCloseTo(990, THREE_DIGITS);
    assertThat(latency.getP999()).isCloseTo(999, THREE_DIGITS);
    assertThat(latency.getMax()).isCloseTo(1000, THREE_DIGITS);
    assertThat(timing.iterations()).isEqualTo(1000);
    assertThat(timing.seconds()).isEqualTo(500.5);
    assertThat(timing.perSecond()).isCloseTo(1000 / 500.5, THREE_DIGITS);
  }

  @Test
  void runsOfTheWarmUpAreInNoFigure() {
    loop.begin();
    long start = System.nanoTime();
    loop.record(5_000 * MS, start + 5_000 * MS);
    loop.finish(1, start);
    loop.begin();
    long second = System.nanoTime();
    IntStream.rangeClosed(1, 10).forEach(i -> loop.record(20 * MS, second + i * 20 * MS));
    TimingLoop.Timing timing = loop.finish(10, second);
    assertThat(timing.latency().getMax()).isCloseTo(20, THREE_DIGITS);
    assertThat(timing.latency().getMean()).isCloseTo(20, THREE_DIGITS);
    assertThat(timing.seconds()).isEqualTo(0.2);
  }

  @Test
  void theTimeIsThatUntilTheLastEndWhicheverIsToldLast() {
    loop.begin();
    long start = System.nanoTime();
    loop.record(400 * MS, start + 400 * MS);
    loop.record(100 * MS, start + 300 * MS);
    assertThat(loop.finish(2, start).perSecond()).isEqualTo(5);
  }

  @Test
  void aFailedRunFailsItsPassAndNoOther() {
    loop.begin();
    OpenVinoException failure = new NativeLibraryException("as a failed run tells it");
    loop.ended(null, failure);
    assertThatThrownBy(() -> loop.finish(1, System.nanoTime())).isSameAs(failure);
    loop.begin();
    long start = System.nanoTime();
    loop.record(MS, start + MS);
    assertThat(loop.finish(1, start).iterations()).isEqualTo(1);
  }
}
