package dev.inferlab.benchmarks.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReferenceRunTest {
  private static final int CLASSES = 1000;

  /** A classifier that is not sure: no probability is above 3 in a thousand. */
  private static double[] probabilities(int best) {
    double[] values = new double[CLASSES];
    Arrays.fill(values, 0.997 / (CLASSES - 1));
    values[best] = 0.003;
    return values;
  }

  private static Golden.Output reference(double[] values) {
    int step = 25;
    return new Golden.Output(
        List.of("probabilities"),
        List.of(1L, (long) values.length),
        Arrays.stream(values).average().orElseThrow(),
        Arrays.stream(values).map(Math::abs).average().orElseThrow(),
        Arrays.stream(values).map(Math::abs).max().orElseThrow(),
        IntStream.range(0, values.length)
            .reduce((a, b) -> values[b] > values[a] ? b : a)
            .orElseThrow(),
        step,
        IntStream.range(0, values.length / step).mapToObj(i -> values[i * step]).toList(),
        null,
        null);
  }

  private static Deviation of(Golden.Output expected, double[] found) {
    ReferenceRun run = new ReferenceRun(null, Path.of(""));
    run.values(expected, "probabilities", found);
    return run.deviation();
  }

  @Test
  void theSameNumbersAgree() {
    assertThat(of(reference(probabilities(7)), probabilities(7)).agrees()).isTrue();
  }

  @Test
  void smallNumbersAreHeldAgainstTheLargest() {
    double[] found = probabilities(7);
    found[25] += 9e-6; // far below 1e-4, and yet one part in a hundred
    assertThat(of(reference(probabilities(7)), found).agrees()).isFalse();
  }

  @Test
  void anotherBestClassBetweenTheSamplesIsSeen() {
    Deviation deviation = of(reference(probabilities(7)), probabilities(8));
    assertThat(deviation.agrees()).isFalse();
    assertThat(deviation.where()).contains("elsewhere");
  }

  @Test
  void whatIsNoNumberNeverAgrees() {
    double[] zeros = new double[CLASSES];
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      double[] found = zeros.clone();
      found[3] = bad;
      assertThat(of(reference(zeros), found).agrees()).as("%s", bad).isFalse();
    }
  }

  @Test
  void moreDetectionsThanTheReferenceHasDoNotAgree() {
    List<Double> row = List.of(0.0, 1.0, 0.9, 0.1, 0.1, 0.2, 0.2);
    Golden.Output expected =
        new Golden.Output(
            List.of("detections"), null, 0, 0, null, null, 0, List.of(), null, List.of(row));
    double[] once = row.stream().mapToDouble(Double::doubleValue).toArray();
    double[] twice = Arrays.copyOf(once, 14);
    System.arraycopy(once, 0, twice, 7, 7);
    ReferenceRun same = new ReferenceRun(null, Path.of(""));
    same.detections(expected, once);
    assertThat(same.deviation().agrees()).isTrue();
    ReferenceRun more = new ReferenceRun(null, Path.of(""));
    more.detections(expected, twice);
    assertThat(more.deviation().agrees()).isFalse();
  }
}
