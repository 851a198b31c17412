package dev.inferlab.gateway.model.conversion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.inferlab.gateway.json.JsonFields;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.platform.problem.Violation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A conversion as a user asks for it. Reading finds what is wrong for any model; {@link #check}
 * adds what does not fit this one, so that a user learns all of it at once.
 */
public final class ConversionRequest {
  private static final int MOST_INPUTS = 256;
  private static final int MOST_CUTS = 256;
  private static final String REFUSED = "The model cannot be converted this way.";
  static final int LONGEST_NAME = 500;

  private final Violations found = new Violations();
  private final JsonFields fields;
  private final String precision;
  private final List<AskedInput> inputs;
  private final List<String> cutInputs;
  private final List<String> cutOutputs;

  private ConversionRequest(JsonNode node, String path) {
    fields = JsonFields.of(node, path, found);
    precision = fields.choice("precision", Set.of(Conversion.FP32, Conversion.FP16)).orElse(null);
    inputs = fields.objects("inputs", MOST_INPUTS).stream().map(AskedInput::read).toList();
    cutInputs = fields.textList("cutInputs", MOST_CUTS, LONGEST_NAME);
    cutOutputs = fields.textList("cutOutputs", MOST_CUTS, LONGEST_NAME);
    fields.refuseUnknown();
  }

  /**
   * @param node null: nothing is asked for, which leaves everything as it is
   * @param path of the object in the body
   */
  public static ConversionRequest read(JsonNode node, String path) {
    return new ConversionRequest(node == null ? JsonNodeFactory.instance.objectNode() : node, path);
  }

  /** Refuses what this model cannot become. */
  public Conversion check(Scan scan) {
    Violations all = new Violations();
    found.list().forEach(fault -> all.add(fault.path(), Fault.ofReading(fault.reason())));
    List<InputChange> changes = new ArrayList<>();
    Set<String> named = new HashSet<>();
    for (AskedInput input : inputs) {
      InputCheck check = new InputCheck(input, scan, cutInputs, all);
      if (!named.add(check.name())) {
        all.add(input.path("name"), Fault.INVALID.reason("this input is named twice"));
      }
      changes.add(check.change());
    }
    checkCuts(all);
    all.throwIfAny(ProblemCode.MODEL_CONVERSION_OPTIONS_INVALID, REFUSED);
    return new Conversion(
        precision,
        changes.stream()
            .filter(Objects::nonNull)
            .filter(change -> !change.isNothing())
            .sorted(Comparator.comparing(InputChange::name))
            .toList(),
        cutInputs.equals(scan.inputNames()) ? List.of() : cutInputs,
        cutOutputs.equals(scan.outputNames()) ? List.of() : cutOutputs);
  }

  /**
   * The refusal of what was asked for one input, as {@link #check} refuses it.
   *
   * @param change that a check of the same scan gave
   */
  public ProblemException unsuitable(
      Scan scan, InputChange change, String field, String text, Object... values) {
    String path =
        inputs.stream()
            .filter(input -> scan.nameOf(input.name()).equals(change.name()))
            .findFirst()
            .map(input -> input.path(field))
            .orElseThrow();
    return new ProblemException(
        ProblemCode.MODEL_CONVERSION_OPTIONS_INVALID,
        REFUSED,
        List.of(new Violation(path, Fault.UNSUITABLE.reason(text, values))));
  }

  private void checkCuts(Violations all) {
    checkDistinct("cutInputs", cutInputs, all);
    checkDistinct("cutOutputs", cutOutputs, all);
    for (String name : cutOutputs) {
      if (cutInputs.contains(name)) {
        all.add(
            fields.path("cutOutputs"),
            Fault.INVALID.reason("'%s' is in cutInputs too; nothing would be left", name));
      }
    }
  }

  private void checkDistinct(String field, List<String> names, Violations all) {
    if (Set.copyOf(names).size() < names.size()) {
      all.add(fields.path(field), Fault.INVALID.reason("has a name twice"));
    }
  }
}
