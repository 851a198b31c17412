package dev.inferlab.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.benchmarks.models.CatalogClient;
import dev.inferlab.benchmarks.models.Deviation;
import dev.inferlab.benchmarks.models.Golden;
import dev.inferlab.benchmarks.models.ReferenceRun;
import dev.inferlab.endtoend.lab.Lab;
import dev.inferlab.endtoend.lab.SharedLab;
import dev.inferlab.local.demo.MultipartBody;
import dev.inferlab.openvino.Core;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every model of our catalogue, and those of the shared assets that no package registry has, is
 * imported over REST, downloaded as IR, and computes what its reference does: OpenVINO on the
 * original file for most, OpenCV and MXNet for the formats that we read ourselves.
 */
@ExtendWith(SharedLab.class)
class CatalogueTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** A guess at the input that is as sure as this has to be right; docs/models.md says so. */
  private static final double SURE = 0.7;

  private static final Path ASSETS = Lab.root().resolve("../shared/assets/models");

  /** By task; the reference has the same name. */
  private record Asset(String name, String task, List<String> files) {}

  private static final List<Asset> UPLOADS =
      List.of(
          new Asset("unet-small", "inpainting", List.of("inpainting/unet-small-onnx/model.onnx")),
          new Asset(
              "efficientnet-lite0-onnx",
              "image-classification",
              List.of("image-classification/efficientnet-lite0-onnx/efficientnet-lite0.onnx")),
          new Asset(
              "squeezenet1.1-fp16",
              "image-classification",
              List.of(
                  "image-classification/squeezenet1.1-fp16-ir/squeezenet1.1.xml",
                  "image-classification/squeezenet1.1-fp16-ir/squeezenet1.1.bin")),
          new Asset(
              "mobilenet-v2-quant",
              "image-classification",
              List.of(
                  "image-classification/mobilenet-v2-quant-tflite/mobilenet_v2_1.0_224_quant.tflite")),
          new Asset(
              "deeplab-v3-quant",
              "semantic-segmentation",
              List.of(
                  "semantic-segmentation/deeplabv3-voc-quant-tflite/deeplabv3_mnv2_pascal_quant.tflite")));

  private final List<String> wrong = new ArrayList<>();

  @Test
  void everyModelOfTheCatalogueComputesWhatItsReferenceDoes(Lab lab, @TempDir Path folder)
      throws Exception {
    CatalogClient catalog = new CatalogClient(lab.client());
    Map<String, Golden> goldens = Golden.all();
    Map<String, String> imports = new LinkedHashMap<>();
    Map<String, JsonNode> entries = new LinkedHashMap<>();
    List<String> skipped = new ArrayList<>();
    for (JsonNode entry : catalog.entries()) {
      String name = entry.path("name").asText();
      if (isInCache(entry) && goldens.containsKey(name)) {
        imports.put(name, catalog.begin(entry.path("id").asText(), name));
        entries.put(name, entry);
      } else {
        skipped.add(name);
      }
    }
    assertThat(skipped).as("models that nothing is shown of; run 'tools/fetch models'").isEmpty();
    compare(catalog, goldens, imports, folder);
    int sure = 0;
    for (Map.Entry<String, JsonNode> entry : entries.entrySet()) {
      sure += checkGuess(lab, entry.getKey(), imports.get(entry.getKey()), entry.getValue());
    }
    assertThat(sure).as("guesses at the input that are sure").isGreaterThan(5);
    assertThat(wrong).as(String.join("\n", wrong)).isEmpty();
  }

  @Test
  void whatNoRegistryHasIsUploadedAndComputesWhatItsReferenceDoes(Lab lab, @TempDir Path folder)
      throws Exception {
    if (!Files.isDirectory(ASSETS)) {
      System.err.println("SKIPPED, ../shared/assets is not there: " + UPLOADS);
      Assumptions.abort("../shared/assets is not there");
    }
    CatalogClient catalog = new CatalogClient(lab.client());
    Map<String, String> imports = new LinkedHashMap<>();
    for (Asset asset : UPLOADS) {
      MultipartBody body = new MultipartBody();
      for (String file : asset.files()) {
        body.file("file", ASSETS.resolve(file));
      }
      body.json(
          "options", "{\"name\": \"%s\", \"task\": \"%s\"}".formatted(asset.name(), asset.task()));
      imports.put(asset.name(), lab.client().post("/models", body).path("id").asText());
    }
    compare(catalog, Golden.all(), imports, folder);
    assertThat(wrong).as(String.join("\n", wrong)).isEmpty();
  }

  private void compare(
      CatalogClient catalog, Map<String, Golden> goldens, Map<String, String> imports, Path folder)
      throws Exception {
    try (Core core = new Core()) {
      for (Map.Entry<String, String> each : imports.entrySet()) {
        JsonNode model = catalog.await(each.getValue(), PATIENCE);
        String outcome = model.path("state").asText();
        if (outcome.equals("READY")) {
          Path unpacked = Files.createDirectory(folder.resolve(each.getKey()));
          Golden golden =
              catalog.reference(core, goldens.get(each.getKey()), model, Lab.cache(), unpacked);
          Deviation deviation =
              new ReferenceRun(golden, Lab.cache())
                  .of(core, catalog.archive(each.getValue(), unpacked));
          outcome = deviation.toString();
          if (deviation.agrees()) {
            System.out.printf("%-30s %s%n", each.getKey(), outcome);
            continue;
          }
        } else {
          outcome = outcome + " " + model.path("problem");
        }
        wrong.add(each.getKey() + ": " + outcome);
      }
    }
  }

  /**
   * A sure guess at how images become the input is what the catalogue knows; one that is not says
   * why it is none. Returns 1 for a sure one.
   */
  private int checkGuess(Lab lab, String name, String model, JsonNode entry) throws Exception {
    JsonNode known = entry.path("inputSpec");
    if (!lab.client().get("/models/" + model).path("state").asText().equals("READY")
        || known.isMissingNode()) {
      return 0; // told already, or no image is known to be the input
    }
    JsonNode guess = lab.client().get("/models/" + model + "/analysis").path("imageInput");
    if (guess.isMissingNode()) {
      return 0; // its shapes are too open to be seen as an image's
    }
    boolean sure = guess.path("confidence").asDouble() >= SURE;
    for (String field : List.of("layout", "colour", "mean", "scale")) {
      JsonNode guessed = guess.path("spec").path(field);
      if (!same(guessed, known.path(field), field.equals("scale") ? 1 : 0)) {
        String difference =
            "%s: %s of the input is guessed %s, known is %s; %s, because %s"
                .formatted(
                    name,
                    field,
                    guessed,
                    known.path(field),
                    guess.path("confidence"),
                    guess.path("reason").asText());
        System.out.println(difference);
        if (sure || guess.path("reason").asText().isBlank()) {
          wrong.add(difference);
        }
      }
    }
    return sure ? 1 : 0;
  }

  /** Lists may have one value for all channels; an absent one changes nothing. */
  private static boolean same(JsonNode guessed, JsonNode known, double nothing) {
    if (!guessed.isArray() && !known.isArray()) {
      return guessed.equals(known);
    }
    for (int channel = 0; channel < 3; channel++) {
      double value = value(known, channel, nothing);
      if (Math.abs(value(guessed, channel, nothing) - value) > 0.01 * Math.max(1, value)) {
        return false;
      }
    }
    return true;
  }

  private static double value(JsonNode list, int channel, double nothing) {
    return list.isEmpty() ? nothing : list.path(Math.min(channel, list.size() - 1)).asDouble();
  }

  /** By the wheel's SHA-256, which {@code tools/fetch} notes in each package's folder. */
  private static boolean isInCache(JsonNode entry) throws IOException {
    List<String> there = wheels();
    return entry
        .path("files")
        .valueStream()
        .allMatch(file -> there.contains(file.path("pypi").path("sha256").asText()));
  }

  private static List<String> wheels() throws IOException {
    Path packages = Lab.cache().resolve("packages");
    List<String> wheels = new ArrayList<>();
    if (!Files.isDirectory(packages)) {
      return wheels;
    }
    try (Stream<Path> folders = Files.list(packages)) {
      for (Path folder : folders.toList()) {
        Path mark = folder.resolve(".sha256");
        if (Files.exists(mark)) {
          wheels.add(Files.readString(mark).strip());
        }
      }
    }
    return wheels;
  }
}
