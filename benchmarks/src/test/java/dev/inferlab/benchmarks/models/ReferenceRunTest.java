package dev.inferlab.benchmarks.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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

  private static Golden.Output reference(double[] values, long... shape) {
    return Golden.Output.of(
        List.of("probabilities"),
        Arrays.stream(shape).boxed().toList(),
        values,
        Golden.Output.SAMPLES,
        null);
  }

  private static Deviation of(Golden.Output expected, double[] found) {
    ReferenceRun run = new ReferenceRun(null, Path.of(""));
    run.values(expected, "probabilities", found);
    return run.deviation();
  }

  @Test
  void theSameNumbersAgree() {
    assertThat(of(reference(probabilities(7), 1, CLASSES), probabilities(7)).agrees()).isTrue();
  }

  @Test
  void smallNumbersAreHeldAgainstTheLargest() {
    double[] found = probabilities(7);
    found[25] += 9e-6; // far below 1e-4, and yet one part in a hundred
    assertThat(of(reference(probabilities(7), 1, CLASSES), found).agrees()).isFalse();
  }

  @Test
  void anotherBestClassBetweenTheSamplesIsSeen() {
    Deviation deviation = of(reference(probabilities(7), 1, CLASSES), probabilities(8));
    assertThat(deviation.agrees()).isFalse();
    assertThat(deviation.where()).contains("elsewhere");
  }

  /** A step of equal length that divides the rows would see one column only. */
  @Test
  void anErrorInAnyColumnOfTheRowsIsSeen() {
    int columns = 16;
    double[] values = new double[4096 * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 7 - 3;
    }
    Golden.Output expected = reference(values, 1, 4096, columns);
    for (int column = 0; column < columns; column++) {
      double[] found = values.clone();
      for (int i = column; i < found.length; i += columns) {
        found[i] -= found[i] < 3 ? 0.01 : 0; // the best one stays the best
      }
      Deviation deviation = of(expected, found);
      assertThat(deviation.agrees()).as("column %d", column).isFalse();
      assertThat(deviation.where()).contains("[");
    }
  }

  /** As {@code places} of catalogue_goldens.py gives them. */
  @Test
  void placesAreThoseOfTheScript() {
    int[] places = Golden.Output.places(265_000, 1000);
    assertThat(places).hasSize(1000).startsWith(147, 383, 725, 975, 1120).isSorted();
    assertThat(Golden.Output.places(3, 1000)).containsExactly(0, 1, 2);
    assertThat(Golden.Output.places(1001, 1000)).hasSize(1000).doesNotHaveDuplicates();
  }

  @Test
  void whatIsNoNumberNeverAgrees() {
    double[] zeros = new double[CLASSES];
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      double[] found = zeros.clone();
      found[3] = bad;
      assertThat(of(reference(zeros, 1, CLASSES), found).agrees()).as("%s", bad).isFalse();
    }
  }

  @Test
  void moreDetectionsThanTheReferenceHasDoNotAgree() {
    List<Double> row = List.of(0.0, 1.0, 0.9, 0.1, 0.1, 0.2, 0.2);
    Golden.Output expected =
        new Golden.Output(List.of("detections"), null, 0, 0, 0, 0, null, null, List.of(row));
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
