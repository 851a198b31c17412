package dev.inferlab.benchmarks.openvino;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Starts the two programs, each in a fresh process, and reads what they print. */
final class Programs {

  private static final Pattern THROUGHPUT = Pattern.compile("Throughput:\\s+([\\d.]+) FPS");
  private static final Pattern MEDIAN = Pattern.compile("Median:\\s+([\\d.]+) (us|ms)");
  private static final double MICROS_A_MILLI = 1000;

  private final Path benchmarkApp;
  private final Duration duration;

  Programs(Path benchmarkApp, Duration duration) {
    this.benchmarkApp = benchmarkApp;
    this.duration = duration;
  }

  /**
   * benchmark_app without hints: only what is said here differs from the device's defaults, as on
   * our side.
   */
  Measurement python(Scenario scenario) throws IOException, InterruptedException {
    String output =
        run(
            List.of(
                benchmarkApp.toString(),
                "-m",
                scenario.model().path().toString(),
                "-d",
                "CPU",
                "-hint",
                "none",
                "-api",
                scenario.api(),
                "-nstreams",
                Integer.toString(scenario.streams()),
                "-nireq",
                Integer.toString(scenario.requests()),
                "-infer_precision",
                "f32",
                // The model's own type; by itself benchmark_app puts a conversion before image
                // inputs.
                "-ip",
                scenario.model().inputType(),
                "-t",
                Long.toString(duration.toSeconds())));
    Matcher throughput = THROUGHPUT.matcher(output);
    Matcher median = MEDIAN.matcher(output);
    if (!throughput.find() || !median.find()) {
      throw new IOException("benchmark_app printed no figures:\n" + output);
    }
    double p50 = Double.parseDouble(median.group(1));
    return new Measurement(
        Double.parseDouble(throughput.group(1)),
        median.group(2).equals("us") ? p50 / MICROS_A_MILLI : p50);
  }

  Measurement java(Scenario scenario) throws IOException, InterruptedException {
    String output =
        run(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                // As the agent starts its executors.
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                JavaRun.class.getName(),
                scenario.model().path().toString(),
                scenario.api(),
                Integer.toString(scenario.streams()),
                Integer.toString(scenario.requests()),
                Long.toString(duration.toSeconds())));
    String[] figures = output.lines().toList().getLast().split(" ");
    return new Measurement(Double.parseDouble(figures[0]), Double.parseDouble(figures[1]));
  }

  private static String run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command.getFirst() + " failed:\n" + output);
    }
    return output;
  }
}
