package dev.inferlab.benchmarks.openvino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
@Timeout(60)
class TurnsTest {

  private static final long WINDOW_SECONDS = 3;

  /** "Infers" by counting, and looks at the clock as the real programs do. */
  public static final class Counter {

    public static void main(String[] args) {
      System.out.println(Measurement.WINDOW_OPENS + " 0.01 ms");
      long begin = System.nanoTime();
      long longest = 0;
      long last = begin;
      for (long now = begin;
          now - begin < WINDOW_SECONDS * 1_000_000_000;
          now = System.nanoTime()) {
        longest = Math.max(longest, now - last);
        last = now;
      }
      double windowMs = (System.nanoTime() - begin) / 1e6;
      System.out.print(Measurement.print(1, windowMs, longest / 1e6));
    }
  }

  @Test
  void aStoppedProgramIsNotChargedForTheTime() throws Exception {
    Turns turns = new Turns(Duration.ofSeconds(WINDOW_SECONDS), Duration.ofMillis(100));

    List<Measurement> both = turns.measure(command(), command());

    double activeMs = both.stream().mapToDouble(Measurement::activeMs).sum();
    // Charged for the stops, it would be twice the window; a busy machine makes the turns unequal.
    assertThat(activeMs).isBetween(0.2 * WINDOW_SECONDS * 1000, 1.3 * WINDOW_SECONDS * 1000);
    assertThat(both).allSatisfy(each -> assertThat(each.activeMs()).isGreaterThan(0.2 * activeMs));
    // Each saw its clock leap by the other's turns, and by nothing less.
    assertThat(both).allSatisfy(each -> assertThat(each.p50Ms()).isGreaterThan(100));
  }

  @Test
  void aProgramThatFailsIsReportedWithItsWords() {
    Turns turns = new Turns(Duration.ofSeconds(WINDOW_SECONDS), Duration.ofMillis(100));

    assertThatThrownBy(() -> turns.measure(List.of("sh", "-c", "echo no such model"), command()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no such model");
  }

  @Test
  void aClosedProgramIsGone() throws Exception {
    List<Long> before = ProcessHandle.current().children().map(ProcessHandle::pid).toList();
    for (int i = 0; i < 10; i++) {
      new MeasuredProcess(List.of("sleep", "600")).close();
      assertThat(ProcessHandle.current().children().map(ProcessHandle::pid)).isSubsetOf(before);
    }
  }

  private static List<String> command() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        Counter.class.getName());
  }
}
