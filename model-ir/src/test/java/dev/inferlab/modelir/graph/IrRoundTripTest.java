package dev.inferlab.modelir.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.modelir.Catalogue;
import dev.inferlab.modelir.ReferencePython;
import dev.inferlab.modelir.caffe.CaffeImporter;
import dev.inferlab.modelir.inspect.Inspection;
import dev.inferlab.modelir.inspect.ModelInspector;
import dev.inferlab.modelir.mxnet.MxnetImporter;
import dev.inferlab.modelir.tensor.PartialShape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every catalogue model, read as a graph and written again, is the same file and runs the same. */
class IrRoundTripTest {
  /** MXNet's files hold no shapes of inputs. */
  private static final Map<String, PartialShape> MXNET_SHAPES =
      Map.of(
          "det1", PartialShape.of(1, 3, 12, 12),
          "det2", PartialShape.of(1, 3, 24, 24),
          "det3", PartialShape.of(1, 3, 48, 48),
          "det4", PartialShape.of(1, 15, 24, 24));

  @TempDir private Path folder;

  static List<Catalogue.Entry> everyModel() {
    return Catalogue.entries();
  }

  @ParameterizedTest
  @MethodSource("everyModel")
  @Tag("long")
  void everyModelSurvivesTheGraphUnchanged(Catalogue.Entry entry) throws Exception {
    survive(entry, false);
    survive(entry, true);
  }

  /** One of each format, among them one with loops, one with dynamic shapes, one with INT8. */
  @ParameterizedTest
  @CsvSource({
    "mnist-conv, false",
    "fsrcnn-x2, true",
    "ssdlite-person, false",
    "mobilenet-v2-quant, false",
    "faceservice-detector, true",
    "ch_ppocr_mobile_v2_cls_infer, false",
    "det1-caffe, false",
    "det4-mxnet, true"
  })
  void modelOfEachFormatSurvivesTheGraphUnchanged(String id, boolean half) throws Exception {
    survive(Catalogue.entry(id), half);
  }

  private void survive(Catalogue.Entry entry, boolean half) throws Exception {
    String id = entry.id();
    Path original = converted(entry, half);
    Path written = folder.resolve(id + "-written.xml");

    assertThat(new ModelInspector().inspect(upload(original)))
        .isInstanceOf(Inspection.Accepted.class);
    IrModel model = IrModel.read(original);
    assertThat(model.graph().validate()).isEmpty();
    assertThat(model.graph().topological()).hasSameSizeAs(model.graph().nodes());
    model.copy().write(written);

    assertThat(Files.mismatch(folder.resolve(id + ".bin"), folder.resolve(id + "-written.bin")))
        .isEqualTo(-1);
    assertThat(IrTrees.read(written)).isEqualTo(IrTrees.read(original));
    assertThat(
            ReferencePython.run(
                "ir_reference.py", "same", List.of(original.toString(), written.toString())))
        .singleElement()
        .asString()
        .startsWith("same ");
  }

  private static Map<String, Path> upload(Path xml) {
    Path bin = xml.resolveSibling(xml.getFileName().toString().replace(".xml", ".bin"));
    return Map.of("model.xml", xml, "model.bin", bin);
  }

  private Path converted(Catalogue.Entry entry, boolean half) throws Exception {
    Catalogue.python();
    Path file = readable(entry);
    boolean folderModel = entry.format().equals("TENSORFLOW_SAVED_MODEL");
    ReferencePython.run(
        "ir_reference.py",
        "convert",
        List.of(
            folder.toString(),
            entry.id() + "=" + (folderModel ? file.getParent() : file) + (half ? ":fp16" : "")));
    return folder.resolve(entry.id() + ".xml");
  }

  /** The file that OpenVINO reads; what it does not read is imported here first. */
  private Path readable(Catalogue.Entry entry) throws Exception {
    List<Path> files = List.copyOf(entry.located().values());
    Path imported = folder.resolve(entry.id() + "-imported.xml");
    switch (entry.format()) {
      case "CAFFE" -> CaffeImporter.read(files.get(0), files.get(1)).write(imported);
      case "MXNET" ->
          MxnetImporter.read(
                  files.get(0),
                  files.get(1),
                  Map.of("data", MXNET_SHAPES.get(entry.id().substring(0, 4))))
              .write(imported);
      default -> {
        return files.getFirst();
      }
    }
    return imported;
  }

  @ParameterizedTest
  @ValueSource(strings = {"squeezenet1.1", "blazeface-ir", "facemesh-ir"})
  void oldIrSurvivesToo(String id) throws Exception {
    List<Path> files = List.copyOf(Catalogue.entry(id).located().values());
    Path written = folder.resolve(id + ".xml");

    IrModel.read(files.get(0), files.get(1)).write(written);

    assertThat(Files.mismatch(files.get(1), folder.resolve(id + ".bin"))).isEqualTo(-1);
    assertThat(IrTrees.read(written)).isEqualTo(IrTrees.read(files.get(0)));
    Catalogue.python();
    assertThat(
            ReferencePython.run(
                "ir_reference.py", "same", List.of(files.get(0).toString(), written.toString())))
        .singleElement()
        .asString()
        .startsWith("same ");
  }
}
