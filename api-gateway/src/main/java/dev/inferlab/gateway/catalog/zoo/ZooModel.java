package dev.inferlab.gateway.catalog.zoo;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.platform.problem.Violation;
import java.util.List;

/**
 * One {@code model.yml} (or {@code composite-model.yml}), read and checked.
 *
 * @param path of its folder in the catalogue
 * @param taskType Open Model Zoo's word
 * @param task our word; null if none fits
 * @param framework Open Model Zoo's word: "dldt", "onnx", "tf", …
 * @param precisions in which it can be imported
 * @param mainFiles the files that are the model, where the entry brings more; a name that ends with
 *     "/" is a folder with all that is in it; empty: all
 * @param inputSpec how an image becomes the input; null: not told
 * @param taskSettings of the task's adapter; null: not told
 * @param partOf the composite model that it belongs to
 * @param parts of a composite model, in their order
 * @param problems what keeps it from being imported
 * @param warnings what is not known here, or cannot be honoured
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ZooModel(
    String name,
    String path,
    String description,
    String taskType,
    String task,
    String framework,
    List<String> precisions,
    String license,
    List<ZooFile> files,
    List<Postprocessing> postprocessing,
    List<ZooInput> inputs,
    List<String> cutInputs,
    List<String> cutOutputs,
    List<String> mainFiles,
    JsonNode inputSpec,
    JsonNode taskSettings,
    List<String> labels,
    String partOf,
    List<String> parts,
    List<Violation> problems,
    List<Violation> warnings) {

  public ZooModel {
    precisions = given(precisions);
    files = given(files);
    postprocessing = given(postprocessing);
    inputs = given(inputs);
    cutInputs = given(cutInputs);
    cutOutputs = given(cutOutputs);
    mainFiles = given(mainFiles);
    labels = given(labels);
    parts = given(parts);
    problems = given(problems);
    warnings = given(warnings);
  }

  private static <T> List<T> given(List<T> list) {
    return list == null ? List.of() : List.copyOf(list);
  }

  public boolean importable() {
    return problems.isEmpty();
  }

  /** What has to be brought for one precision. */
  public List<ZooFile> filesFor(String precision) {
    return files.stream()
        .filter(file -> file.precision().isEmpty() || file.precision().equals(precision))
        .toList();
  }

  /** Of the largest download that it can ask for. */
  public long sizeBytes() {
    return precisions.stream()
        .mapToLong(precision -> size(filesFor(precision)))
        .max()
        .orElseGet(() -> size(files));
  }

  private static long size(List<ZooFile> files) {
    return files.stream().mapToLong(ZooFile::sizeBytes).sum();
  }
}
