package dev.inferlab.benchmarks.openvino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class MeasurementTest {

  /** As benchmark_app 2026.4.1 prints it. */
  private static final String BENCHMARK_APP =
      """
      [Step 10/11] Measuring performance (Start inference asynchronously, 4 inference requests, limits: 5000 ms duration)
      [ INFO ] Benchmarking in inference only mode (inputs filling are not included in measurement loop).
      [ INFO ] First inference took 6.81 ms
      [Step 11/11] Dumping statistics report
      [ INFO ] Execution Devices:['CPU']
      [ INFO ] Count:            1200 iterations
      [ INFO ] Duration:         5010.50 ms
      [ INFO ] Latency:
      [ INFO ]    Median:        6.54 ms
      [ INFO ]    Average:       6.60 ms
      [ INFO ]    Min:           5.85 ms
      [ INFO ]    Max:           18.33 ms
      [ INFO ] Throughput:   239.50 FPS
      """;

  @Test
  void takesTheStopsOutOfTheWindow() throws IOException {
    Measurement measured = Measurement.of(BENCHMARK_APP, 3_010_500_000L);

    assertThat(measured.inferences()).isEqualTo(1200);
    assertThat(measured.activeMs()).isCloseTo(2000, within(1e-6));
    assertThat(measured.throughputFps()).isCloseTo(600, within(1e-6));
    assertThat(measured.p50Ms()).isEqualTo(6.54);
  }

  @Test
  void readsTheUnitOfTheMedian() throws IOException {
    String fast = BENCHMARK_APP.replace("Median:        6.54 ms", "Median:        654.21 us");

    assertThat(Measurement.of(fast, 0).p50Ms()).isCloseTo(0.65421, within(1e-9));
  }

  @Test
  void readsWhatTheJavaProgramPrints() throws IOException {
    assertThat(Measurement.of(Measurement.print(17, 2000.25, 3.1416), 0))
        .isEqualTo(new Measurement(17, 2000.25, 3.1416));
  }

  @Test
  void showsTheOutputWhenThereAreNoFigures() {
    assertThatThrownBy(() -> Measurement.of("[ ERROR ] no such model", 0))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no such model");
  }
}
