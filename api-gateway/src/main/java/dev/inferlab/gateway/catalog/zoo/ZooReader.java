package dev.inferlab.gateway.catalog.zoo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.catalog.zoo.YamlTree.BadYamlException;
import dev.inferlab.gateway.json.JsonFields;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.gateway.text.PlainText;
import dev.inferlab.platform.problem.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads a catalogue in Open Model Zoo's form: each folder with a {@code model.yml} is a model; one
 * with a {@code composite-model.yml} is made of the models in its folders.
 */
public final class ZooReader {
  public static final String MODEL = "model.yml";
  public static final String COMPOSITE = "composite-model.yml";
  public static final int LARGEST_FILE = YamlTree.LARGEST;

  private ZooReader() {}

  public static boolean isPart(String fileName) {
    String last = fileName.substring(fileName.lastIndexOf('/') + 1);
    return last.equals(MODEL) || last.equals(COMPOSITE);
  }

  /**
   * @param files by their path in the catalogue, only those of {@link #isPart}; one longer than
   *     {@link #LARGEST_FILE} may be cut off behind that
   */
  public static List<ZooModel> read(Map<String, byte[]> files) {
    SortedMap<String, byte[]> ordered = new TreeMap<>(files);
    List<ZooModel> models = new ArrayList<>();
    ordered.forEach(
        (file, bytes) -> {
          int slash = file.lastIndexOf('/');
          String folder = slash < 0 ? "" : file.substring(0, slash);
          try {
            JsonNode tree = YamlTree.read(bytes);
            models.add(
                file.endsWith(COMPOSITE)
                    ? composite(tree, folder, ordered)
                    : new ZooModelReader(tree, folder, parent(folder, ordered)).read());
          } catch (BadYamlException e) {
            String line = e.line() == 0 ? "" : ":" + e.line();
            models.add(
                ZooModelReader.unreadable(
                    folder, new Violation(file.substring(slash + 1) + line, e.getMessage())));
          }
        });
    return models;
  }

  /** The composite model that a folder is a part of, or null. */
  private static String parent(String folder, Map<String, byte[]> files) {
    int slash = folder.lastIndexOf('/');
    String above = slash < 0 ? "" : folder.substring(0, slash);
    return !above.isEmpty() && files.containsKey(above + "/" + COMPOSITE)
        ? above.substring(above.lastIndexOf('/') + 1)
        : null;
  }

  private static ZooModel composite(JsonNode tree, String folder, Map<String, byte[]> files) {
    Violations problems = new Violations();
    JsonFields fields = JsonFields.of(tree, "", problems);
    String taskType = fields.choice("task_type", ZooWords.TASK_TYPES).orElse("");
    List<String> parts = new ArrayList<>();
    JsonNode stages = fields.raw("stages_order");
    if (stages != null && stages.isArray() && stages.size() <= 50) {
      stages.forEach(
          stage -> {
            parts.add(stage.asText());
            if (!files.containsKey(folder + "/" + stage.asText() + "/" + MODEL)) {
              problems.add("stages_order", "names a part that is not there");
            }
          });
    } else {
      problems.add("stages_order", "must be a list of at most 50 names");
    }
    problems.add(
        COMPOSITE,
        "is a chain of %d models; import its parts one by one: %s"
            .formatted(parts.size(), String.join(", ", parts)));
    return new ZooModel(
        folder.substring(folder.lastIndexOf('/') + 1),
        folder,
        line(fields, "description"),
        taskType,
        ZooWords.TASKS.get(taskType),
        line(fields, "framework"),
        null,
        line(fields, "license"),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        parts,
        problems.list(),
        null);
  }

  private static String line(JsonFields fields, String field) {
    JsonNode value = fields.raw(field);
    return value == null ? "" : PlainText.line(value.asText(), 4_000);
  }
}
