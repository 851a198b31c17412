package dev.inferlab.gateway.experiment.profile;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferlab.gateway.experiment.ProblemJson;
import dev.inferlab.proto.job.v1.ProfilePoint;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A point of a sweep with what is known of it: figures are absent until it was measured.
 *
 * @param state QUEUED until it was measured, then SUCCEEDED or FAILED; CANCELLED if it never will
 *     be
 * @param batch images in one inference
 * @param shapes of the model's inputs, by name; until it was measured, those that were asked for
 * @param streams what the runtime reports; what was asked for until it was measured
 * @param requests inferences in parallel; 0: the runtime's choice, not known yet
 * @param throughputFps images a second, of the median pass
 * @param iterations inferences counted
 * @param durationSeconds of the counted inferences
 * @param peakMemoryBytes resident, of the executor during this point
 * @param properties as the compiled model reports them
 */
@Schema(name = "ProfilePoint")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PointView(
    int index,
    int batch,
    Map<String, List<Long>> shapes,
    int streams,
    int requests,
    String state,
    Double throughputFps,
    Latency latencyMs,
    Long iterations,
    Double durationSeconds,
    Double readMs,
    Double compileMs,
    Double firstInferenceMs,
    Long peakMemoryBytes,
    List<Double> repeatThroughputFps,
    Map<String, String> properties,
    @Schema(implementation = Object.class) ObjectNode problem) {

  /** Of one inference. */
  public record Latency(
      double min,
      double mean,
      double p50,
      double p90,
      double p95,
      double p99,
      double p999,
      double max) {}

  static PointView pending(Point asked, String state) {
    return new PointView(
        asked.index(),
        asked.batch(),
        asked.shapes() == null ? null : lengths(asked.shapes()),
        asked.streams(),
        asked.requests(),
        state,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** Of a point that was tried. */
  public static PointView of(ProfilePoint point) {
    if (point.hasProblem()) {
      return new PointView(
          point.getIndex(),
          point.getBatch(),
          lengths(point),
          point.getStreams(),
          point.getRequests(),
          "FAILED",
          null,
          null,
          null,
          null,
          positive(point.getReadMs()),
          positive(point.getCompileMs()),
          positive(point.getFirstInferenceMs()),
          null,
          null,
          point.getPropertiesMap(),
          ProblemJson.of(point.getProblem()));
    }
    return new PointView(
        point.getIndex(),
        point.getBatch(),
        lengths(point),
        point.getStreams(),
        point.getRequests(),
        "SUCCEEDED",
        point.getThroughputFps(),
        latency(point),
        point.getIterations(),
        point.getDurationSeconds(),
        point.getReadMs(),
        point.getCompileMs(),
        point.getFirstInferenceMs(),
        point.getPeakMemoryBytes(),
        List.copyOf(point.getRepeatThroughputFpsList()),
        point.getPropertiesMap(),
        null);
  }

  private static Map<String, List<Long>> lengths(InputShapes asked) {
    Map<String, List<Long>> shapes = new TreeMap<>();
    asked
        .byName()
        .forEach((name, shape) -> shapes.put(name, shape.stream().map(Long::valueOf).toList()));
    return shapes;
  }

  private static Map<String, List<Long>> lengths(ProfilePoint point) {
    Map<String, List<Long>> shapes = new TreeMap<>();
    point.getShapesMap().forEach((name, shape) -> shapes.put(name, shape.getDimensionsList()));
    return shapes;
  }

  private static Double positive(double value) {
    return value > 0 ? value : null;
  }

  private static Latency latency(ProfilePoint point) {
    var latency = point.getLatency();
    return new Latency(
        latency.getMin(),
        latency.getMean(),
        latency.getP50(),
        latency.getP90(),
        latency.getP95(),
        latency.getP99(),
        latency.getP999(),
        latency.getMax());
  }
}
