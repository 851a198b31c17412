package dev.inferlab.benchmarks.models;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The inputs of the references; {@code catalogue_goldens.py} makes the same ones. */
final class Pictures {
  private static final String PHOTO =
      "packages/pyvision-toolkit/pyvision/data/csuScrapShots/00001aa.pgm";
  private static final Pattern PGM =
      Pattern.compile("P5\\s+(?:#.*\\s+)*(\\d+)\\s+(\\d+)\\s+255\\s", Pattern.MULTILINE);

  private Pictures() {}

  /**
   * @throws IOException if the photograph's package is not in the cache
   */
  static float[] of(Golden.Input input, Path cache) throws IOException {
    long[] shape = input.shape().stream().mapToLong(Long::longValue).toArray();
    float[] values = input.source().equals("photo") ? photo(shape, cache) : formula(shape);
    for (int i = 0; i < values.length; i++) {
      values[i] = (values[i] - input.mean()) / input.scale();
    }
    return values;
  }

  /** Whole numbers from 0 to 255 without a pattern. */
  private static float[] formula(long[] shape) {
    float[] values = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, (a, b) -> a * b))];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 7919L + i / 64 * 104729L) % 256;
    }
    return values;
  }

  /** A grey photograph of a face, the nearest pixel taken, in every channel. */
  private static float[] photo(long[] shape, Path cache) throws IOException {
    byte[] file = Files.readAllBytes(cache.resolve(PHOTO));
    Matcher head =
        PGM.matcher(new String(file, 0, Math.min(200, file.length), StandardCharsets.ISO_8859_1));
    if (!head.lookingAt()) {
      throw new IOException("the photograph is no PGM file");
    }
    int width = Integer.parseInt(head.group(1));
    int height = Integer.parseInt(head.group(2));
    boolean planar = shape[1] == 1 || shape[1] == 3;
    int rows = (int) (planar ? shape[2] : shape[1]);
    int columns = (int) (planar ? shape[3] : shape[2]);
    int channels = (int) (planar ? shape[1] : shape[3]);
    float[] values = new float[rows * columns * channels];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int pixel = (row * height / rows) * width + column * width / columns;
        float value = file[head.end() + pixel] & 0xff;
        for (int channel = 0; channel < channels; channel++) {
          int at =
              planar
                  ? (channel * rows + row) * columns + column
                  : (row * columns + column) * channels + channel;
          values[at] = value;
        }
      }
    }
    return values;
  }
}
