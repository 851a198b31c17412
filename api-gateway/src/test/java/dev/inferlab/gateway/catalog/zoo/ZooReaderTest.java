package dev.inferlab.gateway.catalog.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.platform.problem.Violation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZooReaderTest {
  private static final String SHA384 = "0123456789abcdef".repeat(6);
  private static final String MODEL =
      """
      description: >-
        Finds things.

        Well.
      task_type: detection
      files:
        - name: net/model.pb
          size: 12
          checksum: %s
          original_source: https://a.example.org/model.pb
          source: https://b.example.org/model.pb
      postprocessing:
        - $type: regex_replace
          file: net/model.pb
          pattern: 'a(?P<x>b)'
          replacement: '\\g<x>'
      input_info:
        - name: image
          shape: [1, 640, 480, 3]
          layout: NHWC
        - name: size
      model_optimizer_args:
        - --reverse_input_channels
        - --mean_values=image[123.675, 116.28,103.53]
        - --scale_values=[58.4,57.1,57.4]
        - --output=boxes,scores
        - --transformations_config=$mo_ext_dir/ssd.json
        - --input_model=$dl_dir/net/model.pb
      framework: tf
      license: https://example.org/LICENSE
      model_info:
        labels: [background, thing]
      """
          .formatted(SHA384);

  private static ZooModel one(String yaml) {
    List<ZooModel> models =
        ZooReader.read(
            Map.of("models/public/finder/model.yml", yaml.getBytes(StandardCharsets.UTF_8)));
    assertThat(models).hasSize(1);
    return models.getFirst();
  }

  @Test
  void readsOpenModelZoosForm() {
    ZooModel model = one(MODEL);
    assertThat(model.problems()).isEmpty();
    assertThat(model.name()).isEqualTo("finder");
    assertThat(model.description()).isEqualTo("Finds things. Well.");
    assertThat(model.task()).isEqualTo("object-detection");
    assertThat(model.precisions()).containsExactly("FP16", "FP32");
    assertThat(model.files())
        .containsExactly(
            new ZooFile(
                "net/model.pb",
                12,
                new Checksum("SHA-384", SHA384),
                "https://b.example.org/model.pb",
                null));
    ZooInput image = model.inputs().getFirst();
    assertThat(image.shape()).containsExactly(1L, 640L, 480L, 3L);
    assertThat(image.mean()).containsExactly(123.675, 116.28, 103.53);
    assertThat(image.scale()).containsExactly(58.4, 57.1, 57.4);
    assertThat(image.reverseChannels()).isTrue();
    assertThat(model.inputs().get(1).reverseChannels()).isFalse();
    assertThat(model.cutOutputs()).containsExactly("boxes", "scores");
    assertThat(model.mainFiles()).containsExactly("net/model.pb");
    assertThat(model.labels()).containsExactly("background", "thing");
    assertThat(model.inputSpec().toString()).isEqualTo("{\"layout\":\"NHWC\",\"colour\":\"BGR\"}");
    assertThat(model.warnings())
        .containsExactly(
            new Violation("model_optimizer_args[4]", "--transformations_config is not honoured"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "size: 12 | size: -1 | files[0].size",
        "size: 12 | size: many | files[0].size",
        "name: net/model.pb | name: ../model.pb | files[0].name",
        "name: net/model.pb | name: /etc/passwd | files[0].name",
        "checksum: 0 | checksum: x | files[0].checksum",
        "https://b | ftp://b | files[0].source",
        "https://b | https://me:secret@b | files[0].source",
        "source: https://b.example.org/model.pb | source: {$type: google_drive, id: x} | files[0].source.$type",
        "task_type: detection | task_type: magic | task_type",
        "framework: tf | framework: pytorch | framework",
        "$dl_dir | $conv_dir | model_optimizer_args[5]",
        "[123.675, 116.28,103.53] | [one] | model_optimizer_args[1]",
        "regex_replace | run_script | postprocessing[0].$type",
        "a(?P<x>b) | a(b | postprocessing[0].pattern",
        "layout: NHWC | layout: 7 | input_info[0].layout",
      })
  void aBadFieldIsNamed(String good, String bad, String path) {
    assertThat(MODEL).contains(good);
    ZooModel model = one(MODEL.replace(good, bad));
    assertThat(model.importable()).isFalse();
    assertThat(model.problems()).extracting(Violation::path).contains(path);
  }

  @Test
  void anUnknownFieldIsToldAndDoesNoHarm() {
    ZooModel model = one(MODEL.replace("original_source", "oroginal_source"));
    assertThat(model.importable()).isTrue();
    assertThat(model.warnings())
        .contains(new Violation("files[0].oroginal_source", "is not known here"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "!!python/object/apply:os.system [id] | tag",
        "!!javax.script.ScriptEngineManager [] | tag",
        "'{a: 1, a: 2}' | twice",
        "'[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]' | ",
        "'a: [' | line",
        "'' | empty",
      })
  void hostileYamlIsRefused(String yaml, String word) {
    ZooModel model = one(yaml);
    assertThat(model.importable()).isFalse();
    assertThat(model.name()).isEqualTo("finder");
  }

  @Test
  void aliasesDoNotMultiply() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
      bomb.append("a%d: &a%d [".formatted(i, i))
          .append("*a%d, ".formatted(i - 1).repeat(10))
          .append("x]\n");
    }
    assertThat(one(bomb.toString()).importable()).isFalse();
    assertThat(one("a: &a [*a]").importable()).isFalse();
    assertThat(one("x".repeat(300_000)).importable()).isFalse();
  }

  @Test
  void oneBadModelDoesNotTouchTheOthers() {
    List<ZooModel> models =
        ZooReader.read(
            Map.of(
                "a/model.yml", "{".getBytes(StandardCharsets.UTF_8),
                "b/model.yml", MODEL.getBytes(StandardCharsets.UTF_8)));
    assertThat(models).extracting(ZooModel::importable).containsExactly(false, true);
  }

  @Test
  void aCompositeModelNamesItsParts() {
    List<ZooModel> models =
        ZooReader.read(
            Map.of(
                "z/chain/composite-model.yml",
                    "description: x\ntask_type: detection\nframework: tf\nlicense: y\nstages_order: [chain-a, chain-b]"
                        .getBytes(StandardCharsets.UTF_8),
                "z/chain/chain-a/model.yml", MODEL.getBytes(StandardCharsets.UTF_8)));
    ZooModel chain =
        models.stream().filter(m -> m.name().equals("chain")).findFirst().orElseThrow();
    assertThat(chain.parts()).containsExactly("chain-a", "chain-b");
    assertThat(chain.problems()).extracting(Violation::path).contains("stages_order");
    ZooModel part =
        models.stream().filter(m -> m.name().equals("chain-a")).findFirst().orElseThrow();
    assertThat(part.partOf()).isEqualTo("chain");
    assertThat(part.importable()).isTrue();
  }

  @Test
  void irHasItsPrecisionsInFolders() {
    String ir =
        """
        description: x
        task_type: classification
        files:
        %s
        framework: dldt
        license: x
        """
            .formatted(
                Stream.of("FP32/finder.xml", "FP32/finder.bin", "FP16-INT8/finder.xml")
                    .map(
                        name ->
                            "  - {name: %s, size: 5, checksum: %s, source: 'https://x.example.org/f'}"
                                .formatted(name, SHA384))
                    .reduce("", (a, b) -> a + "\n" + b));
    ZooModel model = one(ir);
    assertThat(model.precisions()).containsExactly("FP16-INT8", "FP32");
    assertThat(model.filesFor("FP32")).hasSize(2);
    assertThat(model.sizeBytes()).isEqualTo(10);
    assertThat(model.problems())
        .containsExactly(new Violation("files", "has no .bin file for FP16-INT8"));
  }

  @Test
  void oursAreAllGood() throws IOException {
    Path folder = Path.of("src/main/resources/catalog");
    List<String> names = Files.readAllLines(folder.resolve("models.txt"));
    try (Stream<Path> folders = Files.list(folder).filter(Files::isDirectory)) {
      assertThat(folders.map(each -> each.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(names);
    }
    for (String name : names) {
      byte[] yaml = Files.readAllBytes(folder.resolve(name).resolve("model.yml"));
      ZooModel model = ZooReader.read(Map.of(name + "/model.yml", yaml)).getFirst();
      assertThat(model.problems()).as(name).isEmpty();
      assertThat(model.warnings()).as(name).isEmpty();
      assertThat(model.task()).as(name).isNotNull();
      assertThat(model.files()).as(name).allSatisfy(file -> assertThat(file.pypi()).isNotNull());
    }
  }
}
