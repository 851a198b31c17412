package dev.inferlab.modelir.inspect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.modelir.Catalogue;
import dev.inferlab.modelir.tensor.Dimension;
import dev.inferlab.modelir.tensor.PartialShape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every real model is understood as OpenVINO understands it, and refused once it is cut. */
class CatalogueInspectionTest {
  private static final int CUTS = 20;
  private static final int FLIPS = 40;

  private final ModelInspector inspector = new ModelInspector();
  @TempDir private Path folder;

  static List<Catalogue.Entry> models() {
    return Catalogue.entries();
  }

  @ParameterizedTest
  @MethodSource("models")
  void realModelIsAcceptedWithItsInputsAndOutputs(Catalogue.Entry model) throws IOException {
    Inspection inspection = inspector.inspectUnguarded(model.located());

    assertThat(inspection).isInstanceOf(Inspection.Accepted.class);
    Inspection.Accepted accepted = (Inspection.Accepted) inspection;
    assertThat(accepted.format().name()).isEqualTo(model.format());
    assertThat(accepted.files().get(FileRole.UNUSED)).isNull();
    assertSamePorts(accepted.inputs(), model.inputs());
    assertSamePorts(accepted.outputs(), model.outputs());
  }

  private static void assertSamePorts(List<TensorInfo> found, List<Catalogue.Port> expected) {
    assertThat(found).as("%s", found).hasSameSizeAs(expected);
    for (TensorInfo info : found) {
      Catalogue.Port port =
          expected.stream()
              .filter(
                  candidate ->
                      candidate.names().contains(info.name())
                          || candidate.names().contains(info.name() + ":0"))
              .findFirst()
              .orElseThrow(() -> new AssertionError(info + " is not one of " + expected));
      if (info.type().bits() > 0) {
        assertThat(info.type().irName()).as("type of %s", info).isEqualTo(port.type());
      }
      assertThat(agrees(info.shape(), port.shape())).as("%s as %s", info, port).isTrue();
    }
  }

  /** What the file says must not contradict what OpenVINO infers; it may say less. */
  private static boolean agrees(PartialShape declared, PartialShape inferred) {
    if (!declared.hasRank() || !inferred.hasRank()) {
      return true;
    }
    if (declared.rank() != inferred.rank()) {
      return false;
    }
    for (int axis = 0; axis < declared.rank(); axis++) {
      Dimension left = declared.dimension(axis);
      Dimension right = inferred.dimension(axis);
      if (left.min() > right.max() || right.min() > left.max()) {
        return false;
      }
    }
    return true;
  }

  /** What the importers read is not refused before it reaches them. */
  @ParameterizedTest
  @CsvSource({
    "/caffe/layers.prototxt,/caffe/layers.caffemodel",
    "/caffe/rare.prototxt,/caffe/rare.caffemodel",
    "/caffe/functions.prototxt,/caffe/functions.caffemodel",
    "/caffe/old.prototxt,/caffe/old.caffemodel",
    "/mxnet/layers-symbol.json,/mxnet/layers-0000.params",
    "/mxnet/rare-symbol.json,/mxnet/rare-0000.params",
    "/mxnet/common-symbol.json,/mxnet/common-0000.params",
    "/mxnet/ssd-symbol.json,/mxnet/ssd-0000.params"
  })
  void networkOfTheImportersTestsIsAccepted(String topology, String weights) throws Exception {
    Map<String, Path> files = new LinkedHashMap<>();
    for (String file : List.of(topology, weights)) {
      Path path = Path.of(getClass().getResource(file).toURI());
      files.put(path.getFileName().toString(), path);
    }

    assertThat(inspector.inspectUnguarded(files))
        .isInstanceOfSatisfying(
            Inspection.Accepted.class, accepted -> assertThat(accepted.notes()).isEmpty());
  }

  /** An embedding's prototxt ends before the classifier that it was trained with. */
  @Test
  void trainedLayersBehindTheEndAreNoted() throws Exception {
    String prototxt =
        new String(getClass().getResourceAsStream("/caffe/layers.prototxt").readAllBytes(), UTF_8);
    Path backbone = folder.resolve("backbone.prototxt");
    Files.writeString(backbone, prototxt.substring(0, prototxt.indexOf("layer { name: \"fc\"")));
    Path weights = Path.of(getClass().getResource("/caffe/layers.caffemodel").toURI());

    assertThat(
            inspector.inspectUnguarded(
                Map.of("backbone.prototxt", backbone, "backbone.caffemodel", weights)))
        .isInstanceOfSatisfying(
            Inspection.Accepted.class,
            accepted ->
                assertThat(accepted.notes())
                    .singleElement()
                    .asString()
                    .contains("does not have", "'fc'"));
  }

  /** Cut between two layers, a prototxt is a smaller network; that much is said. */
  @ParameterizedTest
  @MethodSource("models")
  void modelCutAnywhereIsRefusedOrNoted(Catalogue.Entry model) throws IOException {
    for (String cut : model.located().keySet()) {
      Map<String, Path> files = copies(model.located());
      long size = Files.size(files.get(cut));
      try (FileChannel file = FileChannel.open(files.get(cut), StandardOpenOption.WRITE)) {
        for (int i = CUTS; i >= 1; i--) {
          long end = size * i / (CUTS + 1);
          file.truncate(end);
          Inspection inspection = inspector.inspectUnguarded(files);
          if (inspection instanceof Inspection.Accepted accepted && cut.endsWith("prototxt")) {
            assertThat(accepted.notes()).anyMatch(note -> note.contains("does not have"));
            continue;
          }
          assertThat(inspection)
              .as("%s cut at byte %d of %d", cut, end, size)
              .isInstanceOfSatisfying(
                  Inspection.Refused.class, refused -> assertToldOf(refused, cut));
        }
      }
    }
  }

  /** The uploader learns which file was cut, not that some other one means nothing by itself. */
  private static void assertToldOf(Inspection.Refused refused, String cut) {
    Problem problem = refused.problems().getFirst();
    assertThat(problem.code()).isNotEqualTo(ProblemCode.MODEL_NOT_RECOGNISED);
    // Constants of IR are told at their layers in the XML, whose weights the reason names.
    assertThat(problem.place().file() + " " + problem.reason())
        .containsAnyOf(cut, "The .bin is cut short");
  }

  @ParameterizedTest
  @MethodSource("models")
  void modelWithFlippedBytesGivesAResult(Catalogue.Entry model) throws IOException {
    Random random = new Random(model.id().hashCode());
    for (String flipped : model.located().keySet()) {
      Map<String, Path> files = copies(model.located());
      try (FileChannel file =
          FileChannel.open(files.get(flipped), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        for (int i = 0; i < FLIPS; i++) {
          // Half of the flips hit the beginning, where most formats keep their structure.
          long range = i % 2 == 0 ? Math.min(4096, file.size()) : file.size();
          long at = random.nextLong(range);
          ByteBuffer original = ByteBuffer.allocate(1);
          file.read(original, at);
          file.write(ByteBuffer.wrap(new byte[] {(byte) random.nextInt()}), at);
          Assertions.assertTimeout(
              Duration.ofSeconds(10),
              () -> assertThat(inspector.inspectUnguarded(files)).isNotNull(),
              () -> flipped + " at byte " + at);
          file.write(original.flip(), at);
        }
      }
    }
  }

  private Map<String, Path> copies(Map<String, Path> files) throws IOException {
    Map<String, Path> copies = new LinkedHashMap<>();
    for (Map.Entry<String, Path> file : files.entrySet()) {
      Path copy = Files.createTempFile(folder, "copy", ".bin");
      Files.write(copy, Files.readAllBytes(file.getValue()));
      copies.put(file.getKey(), copy);
    }
    return copies;
  }
}
