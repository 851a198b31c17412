package dev.inferlab.benchmarks.models;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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
   * @param largest magnitude
   * @param top index of the largest value
   * @param samples the values at {@link #places}, as 32-bit floats, lowest byte first, in base64
   * @param sha256 of the bytes; null if only rounded numbers are known
   * @param detections instead of all else: rows of a detector, the surest first
   */
  public record Output(
      List<String> names,
      List<Long> shape,
      double mean,
      double magnitude,
      double largest,
      int top,
      String samples,
      String sha256,
      List<List<Double>> detections) {
    /** So many values of an output are compared where its bits are not the reference's. */
    static final int SAMPLES = 1000;

    /** Below this an output is next to nothing, whatever its model. */
    private static final double LEAST = 1e-6;

    private static final long SEED = 20261128;

    /**
     * @param values finite numbers, at least one
     * @param samples how many of them are kept
     */
    static Output of(
        List<String> names, List<Long> shape, double[] values, int samples, String sha256) {
      int top = 0;
      for (int i = 1; i < values.length; i++) {
        top = values[i] > values[top] ? i : top;
      }
      int[] places = places(values.length, samples);
      ByteBuffer kept =
          ByteBuffer.allocate(Float.BYTES * places.length).order(ByteOrder.LITTLE_ENDIAN);
      for (int place : places) {
        kept.putFloat((float) values[place]);
      }
      return new Output(
          names,
          shape,
          Arrays.stream(values).average().orElseThrow(),
          Arrays.stream(values).map(Math::abs).average().orElseThrow(),
          Arrays.stream(values).map(Math::abs).max().orElseThrow(),
          top,
          Base64.getEncoder().encodeToString(kept.array()),
          sha256,
          null);
    }

    /**
     * Where samples are taken, as {@code catalogue_goldens.py} does it too: the values are cut into
     * {@code samples} parts, as equal as can be, and of each one is drawn (Knuth's linear
     * congruential generator, its upper bits). A step of equal length would meet the same column of
     * every row.
     *
     * @return {@code samples} places in their order; all of them if there are no more
     */
    static int[] places(int count, int samples) {
      int parts = Math.min(samples, count);
      int[] places = new int[parts];
      long state = SEED;
      for (int part = 0; part < parts; part++) {
        int begin = (int) ((long) part * count / parts);
        int end = (int) ((part + 1L) * count / parts);
        state = state * 6364136223846793005L + 1442695040888963407L;
        places[part] = begin + (int) ((state >>> 33) % (end - begin));
      }
      return places;
    }

    FloatBuffer sampled() {
      return ByteBuffer.wrap(Base64.getDecoder().decode(samples))
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer();
    }

    /** What differences are relative to: 1e-4 is much in a probability of a thousand classes. */
    double scale() {
      return Math.max(LEAST, largest);
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
