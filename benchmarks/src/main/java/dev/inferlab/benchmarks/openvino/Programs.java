package dev.inferlab.benchmarks.openvino;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The commands of the two programs: same model, same settings. */
final class Programs {

  private final Path benchmarkApp;
  private final Duration window;
  private final Duration warmUp;

  /**
   * @param window how long a run measures by its own clock; whole seconds, as benchmark_app wants
   * @param warmUp how long the Java program infers before its window opens; whole seconds
   */
  Programs(Path benchmarkApp, Duration window, Duration warmUp) {
    this.benchmarkApp = benchmarkApp;
    this.window = window;
    this.warmUp = warmUp;
  }

  /**
   * benchmark_app without hints: only what is said here differs from the device's defaults, as on
   * our side.
   */
  List<String> python(Scenario scenario) {
    return List.of(
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
        // The model's own type; by itself benchmark_app puts a conversion before image inputs.
        "-ip",
        scenario.model().inputType(),
        "-t",
        Long.toString(window.toSeconds()));
  }

  List<String> java(Scenario scenario) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        // As the agent starts its executors.
        "-Xss1m",
        "-XX:+UseSerialGC",
        "-XX:-UsePerfData",
        "-Xshare:auto",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        JavaRun.class.getName(),
        scenario.model().path().toString(),
        scenario.api(),
        Integer.toString(scenario.streams()),
        Integer.toString(scenario.requests()),
        Long.toString(window.toSeconds()),
        Long.toString(warmUp.toSeconds()));
  }
}
