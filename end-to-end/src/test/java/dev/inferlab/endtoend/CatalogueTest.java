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
import dev.inferlab.local.demo.RestException;
import dev.inferlab.openvino.Core;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  /** Their package of 32 MB is not among those that {@code tools/fetch models} brings. */
  private static final Set<String> NOT_FETCHED = Set.of("stylegan-mapping", "stylegan-synthesis");

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
    System.err.println("SKIPPED, not in the cache: " + skipped);
    assertThat(skipped)
        .as("models that nothing is shown of; run 'tools/fetch models'")
        .isSubsetOf(NOT_FETCHED);
    compare(catalog, goldens, imports, folder);
    for (Map.Entry<String, JsonNode> entry : entries.entrySet()) {
      printGuess(lab, entry.getKey(), imports.get(entry.getKey()), entry.getValue());
    }
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
          Path xml =
              catalog.archive(
                  each.getValue(), Files.createDirectory(folder.resolve(each.getKey())));
          Deviation deviation =
              new ReferenceRun(goldens.get(each.getKey()), Lab.cache()).of(core, xml);
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

  /** Prints where what was guessed of the images differs from what the catalogue knows. */
  private static void printGuess(Lab lab, String name, String model, JsonNode entry)
      throws Exception {
    if (!lab.client().get("/models/" + model).path("state").asText().equals("READY")) {
      return; // told already
    }
    JsonNode guess;
    try {
      guess = lab.client().get("/models/" + model + "/analysis").path("imageInput");
    } catch (RestException absent) {
      return;
    }
    JsonNode known = entry.path("inputSpec");
    for (String field : List.of("layout", "colour", "mean", "scale")) {
      JsonNode guessed = guess.path("spec").path(field);
      if (guessed.isMissingNode() || known.path(field).isMissingNode() && field.equals("layout")) {
        continue;
      }
      if (!same(guessed, known.path(field), field.equals("scale") ? 1 : 0)) {
        System.out.printf(
            "GUESS %s: %s %s, known is %s (confidence %s)%n",
            name, field, guessed, known.path(field), guess.path("confidence"));
      }
    }
  }

  /** An absent list is one of what changes nothing. */
  private static boolean same(JsonNode guessed, JsonNode known, double nothing) {
    if (!guessed.isArray()) {
      return known.isMissingNode() || guessed.equals(known);
    }
    for (int i = 0; i < guessed.size(); i++) {
      double value = known.isArray() ? known.path(i).asDouble() : nothing;
      if (Math.abs(guessed.path(i).asDouble() - value) > 0.01 * Math.max(1, Math.abs(value))) {
        return false;
      }
    }
    return true;
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
