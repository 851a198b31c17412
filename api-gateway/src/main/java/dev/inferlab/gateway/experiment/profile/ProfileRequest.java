package dev.inferlab.gateway.experiment.profile;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.json.JsonFields;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.gateway.model.Port;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The options of a profile with every default written out; written as JSON it reads as itself
 * again. Exactly one of {@code grid}, {@code points} and {@code auto} says what to measure.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ProfileRequest(
    Grid grid,
    List<AskedPoint> points,
    Boolean auto,
    String mode,
    double durationSeconds,
    double warmupSeconds,
    int repeats,
    String inferencePrecision,
    Integer threads,
    Map<String, String> properties) {
  public static final int MOST_BATCH = 1024;
  public static final int MOST_STREAMS = 1024;
  public static final int MOST_REQUESTS = 4096;
  public static final int MOST_POINTS = 256;
  private static final int MOST_AXIS = 64;
  private static final Set<String> MODES = Set.of("throughput", "latency");
  private static final Set<String> PRECISIONS = Set.of("f32", "f16", "bf16");

  /** Every batch, or every shape, with every number of streams. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Grid(List<Integer> batches, List<InputShapes> shapes, List<Integer> streams) {
    private Grid named(List<Port> inputs) {
      return new Grid(batches, shapes.stream().map(shape -> shape.named(inputs)).toList(), streams);
    }
  }

  /** A point written out by the user: {@code batch} or {@code shape} is null. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record AskedPoint(Integer batch, InputShapes shape, int streams, int requests) {
    private AskedPoint named(List<Port> inputs) {
      return shape == null ? this : new AskedPoint(null, shape.named(inputs), streams, requests);
    }
  }

  public static ProfileRequest read(JsonNode options, String path, Violations violations) {
    JsonFields fields = JsonFields.of(options, path, violations);
    String mode = fields.choice("mode", MODES).orElse("throughput");
    Grid grid = fields.object("grid").map(inner -> grid(inner, mode)).orElse(null);
    List<AskedPoint> points =
        fields.objects("points", MOST_POINTS).stream().map(inner -> point(inner, mode)).toList();
    boolean auto = fields.flag("auto", false);
    ProfileRequest request =
        new ProfileRequest(
            grid,
            points,
            auto ? true : null,
            mode,
            fields.number("durationSeconds", 0.1, 3600, 20),
            fields.number("warmupSeconds", 0, 600, 2),
            fields.integer("repeats", 1, 20, 1),
            fields.choice("inferencePrecision", PRECISIONS).orElse(null),
            threads(fields),
            RuntimeProperties.read(fields));
    fields.refuseUnknown();
    request.checkCombination(fields);
    return request;
  }

  /** Null: the runtime's choice. */
  private static Integer threads(JsonFields fields) {
    int threads = fields.integer("threads", 1, 1024, 0);
    return threads == 0 ? null : threads;
  }

  private static Grid grid(JsonFields fields, String mode) {
    List<Integer> batches = fields.integers("batches", 1, MOST_BATCH, MOST_AXIS);
    List<InputShapes> shapes = new ArrayList<>();
    fields
        .elements("shapes", MOST_AXIS)
        .forEach((at, node) -> shapes.add(InputShapes.read(node, at, fields.violations())));
    List<Integer> streams = fields.integers("streams", 1, MOST_STREAMS, MOST_AXIS);
    fields.refuseUnknown();
    checkBatchOrShape(fields, "batches", "shapes");
    if (!fields.has("streams") && mode.equals("throughput")) {
      fields.violation("streams", "is missing");
    }
    checkDistinct(fields, "batches", batches);
    checkDistinct(fields, "shapes", shapes);
    checkDistinct(fields, "streams", streams);
    return new Grid(batches, shapes, streams.isEmpty() ? List.of(1) : streams);
  }

  /** A shape has its batch in it. */
  private static void checkBatchOrShape(JsonFields fields, String batch, String shape) {
    if (!fields.has(batch) && !fields.has(shape)) {
      fields.violation(batch, "is missing");
    } else if (fields.has(batch) && fields.has(shape)) {
      fields.violation(
          batch, "cannot be given beside '%s', whose first dimension it is".formatted(shape));
    }
  }

  private static void checkDistinct(JsonFields fields, String name, List<?> values) {
    if (Set.copyOf(values).size() < values.size()) {
      fields.violation(name, "has a value twice");
    }
  }

  private static AskedPoint point(JsonFields fields, String mode) {
    checkBatchOrShape(fields, "batch", "shape");
    if (!fields.has("streams") && mode.equals("throughput")) {
      fields.violation("streams", "is missing");
    }
    int batch = fields.integer("batch", 1, MOST_BATCH, 1);
    JsonNode shape = fields.raw("shape");
    AskedPoint point =
        new AskedPoint(
            shape == null ? batch : null,
            shape == null
                ? null
                : InputShapes.read(shape, fields.path("shape"), fields.violations()),
            fields.integer("streams", 1, MOST_STREAMS, 1),
            fields.integer("requests", 0, MOST_REQUESTS, 0));
    fields.refuseUnknown();
    return point;
  }

  private void checkCombination(JsonFields fields) {
    int ways = (grid != null ? 1 : 0) + (fields.has("points") ? 1 : 0) + (auto != null ? 1 : 0);
    if (ways != 1) {
      fields.violation("grid", "give exactly one of 'grid', 'points' and 'auto: true'");
      return;
    }
    if (points().size() > MOST_POINTS || (grid != null && sweep().size() > MOST_POINTS)) {
      fields.violation("grid", "makes more than %d points; split it".formatted(MOST_POINTS));
    }
    if (mode.equals("latency")) {
      for (Point point : sweep()) {
        if (point.streams() > 1 || point.requests() > 1) {
          fields.violation(
              grid != null ? "grid.streams" : "points[%d]".formatted(point.index()),
              "must have 1 stream and 1 request: latency mode runs one inference after the other");
          return;
        }
      }
    }
  }

  /** Holds the shapes against the model's inputs, and names the only input where they do not. */
  ProfileRequest withInputs(List<Port> inputs, String path, Violations violations) {
    List<InputShapes> shapes = grid == null ? List.of() : grid.shapes();
    for (int i = 0; i < shapes.size(); i++) {
      shapes.get(i).check(inputs, "%s.grid.shapes[%d]".formatted(path, i), violations);
    }
    if (shapes.isEmpty() && points.isEmpty()) {
      InputShapes.checkNoneNeeded(inputs, path + ".grid.shapes", violations);
    }
    for (int i = 0; i < points.size(); i++) {
      String at = "%s.points[%d].shape".formatted(path, i);
      InputShapes shape = points.get(i).shape();
      if (shape == null) {
        InputShapes.checkNoneNeeded(inputs, at, violations);
      } else {
        shape.check(inputs, at, violations);
      }
    }
    return new ProfileRequest(
        grid == null ? null : grid.named(inputs),
        points.stream().map(point -> point.named(inputs)).toList(),
        auto,
        mode,
        durationSeconds,
        warmupSeconds,
        repeats,
        inferencePrecision,
        threads,
        properties);
  }

  /** The points in the order in which they are measured. */
  @JsonIgnore
  public List<Point> sweep() {
    List<Point> sweep = new ArrayList<>();
    if (auto != null) {
      return List.of(new Point(0, 1, null, 0, 0, true));
    }
    if (grid != null) {
      for (int batch : grid.batches()) {
        for (int streams : grid.streams()) {
          sweep.add(new Point(sweep.size(), batch, null, streams, 0, false));
        }
      }
      for (InputShapes shapes : grid.shapes()) {
        for (int streams : grid.streams()) {
          sweep.add(new Point(sweep.size(), shapes.batch(), shapes, streams, 0, false));
        }
      }
      return sweep;
    }
    for (AskedPoint point : points) {
      InputShapes shape = point.shape();
      int batch = shape == null ? point.batch() : shape.batch();
      sweep.add(new Point(sweep.size(), batch, shape, point.streams(), point.requests(), false));
    }
    return sweep;
  }
}
