package dev.inferlab.benchmarks.models;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a model computes in its own framework, as {@code catalogue_goldens.py} found it.
 *
 * @param reference the framework, or OpenVINO on the original file
 */
public record Golden(String reference, List<Input> inputs, List<Output> outputs) {

  /**
   * An input's tensor: numbers of a picture, less {@code mean}, divided by {@code scale}.
   *
   * @param source "formula" or "photo"
   */
  public record Input(
      List<String> names, List<Long> shape, String source, float mean, float scale) {}

  /**
   * @param mean of all values; {@code magnitude}: of their magnitudes
   * @param samples every {@code step}-th value
   * @param sha256 of the bytes; null if only rounded numbers are known
   * @param detections instead of all else: rows of a detector, the surest first
   */
  public record Output(
      List<String> names,
      List<Long> shape,
      double mean,
      double magnitude,
      int step,
      List<Double> samples,
      String sha256,
      List<List<Double>> detections) {}

  /** By the model's name in our catalogue. */
  public static Map<String, Golden> all() throws IOException {
    try (InputStream json =
        Objects.requireNonNull(Golden.class.getResourceAsStream("/models/goldens.json"))) {
      return new ObjectMapper().readValue(json, new TypeReference<>() {});
    }
  }
}
