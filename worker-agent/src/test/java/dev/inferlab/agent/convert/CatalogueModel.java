package dev.inferlab.agent.convert;

import static org.assertj.core.api.Assumptions.assumeThat;

import dev.inferlab.proto.job.v1.ConvertOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A real model of model-ir's test catalogue.
 *
 * @param files names as the catalogue has them, the main file first
 */
record CatalogueModel(String id, String format, List<String> files) {

  static List<CatalogueModel> all() throws IOException {
    return Files.readAllLines(ConvertLab.modelIr("inspect/catalogue.tsv")).stream()
        .map(line -> line.split("\t"))
        .filter(part -> part[0].equals("model"))
        .map(part -> new CatalogueModel(part[1], part[2], List.of(part[3].split(","))))
        .toList();
  }

  /** The upload; skips the test when a file is missing. */
  Map<String, byte[]> bytes() throws IOException {
    String folder = files.getFirst().substring(0, files.getFirst().lastIndexOf('/') + 1);
    Map<String, byte[]> bytes = new LinkedHashMap<>();
    for (String file : files) {
      bytes.put(file.substring(folder.length()), Files.readAllBytes(locate(file)));
    }
    return bytes;
  }

  private static Path locate(String file) {
    if (!file.startsWith("assets/")) {
      return ConvertLab.fetched(file);
    }
    Path path = Path.of(System.getProperty("inferlab.root"), "../shared", file);
    assumeThat(path).as("SKIPPED: the shared assets are not there").exists();
    return path;
  }

  ConvertOptions options() {
    String name = files.getFirst().substring(files.getFirst().lastIndexOf('/') + 1);
    return switch (format) {
      case "OPENVINO_IR" -> options("IR", name);
      case "TENSORFLOW_FROZEN" -> options("TENSORFLOW", name);
      case "TENSORFLOW_SAVED_MODEL" -> options(format, "");
      default -> options(format, name);
    };
  }

  private static ConvertOptions options(String format, String main) {
    return ConvertOptions.newBuilder().setFormat(format).setMainPath(main).build();
  }

  @Override
  public String toString() {
    return id;
  }
}
