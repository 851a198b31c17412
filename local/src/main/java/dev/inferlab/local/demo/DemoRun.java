package dev.inferlab.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What a demo made, and the figures that it got.
 *
 * @param results as {@code GET /experiments/{id}/results} gives them
 * @param layers the ten slowest of the fastest point
 */
public record DemoRun(
    String modelId,
    String datasetId,
    String projectId,
    String experimentId,
    JsonNode results,
    int fastestPoint,
    List<JsonNode> layers) {
  public DemoRun {
    layers = List.copyOf(layers);
  }
}
