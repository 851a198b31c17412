package dev.inferlab.benchmarks.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferlab.local.Settings;
import dev.inferlab.local.demo.RestClient;
import dev.inferlab.local.demo.RestException;
import dev.inferlab.openvino.Core;
import dev.inferlab.openvino.OpenVino;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * {@code ./inferlab bench models}: imports every model of our catalogue into the lab that runs,
 * over REST, and holds what it computes against its reference. Exit code 0 when all agree, 1 when
 * one does not, 2 when it could not be measured.
 */
public final class ModelsBench {
  private static final Duration PATIENCE = Duration.ofMinutes(20);
  private static final String USAGE =
      """
      bench models [--json FILE] [--only TEXT] [--docs FILE]
        --json FILE   also write the result as JSON
        --only TEXT   only models whose name contains it
        --docs FILE   write the table between the marks in this page
      Needs a lab that runs (./inferlab up); its INFERLAB_PORT is taken.""";
  private static final String BEGIN = "<!-- table: begin -->";
  private static final String END = "<!-- table: end -->";

  private final RestClient rest;
  private final CatalogClient catalog;
  private final Map<String, Golden> goldens;
  private final Path cache;

  private ModelsBench(RestClient rest, Path cache) throws IOException {
    this.rest = rest;
    this.cache = cache;
    catalog = new CatalogClient(rest);
    goldens = Golden.all();
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    System.exit(run(args));
  }

  private static int run(String[] args) throws IOException, InterruptedException {
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i < args.length; i += 2) {
      boolean known = List.of("--json", "--only", "--docs").contains(args[i]);
      if (!known || i + 1 == args.length) {
        System.out.println(USAGE);
        return args[i].equals("--help") ? 0 : 2;
      }
      options.put(args[i], args[i + 1]);
    }
    Conditions conditions = Conditions.now();
    Settings settings = Settings.from(System.getenv());
    ModelsBench bench = new ModelsBench(RestClient.of(settings.gatewayUrl()), settings.cache());
    List<ModelRow> rows;
    try {
      rows = bench.measure(options.getOrDefault("--only", ""));
    } catch (ConnectException e) {
      System.err.println("No lab answers at " + settings.gatewayUrl() + ": run ./inferlab up");
      return 2;
    }
    boolean met = !rows.isEmpty() && rows.stream().allMatch(ModelRow::met);
    System.out.printf(
        "%nGoal %s: every model of the catalogue becomes READY and is within %.0e of its reference.%n",
        met ? "met" : "MISSED", Deviation.TOLERANCE);
    if (options.containsKey("--docs")) {
      writeDocs(Path.of(options.get("--docs")), rows, conditions);
    }
    if (options.containsKey("--json")) {
      writeJson(Path.of(options.get("--json")), rows, met, conditions);
    }
    return met ? 0 : 1;
  }

  private List<ModelRow> measure(String only) throws IOException, InterruptedException {
    List<ModelRow> rows = new ArrayList<>();
    System.out.printf(
        "%-28s %-22s %-22s %-24s %10s %8s %12s %7s %12s %9s%n",
        "model",
        "format",
        "task",
        "guessed?",
        "size MB",
        "GFLOPs",
        "parameters",
        "s",
        "error",
        "FPS");
    try (Core core = new Core()) {
      for (JsonNode entry : catalog.entries()) {
        if (entry.path("name").asText().contains(only)) {
          ModelRow row = measure(core, entry);
          rows.add(row);
          print(row);
        }
      }
    }
    return rows;
  }

  private ModelRow measure(Core core, JsonNode entry) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("bench-models");
    try {
      return measure(core, entry, folder);
    } finally {
      delete(folder);
    }
  }

  private ModelRow measure(Core core, JsonNode entry, Path folder)
      throws IOException, InterruptedException {
    String name = entry.path("name").asText();
    long start = System.nanoTime();
    String id = catalog.begin(entry.path("id").asText(), name);
    JsonNode model = catalog.await(id, PATIENCE);
    double seconds = (System.nanoTime() - start) / 1e9;
    boolean ready = model.path("state").asText().equals("READY");
    JsonNode analysis = ready ? optional("/models/" + id + "/analysis") : null;
    Golden golden = goldens.get(name);
    Deviation deviation = null;
    if (ready && golden != null) {
      golden = catalog.reference(core, golden, model, cache, folder);
      deviation = compare(core, golden, id, folder);
    }
    Map<String, List<Long>> shapes =
        golden == null ? Map.of() : golden.shapes(model.path("inputs").findValuesAsText("name"));
    Double gflops = number(analysis, "gflops");
    return new ModelRow(
        name,
        model.path("format").asText(),
        entry.path("task").asText(),
        text(analysis, "task", "task"),
        model.path("sizeBytes").asLong(),
        gflops != null || !ready ? gflops : gflopsAt(shapes, id),
        model.has("parameters") ? model.path("parameters").asLong() : null,
        seconds,
        golden == null ? null : golden.reference(),
        deviation,
        ready ? profile(id, shapes) : null,
        ready ? null : problem(model));
  }

  /** Of a model whose open lengths decide them: those of its version with these shapes. */
  private Double gflopsAt(Map<String, List<Long>> shapes, String model)
      throws IOException, InterruptedException {
    if (shapes.isEmpty()) {
      return null;
    }
    List<Map<String, Object>> inputs = new ArrayList<>();
    shapes.forEach((name, shape) -> inputs.add(Map.of("name", name, "shape", shape)));
    try {
      String version =
          rest.post("/models/" + model + "/conversions", Map.of("inputs", inputs))
              .path("id")
              .asText();
      catalog.await(version, PATIENCE);
      return number(optional("/models/" + version + "/analysis"), "gflops");
    } catch (RestException refused) {
      System.err.println("    no GFLOPs: " + refused.getMessage());
      return null;
    }
  }

  private static String problem(JsonNode model) {
    JsonNode problem = model.path("problem");
    return problem.isMissingNode()
        ? "still " + model.path("state").asText()
        : problem.path("code").asText() + ": " + problem.path("detail").asText();
  }

  private JsonNode optional(String path) throws IOException, InterruptedException {
    try {
      return rest.get(path);
    } catch (RestException absent) {
      return null;
    }
  }

  private static String text(JsonNode node, String... path) {
    JsonNode found = node;
    for (String part : path) {
      found = found == null ? null : found.get(part);
    }
    return found == null ? null : found.asText();
  }

  private static Double number(JsonNode node, String field) {
    return node == null || !node.hasNonNull(field) ? null : node.path(field).asDouble();
  }

  private Deviation compare(Core core, Golden golden, String id, Path folder)
      throws IOException, InterruptedException {
    return new ReferenceRun(golden, cache).of(core, catalog.archive(id, folder));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /**
   * One request at a time, for two seconds, on random input of these shapes; null, and said so,
   * where the model's inputs or the target do not allow it.
   */
  private Double profile(String model, Map<String, List<Long>> shapes)
      throws IOException, InterruptedException {
    JsonNode target = rest.get("/targets?state=ONLINE").path("items").path(0);
    try {
      Map<String, Object> project = new LinkedHashMap<>();
      project.put("modelId", model);
      project.put("targetId", target.path("id").asText());
      project.put("device", "CPU");
      String id = rest.post("/projects", project).path("id").asText();
      Map<String, Object> point = new LinkedHashMap<>(Map.of("streams", 1));
      if (shapes.isEmpty()) {
        point.put("batch", 1);
      } else {
        point.put("shape", shapes);
      }
      Map<String, Object> options =
          Map.of("points", List.of(point), "durationSeconds", 2, "warmupSeconds", 0.5);
      String experiment =
          rest.post("/experiments", Map.of("projectId", id, "kind", "profile", "options", options))
              .path("id")
              .asText();
      long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
      while (System.nanoTime() < deadline) {
        JsonNode view = rest.get("/experiments/" + experiment);
        String state = view.path("state").asText();
        if (state.equals("SUCCEEDED")) {
          JsonNode measured = rest.get("/experiments/" + experiment + "/results").at("/points/0");
          return number(measured, "throughputFps");
        }
        if (state.equals("FAILED") || state.equals("CANCELLED")) {
          System.err.println("    no FPS: " + problem(view));
          return null;
        }
        TimeUnit.MILLISECONDS.sleep(200);
      }
      System.err.println("    no FPS within 5 minutes");
      return null;
    } catch (RestException refused) {
      System.err.println("    no FPS: " + refused.getMessage());
      return null;
    }
  }

  private static void print(ModelRow row) {
    System.out.printf(
        Locale.ROOT,
        "%-28s %-22s %-22s %-24s %10.2f %8s %12s %7.1f %12s %9s%n",
        row.name(),
        row.format(),
        row.task(),
        row.guess(),
        row.sizeBytes() / 1e6,
        row.gflops() == null ? "-" : "%.2f".formatted(row.gflops()),
        row.parameters() == null ? "-" : "%,d".formatted(row.parameters()),
        row.importSeconds(),
        row.error(),
        row.fps() == null ? "-" : "%.1f".formatted(row.fps()));
    if (row.deviation() != null && !row.deviation().agrees()) {
      System.out.println("    worst: " + row.deviation().where());
    }
  }

  private static void writeDocs(Path page, List<ModelRow> rows, Conditions conditions)
      throws IOException {
    StringBuilder table = new StringBuilder(BEGIN).append('\n').append(conditions).append("\n\n");
    table.append(
        "| model | framework | task | guessed? | IR, MB | GFLOPs | parameters | reference | largest error | FPS |\n");
    table.append("|---|---|---|---|--:|--:|--:|---|--:|--:|\n");
    for (ModelRow row : rows) {
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %s | %.1f | %s | %s | %s | %s | %s |\n",
              row.name(),
              row.format(),
              row.task(),
              row.guess(),
              row.sizeBytes() / 1e6,
              row.gflops() == null ? "–" : String.format(Locale.ROOT, "%.2f", row.gflops()),
              row.parameters() == null ? "–" : String.format(Locale.ROOT, "%,d", row.parameters()),
              row.reference() == null ? "–" : row.reference(),
              row.error(),
              row.fps() == null ? "–" : String.format(Locale.ROOT, "%.0f", row.fps())));
    }
    String text = Files.readString(page);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IOException(page + " has no place for the table");
    }
    Files.writeString(page, text.substring(0, begin) + table + text.substring(end));
  }

  private static void writeJson(Path file, List<ModelRow> rows, boolean met, Conditions conditions)
      throws IOException {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("name", "models");
    result.put(
        "goal",
        "every catalogue model READY and within %.0e of its reference"
            .formatted(Deviation.TOLERANCE));
    result.put("met", met);
    result.put("rows", rows);
    result.put("environment", conditions);
    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), result);
  }

  /**
   * What the figures were measured under.
   *
   * @param loadBefore the machine's load average of the minute before the run
   */
  private record Conditions(
      String date, String openvino, String java, int processors, double loadBefore) {
    static Conditions now() {
      return new Conditions(
          LocalDate.now(Clock.systemUTC()).toString(),
          OpenVino.version(),
          System.getProperty("java.vm.version"),
          Runtime.getRuntime().availableProcessors(),
          ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    @Override
    public String toString() {
      return "Run of %s: OpenVINO %s, %d processors, load average %.1f before it began."
          .formatted(date, openvino.split("-")[0], processors, loadBefore);
    }
  }
}
