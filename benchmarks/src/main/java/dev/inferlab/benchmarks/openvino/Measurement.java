package dev.inferlab.benchmarks.openvino;

import java.io.IOException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one run of one program came to. Both programs say it in benchmark_app's words.
 *
 * @param inferences that ended in the measuring window
 * @param activeMs the window's length, without the time for which the program was stopped
 * @param p50Ms median latency in milliseconds
 */
record Measurement(long inferences, double activeMs, double p50Ms) {

  /** The last line before the measuring window. */
  static final String WINDOW_OPENS = "First inference took";

  private static final Pattern COUNT = Pattern.compile("Count:\\s+(\\d+) iterations");
  private static final Pattern DURATION = Pattern.compile("Duration:\\s+([\\d.]+) ms");
  private static final Pattern MEDIAN = Pattern.compile("Median:\\s+([\\d.]+) (us|ms|s)\\b");
  private static final double NANOS_A_MILLI = 1e6;

  /**
   * @param output all that the program printed
   * @param stoppedNanos for how long it was stopped inside of its window
   * @throws IOException when there are no figures in it
   */
  static Measurement of(String output, long stoppedNanos) throws IOException {
    double windowMs = Double.parseDouble(find(DURATION, output).group(1));
    Matcher median = find(MEDIAN, output);
    double p50 = Double.parseDouble(median.group(1));
    return new Measurement(
        Long.parseLong(find(COUNT, output).group(1)),
        windowMs - stoppedNanos / NANOS_A_MILLI,
        switch (median.group(2)) {
          case "us" -> p50 / 1000;
          case "s" -> p50 * 1000;
          default -> p50;
        });
  }

  private static Matcher find(Pattern pattern, String output) throws IOException {
    Matcher matcher = pattern.matcher(output);
    if (!matcher.find()) {
      throw new IOException("The program printed no figures:\n" + output);
    }
    return matcher;
  }

  /** The same for a reader; {@code of(print(…), 0)} gives it back, rounded. */
  static String print(long inferences, double windowMs, double p50Ms) {
    return String.format(
        Locale.ROOT,
        "Count: %d iterations%nDuration: %.2f ms%nMedian: %.4f ms%n",
        inferences,
        windowMs,
        p50Ms);
  }

  double throughputFps() {
    return inferences * 1000 / activeMs;
  }
}
