package dev.inferlab.gateway.experiment.profile;

import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** For the API description only: {@link ProfileRequest} reads them, and refuses all else. */
@Schema(
    name = "ProfileOptions",
    description = "Of kind 'profile'. Exactly one of grid, points and auto says what to measure.")
public record ProfileOptions(
    @Schema(description = "Every batch, or every shape, with every number of streams") Grid grid,
    @Schema(maxItems = ProfileRequest.MOST_POINTS, description = "One by one") List<Point> points,
    @Schema(description = "One point, of which OpenVINO chooses streams and requests") Boolean auto,
    @Schema(
            enumeration = {"throughput", "latency"},
            defaultValue = "throughput",
            description = "latency: one inference after the other, with one stream")
        String mode,
    @Schema(
            minimum = "0.1",
            maximum = "3600",
            defaultValue = "20",
            description = "Of one measurement of a point, in seconds")
        Double durationSeconds,
    @Schema(
            minimum = "0",
            maximum = "600",
            defaultValue = "2",
            description = "Inferred before it and not counted, in seconds")
        Double warmupSeconds,
    @Schema(
            minimum = "1",
            maximum = "20",
            defaultValue = "1",
            description = "Measurements of each point; the one of median throughput counts")
        Integer repeats,
    @Schema(
            enumeration = {"f32", "f16", "bf16"},
            description = "In which the device computes; left out: its own choice")
        String inferencePrecision,
    @Schema(minimum = "1", maximum = "1024", description = "Left out: OpenVINO's choice")
        Integer threads,
    @Schema(
            description =
                "Further properties of OpenVINO by name, such as {\"ENABLE_CPU_PINNING\": \"NO\"}")
        Map<String, String> properties) {

  /** The axes of a sweep. */
  @Schema(name = "ProfileGrid", description = "Either batches or shapes")
  public record Grid(
      @Schema(description = "1 to 1024 each") List<Integer> batches,
      @Schema(
              implementation = Object[].class,
              description =
                  "For models with open dimensions: every dimension of the input, or an object of them by input")
          List<Object> shapes,
      @Schema(description = "1 to 1024 each; may be left out in latency mode")
          List<Integer> streams) {}

  /** A point of a sweep as a user writes it. */
  @Schema(name = "ProfilePointRequest", description = "Either batch or shape")
  public record Point(
      @Schema(minimum = "1", maximum = "1024") Integer batch,
      @Schema(implementation = Object.class, description = "As in grid.shapes") Object shape,
      @Schema(minimum = "1", maximum = "1024", description = "May be left out in latency mode")
          Integer streams,
      @Schema(
              minimum = "0",
              maximum = "4096",
              defaultValue = "0",
              description = "Inferences in flight; 0: OpenVINO's choice")
          Integer requests) {}
}
