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
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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

  static Map<String, List<Catalogue.Entry>> formats() {
    return Catalogue.entries().stream()
        .collect(Collectors.groupingBy(Catalogue.Entry::format, TreeMap::new, Collectors.toList()));
  }

  static Set<String> everyFormat() {
    return formats().keySet();
  }

  /**
   * In FP32 and FP16; only the former are run, as files of the same bytes run the same. One process
   * of OpenVINO for each format, whose start costs more than most models.
   */
  @ParameterizedTest
  @MethodSource("everyFormat")
  void everyModelSurvivesTheGraphUnchanged(String format) throws Exception {
    Catalogue.python();
    List<String> missing = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<String> conversions = new ArrayList<>(List.of(folder.toString()));
    for (Catalogue.Entry entry : formats().get(format)) {
      if (!entry.isThere()) {
        missing.add(entry.id());
        continue;
      }
      names.add(entry.id());
      conversions.add("%s=%s".formatted(entry.id(), readable(entry)));
      conversions.add("%s-half=%s:fp16".formatted(entry.id(), readable(entry)));
    }
    assertThat(missing)
        .as("models of packages; run 'tools/fetch models'")
        .allMatch(IrRoundTripTest::isAsset);
    if (!missing.isEmpty()) {
      System.err.println("SKIPPED, ../shared/assets is not there: " + missing);
    }
    ReferencePython.run("ir_reference.py", "convert", conversions);
    List<String> pairs = new ArrayList<>();
    for (String name : names) {
      survive(folder.resolve(name + "-half.xml"));
      Path original = folder.resolve(name + ".xml");
      pairs.add(original.toString());
      pairs.add(survive(original).toString());
    }
    assertThat(ReferencePython.run("ir_reference.py", "same", pairs))
        .hasSameSizeAs(names)
        .allMatch(line -> line.startsWith("same "));
  }

  private static boolean isAsset(String id) {
    return Catalogue.entry(id).files().getFirst().startsWith("assets/");
  }

  /** The file that was written. */
  private Path survive(Path original) throws Exception {
    String name = original.getFileName().toString().replace(".xml", "");
    Path written = folder.resolve(name + "-written.xml");

    assertThat(new ModelInspector().inspect(upload(original)))
        .isInstanceOf(Inspection.Accepted.class);
    IrModel model = IrModel.read(original);
    assertThat(model.graph().validate()).as(name).isEmpty();
    assertThat(model.graph().topological()).hasSameSizeAs(model.graph().nodes());
    model.copy().write(written);

    assertThat(Files.mismatch(folder.resolve(name + ".bin"), folder.resolve(name + "-written.bin")))
        .as(name)
        .isEqualTo(-1);
    assertThat(IrTrees.read(written)).as(name).isEqualTo(IrTrees.read(original));
    return written;
  }

  private static Map<String, Path> upload(Path xml) {
    Path bin = xml.resolveSibling(xml.getFileName().toString().replace(".xml", ".bin"));
    return Map.of("model.xml", xml, "model.bin", bin);
  }

  /**
   * What OpenVINO reads, a file or a SavedModel's folder; what it does not read is imported here
   * first.
   */
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
      case "TENSORFLOW_SAVED_MODEL" -> {
        return files.getFirst().getParent();
      }
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
