package dev.inferlab.benchmarks.models;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * What a model computes, as {@code catalogue_goldens.py} found it.
 *
 * @param reference who computed it: for most, OpenVINO on the original file (which shows that
 *     import, conversion and archive lose nothing, not that OpenVINO reads the format rightly); for
 *     Caffe and MXNet, whose readers are ours, OpenCV and MXNet
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
   * @param largest magnitude; null if all values are samples
   * @param top index of the largest value; null if all values are samples
   * @param samples every {@code step}-th value
   * @param sha256 of the bytes; null if only rounded numbers are known
   * @param detections instead of all else: rows of a detector, the surest first
   */
  public record Output(
      List<String> names,
      List<Long> shape,
      double mean,
      double magnitude,
      Double largest,
      Integer top,
      int step,
      List<Double> samples,
      String sha256,
      List<List<Double>> detections) {
    /** Below this an output is next to nothing, whatever its model. */
    private static final double LEAST = 1e-3;

    /** What differences are relative to: 1e-4 is much in a probability of a thousand classes. */
    double scale() {
      double known =
          largest != null ? largest : samples.stream().mapToDouble(Math::abs).max().orElse(0);
      return Math.max(LEAST, known);
    }

    /** The index of the largest value; empty if it is not known. */
    OptionalInt topIndex() {
      if (top != null) {
        return OptionalInt.of(top);
      }
      return step == 1 && !samples.isEmpty()
          ? OptionalInt.of(samples.indexOf(Collections.max(samples)))
          : OptionalInt.empty();
    }
  }

  /**
   * The shapes of the inputs, by the names that an imported model gives them, in its order: names
   * that are not known here go by their place, as a conversion may name inputs anew.
   */
  public Map<String, List<Long>> shapes(List<String> named) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    for (int i = 0; i < Math.min(named.size(), inputs.size()); i++) {
      shapes.put(named.get(i), inputs.get(inputOf(named.get(i), i)).shape());
    }
    return shapes;
  }

  /** The input of this name; {@code place} if none has it. */
  int inputOf(String name, int place) {
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i).names().contains(name)) {
        return i;
      }
    }
    return place;
  }

  /** By the model's name, in our catalogue or of the shared assets. */
  public static Map<String, Golden> all() throws IOException {
    try (InputStream json =
        Objects.requireNonNull(Golden.class.getResourceAsStream("/models/goldens.json"))) {
      return new ObjectMapper().readValue(json, new TypeReference<>() {});
    }
  }
}
