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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  @Test
  @Tag("long")
  void everyModelSurvivesTheGraphUnchanged() throws Exception {
    survive(Catalogue.entries());
  }

  /** One of each format, among them one with loops, one with dynamic shapes, one with INT8. */
  @Test
  void modelOfEachFormatSurvivesTheGraphUnchanged() throws Exception {
    survive(
        Stream.of(
                "mnist-conv",
                "fsrcnn-x2",
                "ssdlite-person",
                "mobilenet-v2-quant",
                "faceservice-detector",
                "ch_ppocr_mobile_v2_cls_infer",
                "det1-caffe",
                "det4-mxnet")
            .map(Catalogue::entry)
            .toList());
  }

  private void survive(List<Catalogue.Entry> entries) throws Exception {
    List<String> ids = convert(entries);
    List<String> pairs = new ArrayList<>();
    for (String id : ids) {
      Path original = folder.resolve(id + ".xml");
      Path written = folder.resolve(id + "-written.xml");

      assertThat(new ModelInspector().inspect(upload(original)))
          .as(id)
          .isInstanceOf(Inspection.Accepted.class);
      IrModel model = IrModel.read(original);
      assertThat(model.graph().validate()).as(id).isEmpty();
      assertThat(model.graph().topological()).as(id).hasSameSizeAs(model.graph().nodes());
      model.copy().write(written);

      assertThat(Files.mismatch(folder.resolve(id + ".bin"), folder.resolve(id + "-written.bin")))
          .as("weights of %s", id)
          .isEqualTo(-1);
      assertThat(IrTrees.read(written)).as(id).isEqualTo(IrTrees.read(original));
      pairs.add(original.toString());
      pairs.add(written.toString());
    }

    List<String> verdicts = ReferencePython.run("ir_reference.py", "same", pairs);
    assertThat(verdicts).hasSameSizeAs(ids).allMatch(line -> line.startsWith("same "));
  }

  private static Map<String, Path> upload(Path xml) {
    Path bin = xml.resolveSibling(xml.getFileName().toString().replace(".xml", ".bin"));
    return Map.of("model.xml", xml, "model.bin", bin);
  }

  private List<String> convert(List<Catalogue.Entry> entries) throws Exception {
    Catalogue.python();
    List<String> ids = new ArrayList<>();
    List<String> arguments = new ArrayList<>(List.of(folder.toString()));
    for (Catalogue.Entry entry : entries) {
      Path file = readable(entry);
      boolean folderModel = entry.format().equals("TENSORFLOW_SAVED_MODEL");
      boolean half = ids.size() % 3 == 1;
      arguments.add(
          entry.id() + "=" + (folderModel ? file.getParent() : file) + (half ? ":fp16" : ""));
      ids.add(entry.id());
    }
    ReferencePython.run("ir_reference.py", "convert", arguments);
    return ids;
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

  @Test
  void oldIrSurvivesToo() throws Exception {
    List<String> pairs = new ArrayList<>();
    for (String id : List.of("squeezenet1.1", "blazeface-ir", "facemesh-ir")) {
      List<Path> files = List.copyOf(Catalogue.entry(id).located().values());
      Path written = folder.resolve(id + ".xml");

      IrModel.read(files.get(0), files.get(1)).write(written);

      assertThat(Files.mismatch(files.get(1), folder.resolve(id + ".bin"))).as(id).isEqualTo(-1);
      assertThat(IrTrees.read(written)).isEqualTo(IrTrees.read(files.get(0)));
      pairs.add(files.get(0).toString());
      pairs.add(written.toString());
    }
    Catalogue.python();
    assertThat(ReferencePython.run("ir_reference.py", "same", pairs))
        .hasSize(3)
        .allMatch(line -> line.startsWith("same "));
  }
}
