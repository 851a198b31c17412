package dev.inferlab.agent.convert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.modelir.analysis.ScanGuess;
import dev.inferlab.modelir.inspect.Inspection;
import dev.inferlab.modelir.inspect.ModelInspector;
import dev.inferlab.modelir.inspect.TensorInfo;
import dev.inferlab.proto.job.v1.ConvertResult;
import dev.inferlab.proto.job.v1.ModelPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a scan of the original files guesses is what the analysis after the conversion says. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScanTest {
  /** Their files do not say the shapes on which the guess depends. */
  private static final Set<String> UNTOLD =
      Set.of(
          "u2netp",
          "blazeface-ir",
          "fsrcnn-x2",
          "fsrcnn-x4",
          "faceservice-detector",
          "det1-caffe",
          "det4-mxnet");

  @TempDir private static Path folder;
  private ConvertLab lab;

  @BeforeAll
  void start() throws Exception {
    lab = new ConvertLab(folder);
  }

  @AfterAll
  void stop() throws Exception {
    lab.close();
  }

  static List<CatalogueModel> all() throws IOException {
    return CatalogueModel.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void aScanGuessesWhatTheConversionTells(CatalogueModel model) throws Exception {
    Inspection.Accepted scan = scan(model);
    ScanGuess guess = ScanGuess.of(scan);
    ConvertResult result = lab.convert(model.bytes(), model.options());
    lab.forget();

    guess
        .task()
        .ifPresentOrElse(
            task -> {
              assertThat(task.task().restName()).isEqualTo(result.getTask().getTask());
              assertThat(task.confidence()).isLessThanOrEqualTo(result.getTask().getConfidence());
            },
            () -> {
              assertThat(UNTOLD).contains(model.id());
              assertThat(guess.unknown()).anyMatch(text -> text.contains("tell the task"));
            });
    for (TensorInfo input : scan.inputs()) {
      if (input.layout().isEmpty()) {
        continue;
      }
      assertThat(input.layout()).as(input.name()).isEqualTo(port(result, input).getLayout());
    }
  }

  private static ModelPort port(ConvertResult result, TensorInfo input) {
    return result.getInputsList().stream()
        .filter(
            port ->
                port.getName().equals(input.name()) || port.getName().equals(input.name() + ":0"))
        .findFirst()
        .orElseThrow();
  }

  private static Inspection.Accepted scan(CatalogueModel model) throws IOException {
    Path upload = Files.createTempDirectory(folder, "scan");
    Map<String, Path> files = new HashMap<>();
    for (Map.Entry<String, byte[]> file : model.bytes().entrySet()) {
      Path path = upload.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      files.put(file.getKey(), Files.write(path, file.getValue()));
    }
    return (Inspection.Accepted) new ModelInspector().inspect(files);
  }
}
