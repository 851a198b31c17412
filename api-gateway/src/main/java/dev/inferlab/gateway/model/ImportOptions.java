package dev.inferlab.gateway.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.json.JsonFields;
import dev.inferlab.gateway.json.Violations;
import java.util.Optional;
import java.util.Set;

/**
 * What a user says about a model at its upload.
 *
 * @param format to be sure that it is taken for the right one; empty: found out
 * @param precision of the IR's weights
 */
record ImportOptions(
    String name,
    Optional<String> format,
    String precision,
    Optional<String> task,
    Optional<InputSpec> inputSpec) {
  static final int LONGEST_NAME = 200;
  static final Set<String> TASKS =
      Set.of(
          "image-classification",
          "object-detection",
          "instance-segmentation",
          "semantic-segmentation",
          "inpainting",
          "style-transfer",
          "super-resolution",
          "face-recognition",
          "landmark-detection",
          "text-classification",
          "generic");

  static ImportOptions read(JsonNode node, Violations violations) {
    JsonFields fields = JsonFields.of(node, "options", violations);
    ImportOptions options =
        new ImportOptions(
            fields.requiredText("name", LONGEST_NAME),
            fields.choice("format", Formats.names()),
            fields.choice("precision", Set.of("FP32", "FP16")).orElse("FP32"),
            fields.choice("task", TASKS),
            fields.object("inputSpec").map(InputSpec::read));
    fields.refuseUnknown();
    return options;
  }
}
