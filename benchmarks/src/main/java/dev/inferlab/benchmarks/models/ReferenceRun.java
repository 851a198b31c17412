package dev.inferlab.benchmarks.models;

import dev.inferlab.openvino.CompiledModel;
import dev.inferlab.openvino.Config;
import dev.inferlab.openvino.Core;
import dev.inferlab.openvino.ElementType;
import dev.inferlab.openvino.InferRequest;
import dev.inferlab.openvino.Model;
import dev.inferlab.openvino.PartialShape;
import dev.inferlab.openvino.Port;
import dev.inferlab.openvino.Property;
import dev.inferlab.openvino.Shape;
import dev.inferlab.openvino.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Runs an IR once on a reference's input and holds its outputs against the reference. */
public final class ReferenceRun {
  private static final double SURE = 0.02;

  /** References list no more of a detector's rows. */
  private static final int MOST_DETECTIONS = 10;

  private final Golden golden;
  private final Path cache;
  private double worst;
  private boolean equalBits = true;
  private String where = "";

  public ReferenceRun(Golden golden, Path cache) {
    this.golden = golden;
    this.cache = cache;
  }

  /**
   * The same reference, computed here by the original file: what a network of 8 bits gives depends
   * on the processor, whose sums of products of bytes may saturate.
   */
  public static Golden here(Core core, Golden golden, Path cache, Path original)
      throws IOException {
    List<Golden.Output> outputs = new ArrayList<>();
    new ReferenceRun(golden, cache)
        .run(core, original, (expected, tensor) -> outputs.add(output(expected.names(), tensor)));
    return new Golden(golden.reference() + ", here", golden.inputs(), outputs);
  }

  private static Golden.Output output(List<String> names, Tensor tensor) {
    double[] values = numbers(tensor);
    return Golden.Output.of(names, lengths(tensor), values, values.length, sha256(tensor));
  }

  private static List<Long> lengths(Tensor tensor) {
    return Arrays.stream(tensor.shape().toArray()).boxed().toList();
  }

  public Deviation of(Core core, Path xml) throws IOException {
    run(core, xml, this::compare);
    return deviation();
  }

  /** In FP32: on processors with AMX, OpenVINO would else compute in BF16. */
  private void run(Core core, Path file, BiConsumer<Golden.Output, Tensor> outputs)
      throws IOException {
    try (Model model = core.readModel(file)) {
      Map<Integer, PartialShape> shapes = new HashMap<>();
      for (int i = 0; i < golden.inputs().size(); i++) {
        shapes.put(i, PartialShape.of(shape(inputOf(model.inputs(), i))));
      }
      model.reshapeByIndex(shapes);
      Config config = Config.of(Property.INFERENCE_PRECISION, ElementType.F32);
      try (CompiledModel compiled = core.compile(model, "CPU", config);
          InferRequest request = compiled.createRequest()) {
        for (int i = 0; i < golden.inputs().size(); i++) {
          Golden.Input input = inputOf(compiled.inputs(), i);
          fill(request.input(i), Pictures.of(input, cache));
        }
        request.infer();
        for (int i = 0; i < golden.outputs().size(); i++) {
          Golden.Output expected = golden.outputs().get(i);
          outputs.accept(expected, request.output(outputOf(model.outputs(), expected, i)));
        }
      }
    }
  }

  /** Of all that was compared so far. */
  Deviation deviation() {
    return new Deviation(worst, equalBits, where);
  }

  private static long[] shape(Golden.Input input) {
    return input.shape().stream().mapToLong(Long::longValue).toArray();
  }

  private Golden.Input inputOf(List<Port> ports, int index) {
    return golden.inputs().get(golden.inputOf(ports.get(index).name(), index));
  }

  private static int outputOf(List<Port> ports, Golden.Output expected, int index) {
    for (int i = 0; i < ports.size(); i++) {
      if (expected.names().contains(ports.get(i).name())) {
        return i;
      }
    }
    return index;
  }

  private static void fill(Tensor tensor, float[] values) {
    if (tensor.elementType() == ElementType.U8) {
      byte[] bytes = new byte[values.length];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) values[i];
      }
      tensor.copyFrom(bytes);
    } else {
      tensor.copyFrom(values);
    }
  }

  private void compare(Golden.Output expected, Tensor tensor) {
    double[] found = numbers(tensor);
    if (expected.detections() != null) {
      equalBits = false;
      detections(expected, found);
      return;
    }
    String name = expected.names().isEmpty() ? "output" : expected.names().getFirst();
    if (!tensor.shape().equals(Shape.of(longs(expected.shape())))) {
      note(Double.POSITIVE_INFINITY, name + " has the shape " + tensor.shape());
      return;
    }
    values(expected, name, found);
    equalBits &= expected.sha256() != null && expected.sha256().equals(sha256(tensor));
  }

  /** Holds an output's numbers against the reference. */
  void values(Golden.Output expected, String name, double[] found) {
    double scale = expected.scale();
    FloatBuffer samples = expected.sampled();
    int[] places = Golden.Output.places(found.length, samples.limit());
    for (int i = 0; i < places.length; i++) {
      note(
          Math.abs(samples.get(i) - found[places[i]]) / scale, "%s[%d]".formatted(name, places[i]));
    }
    DoubleSummaryStatistics values = Arrays.stream(found).summaryStatistics();
    double magnitude = Arrays.stream(found).map(Math::abs).average().orElse(0);
    note(Math.abs(expected.mean() - values.getAverage()) / scale, name + " on average");
    note(Math.abs(expected.magnitude() - magnitude) / scale, name + " in size");
    if (values.getMax() - found[expected.top()] > Deviation.TOLERANCE * scale) {
      note(Double.POSITIVE_INFINITY, name + " is largest elsewhere");
    }
  }

  /** Rows of (image, class, confidence, box); a negative image ends them. */
  void detections(Golden.Output expected, double[] found) {
    List<double[]> rows = new ArrayList<>();
    for (int i = 0; i + 7 <= found.length && found[i] >= 0; i += 7) {
      if (found[i + 2] > SURE) {
        rows.add(Arrays.copyOfRange(found, i, i + 7));
      }
    }
    rows.sort((a, b) -> Double.compare(b[2], a[2]));
    int wanted = expected.detections().size();
    if (rows.size() < wanted || (rows.size() > wanted && wanted < MOST_DETECTIONS)) {
      note(Double.POSITIVE_INFINITY, "%d detections, and not %d".formatted(rows.size(), wanted));
      return;
    }
    for (int row = 0; row < expected.detections().size(); row++) {
      for (int i = 0; i < 7; i++) {
        double value = expected.detections().get(row).get(i);
        note(
            Math.abs(value - rows.get(row)[i]) / Math.max(1, Math.abs(value)),
            "detection %d[%d]".formatted(row, i));
      }
    }
  }

  /** A NaN or an infinity anywhere makes the average one, and so is noted as infinitely far. */
  private void note(double difference, String place) {
    if (!(difference <= worst)) {
      worst = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
      where = place;
    }
  }

  private static double[] numbers(Tensor tensor) {
    MemorySegment bytes = tensor.segment();
    double[] numbers = new double[Math.toIntExact(tensor.size())];
    ElementType type = tensor.elementType();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] =
          switch (type) {
            case F32 -> bytes.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            case F16 -> Float.float16ToFloat(bytes.getAtIndex(ValueLayout.JAVA_SHORT, i));
            case F64 -> bytes.getAtIndex(ValueLayout.JAVA_DOUBLE, i);
            case I64 -> bytes.getAtIndex(ValueLayout.JAVA_LONG, i);
            case I32 -> bytes.getAtIndex(ValueLayout.JAVA_INT, i);
            case U8 -> bytes.get(ValueLayout.JAVA_BYTE, i) & 0xff;
            case I8 -> bytes.get(ValueLayout.JAVA_BYTE, i);
            default ->
                throw new IllegalStateException("outputs of type " + type + " are not compared");
          };
    }
    return numbers;
  }

  private static String sha256(Tensor tensor) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(tensor.segment().toArray(ValueLayout.JAVA_BYTE)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static long[] longs(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }
}
