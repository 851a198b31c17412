package dev.inferlab.modelir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.modelir.graph.IrModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Reference outputs, one a line: name, shape, values. */
public final class Goldens {
  private Goldens() {}

  /** An output's values in their order. */
  public record Values(String shape, float[] numbers) {}

  public static Map<String, Values> read(String resource) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(Goldens.class.getResourceAsStream(resource), resource)) {
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
    }
  }

  /** What OpenVINO computes for a model on the formula's input, less mean, times scale. */
  public static Map<String, Values> compute(IrModel model, Path folder, double mean, double scale)
      throws IOException, InterruptedException {
    return values(model, folder, Double.toString(mean), Double.toString(scale));
  }

  /** The same with the picture's height and width swapped and its channels from last to first. */
  public static Map<String, Values> computeTurned(
      IrModel model, Path folder, double mean, double scale)
      throws IOException, InterruptedException {
    return values(model, folder, Double.toString(mean), Double.toString(scale), "turned");
  }

  private static Map<String, Values> values(IrModel model, Path folder, String... options)
      throws IOException, InterruptedException {
    Path xml = folder.resolve("imported.xml");
    model.write(xml);
    List<String> arguments = new ArrayList<>(List.of(xml.toString()));
    arguments.addAll(List.of(options));
    return parse(ReferencePython.run("ir_reference.py", "values", arguments));
  }

  /** Every output of the reference is there, of the same shape, and as near as 1e-4. */
  public static void assertAgree(Map<String, Values> computed, Map<String, Values> reference) {
    assertThat(computed.keySet()).containsAll(reference.keySet());
    reference.forEach(
        (name, expected) -> {
          Values found = computed.get(name);
          assertThat(found.shape()).as(name).isEqualTo(expected.shape());
          for (int i = 0; i < expected.numbers().length; i++) {
            float value = expected.numbers()[i];
            assertThat(Math.abs(found.numbers()[i] - value))
                .as("%s[%d]: %s, not %s", name, i, found.numbers()[i], value)
                .isLessThanOrEqualTo(1e-4f * Math.max(1, Math.abs(value)));
          }
        });
  }

  /** What a script printed. */
  public static Map<String, Values> parse(List<String> lines) {
    Map<String, Values> values = new LinkedHashMap<>();
    for (String line : lines) {
      String[] parts = line.split(" ");
      double[] numbers = Stream.of(parts).skip(2).mapToDouble(Double::parseDouble).toArray();
      float[] floats = new float[numbers.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) numbers[i];
      }
      values.put(parts[0], new Values(parts[1], floats));
    }
    return values;
  }
}
