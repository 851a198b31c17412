package dev.inferlab.gateway.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.inferlab.gateway.json.JsonFields;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.gateway.model.conversion.Conversion;
import dev.inferlab.gateway.model.conversion.ConversionRequest;
import dev.inferlab.gateway.model.conversion.Scan;
import dev.inferlab.gateway.staging.ReceivedFile;
import dev.inferlab.gateway.text.PlainText;
import java.util.List;
import java.util.Optional;

/**
 * What a user says about a model at its upload.
 *
 * @param name empty: that of what came
 * @param format to be sure that it is taken for the right one; empty: found out
 * @param convert false: the model stays a scan, to be converted later
 */
record ImportOptions(
    Optional<String> name,
    Optional<String> format,
    boolean convert,
    ConversionRequest conversion,
    Optional<String> task,
    Optional<JsonNode> taskSettings,
    Optional<InputSpec> inputSpec,
    Optional<Labels> labels) {
  private static final String INPUT_SPEC = "options.inputSpec";

  /**
   * @param node null: nothing is said
   */
  static ImportOptions read(JsonNode node, Violations violations) {
    JsonFields fields =
        JsonFields.of(
            node == null ? JsonNodeFactory.instance.objectNode() : node, "options", violations);
    ImportOptions options =
        new ImportOptions(
            fields.text("name", PlainText.LONGEST_NAME),
            fields.choice("format", Formats.names()),
            fields.flag("convert", true),
            ConversionRequest.read(fields.raw("conversion"), fields.path("conversion")),
            fields.choice("task", Tasks.NAMES),
            TaskSettings.read(fields, "taskSettings"),
            fields.object("inputSpec").map(InputSpec::read),
            fields.object("labels").map(Labels::read));
    fields.refuseUnknown();
    if (!options.convert() && fields.has("conversion")) {
      fields.violation("conversion", "cannot be given together with convert: false");
    }
    return options;
  }

  /** With the name of the first file, where none was given. */
  ImportOptions named(List<ReceivedFile> files) {
    String usual = PlainText.nameOf(files.getFirst().name(), "model");
    return new ImportOptions(
        name.or(() -> Optional.of(usual)),
        format,
        convert,
        conversion,
        task,
        taskSettings,
        inputSpec,
        labels);
  }

  /** What to convert, if anything; refuses what does not fit the files. */
  Optional<Conversion> checked(Scan scan) {
    if (!convert) {
      requireFit(scan.inputs());
      return Optional.empty();
    }
    Scan known = scan.filledAs(inputSpec.map(InputSpec::layout).orElse(null));
    Conversion checked = conversion.check(known);
    List<Port> inputs = scan.inputsAfter(checked);
    requireFit(inputs);
    inputSpec.ifPresent(
        spec ->
            BuiltIn.of(Optional.of(checked), inputs, spec).requireNothingTwice(spec, INPUT_SPEC));
    return Optional.of(checked);
  }

  /** Refuses what no files can fit. */
  void requirePossible() {
    inputSpec.ifPresent(spec -> InputSpecFit.requirePossible(spec, INPUT_SPEC));
  }

  private void requireFit(List<Port> inputs) {
    inputSpec.ifPresent(spec -> InputSpecFit.require(spec, inputs, INPUT_SPEC));
  }
}
