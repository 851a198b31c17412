package dev.inferlab.gateway.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferlab.gateway.catalog.download.AddressRule;
import dev.inferlab.gateway.catalog.download.Plan;
import dev.inferlab.gateway.catalog.zoo.ZooFile;
import dev.inferlab.gateway.catalog.zoo.ZooInput;
import dev.inferlab.gateway.catalog.zoo.ZooModel;
import dev.inferlab.gateway.idempotency.Answer;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.gateway.model.CatalogImports;
import dev.inferlab.gateway.model.DownloadedModels;
import dev.inferlab.gateway.model.conversion.Conversion;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.platform.problem.Violation;
import dev.inferlab.platform.telemetry.TraceParent;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Begins the import of an entry: what the entry says and the user does not becomes the options of
 * the import, as if a user had uploaded the files with them.
 */
@ApplicationScoped
class ImportEntry implements CatalogImports {
  private static final Map<String, String> FORMATS =
      Map.of(
          "dldt", "IR",
          "onnx", "ONNX",
          "tf", "TENSORFLOW",
          "tflite", "TFLITE",
          "paddle", "PADDLE",
          "caffe", "CAFFE",
          "mxnet", "MXNET");

  private final Entries entries;
  private final BeginImport begin;
  private final AddressRule rule;
  private final Json json;
  private final long largest;

  ImportEntry(
      Entries entries,
      BeginImport begin,
      AddressRule rule,
      Json json,
      @ConfigProperty(name = "inferlab.catalog.max-size", defaultValue = "4G") MemorySize largest) {
    this.entries = entries;
    this.begin = begin;
    this.rule = rule;
    this.json = json;
    this.largest = largest.asLongValue();
  }

  @Override
  public Answer begin(String owner, Optional<String> key, JsonNode body) {
    BeginImport.Request request = BeginImport.read(owner, key, body, "catalogEntry", 500);
    Optional<Answer> earlier = begin.earlier(request);
    if (earlier.isPresent()) {
      return earlier.get();
    }
    Entries.Found found =
        entries.find(request.what()).await().indefinitely().orElseThrow(ImportEntry::noSuchEntry);
    ZooModel model = found.model();
    if (!model.importable()) {
      throw new ProblemException(
          ProblemCode.CATALOG_ENTRY_NOT_IMPORTABLE,
          "'%s' cannot be imported.".formatted(model.name()),
          model.problems());
    }
    Violations violations = new Violations();
    boolean asked = request.options().has("precision");
    String precision = precision(request.options(), model, violations);
    if (asked && violations.isEmpty()) {
      refuseContradiction(precision, request.options(), model, violations);
    }
    EntryConversion conversion =
        new EntryConversion(
            conversion(model, asked ? Optional.of(precision) : Optional.empty()),
            request.options().path("conversion"));
    ObjectNode options = options(request.options(), model, conversion, violations);
    begin.check(options, violations);
    List<ZooFile> files = model.filesFor(precision);
    refuseForbidden(found, files);
    long size = files.stream().mapToLong(ZooFile::sizeBytes).sum();
    if (size > largest) {
      throw new ProblemException(
          ProblemCode.DOWNLOAD_TOO_LARGE,
          "It has %,d bytes; at most %,d are fetched.".formatted(size, largest));
    }
    Plan plan =
        new Plan(
            files,
            model.postprocessing(),
            model.mainFiles(),
            model.framework(),
            options,
            TraceParent.current());
    return begin.begin(
        request,
        new DownloadedModels.Announced(
            model.name(),
            FORMATS.get(model.framework()),
            found.source() + "/" + model.name(),
            size),
        plan);
  }

  /** At once: else the model would only FAIL when its turn to be fetched comes. */
  private void refuseForbidden(Entries.Found found, List<ZooFile> files) {
    List<Violation> violations =
        files.stream()
            .filter(file -> file.url() != null && rule.isForbidden(file.url()))
            .map(
                file ->
                    new Violation(
                        "catalogEntry",
                        "its file '%s' would come from %s, which %s"
                            .formatted(file.name(), file.url(), AddressRule.INSIDE)))
            .toList();
    if (!violations.isEmpty()) {
      throw new ProblemException(
          ProblemCode.DOWNLOAD_ADDRESS_FORBIDDEN,
          "'%s/%s' has files at addresses that nothing is fetched from."
              .formatted(found.source(), found.model().name()),
          violations);
    }
  }

  private static ProblemException noSuchEntry() {
    return new ProblemException(
        ProblemCode.REFERENCE_NOT_FOUND,
        "No catalogue has this entry.",
        List.of(
            new Violation(
                "catalogEntry", "must be the id or the name of an entry, or 'catalogue/name'")));
  }

  /** One of the entry's; FP32 or what begins with it, where nothing is asked for. */
  private static String precision(ObjectNode asked, ZooModel model, Violations violations) {
    JsonNode given = asked.remove("precision");
    if (given != null && (!given.isTextual() || !model.precisions().contains(given.textValue()))) {
      violations.add(
          "options.precision", "must be one of " + String.join(", ", model.precisions()));
    } else if (given != null) {
      return given.textValue();
    }
    return model.precisions().stream()
        .filter(precision -> precision.startsWith("FP32"))
        .findFirst()
        .orElse(model.precisions().getFirst());
  }

  /**
   * An entry's precision chooses among IR's files, and a conversion may then give them another one.
   * Of other files there is one kind, and it stands for the conversion's.
   */
  private static void refuseContradiction(
      String precision, ObjectNode asked, ZooModel model, Violations violations) {
    if (isIr(model)) {
      return;
    }
    if (!asked.path("convert").asBoolean(true)) {
      violations.add("options.precision", "cannot be given together with convert: false");
    }
    String weights = ofWeights(precision);
    String other = asked.path("conversion").path("precision").asText(weights);
    if (!other.equals(weights)) {
      violations.add(
          "options.conversion.precision",
          "contradicts options.precision, which means the same here: give one of them");
    }
  }

  /**
   * Whether the entry's spec is of the input that the import makes; where another one must be given
   * it is refused, for images would be read in a wrong way.
   */
  private static boolean keepsInputSpec(
      ObjectNode asked, ZooModel model, EntryConversion conversion, Violations violations) {
    if (model.inputSpec() == null || asked.has("inputSpec")) {
      return false;
    }
    if (!asked.path("convert").asBoolean(true)) {
      return !conversion.isOfAnotherInput();
    }
    if (!conversion.beginsAlike()) {
      return false;
    }
    if (!conversion.changesValuesAlike()) {
      violations.add(
          "options.inputSpec",
          "is needed where mean, scale or reverseChannels are not the entry's: its own is of a network that has those built in");
    }
    return true;
  }

  private static boolean isIr(ZooModel model) {
    return model.framework().equals("dldt");
  }

  /** What a conversion can make of weights that are no integers: FP16-INT8 has halves as well. */
  private static String ofWeights(String precision) {
    return precision.startsWith(Conversion.FP16) ? Conversion.FP16 : Conversion.FP32;
  }

  private static ObjectNode options(
      ObjectNode asked, ZooModel model, EntryConversion conversion, Violations violations) {
    ObjectNode options = JsonNodeFactory.instance.objectNode();
    if (model.task() != null) {
      options.put("task", model.task());
    }
    if (keepsInputSpec(asked, model, conversion, violations)) {
      options.set("inputSpec", model.inputSpec());
    }
    // Another task has another adapter.
    if (model.taskSettings() != null
        && Objects.equals(asked.path("task").asText(model.task()), model.task())) {
      options.set("taskSettings", model.taskSettings());
    }
    if (!model.labels().isEmpty()) {
      ArrayNode names = options.putObject("labels").putArray("names");
      model.labels().forEach(names::add);
    }
    asked.properties().forEach(field -> options.set(field.getKey(), field.getValue()));
    boolean readable = !asked.has("conversion") || asked.path("conversion").isObject();
    if (asked.path("convert").asBoolean(true) && readable) {
      options.set("conversion", conversion.merged());
    }
    return options;
  }

  private ObjectNode conversion(ZooModel model, Optional<String> precision) {
    ObjectNode conversion = JsonNodeFactory.instance.objectNode();
    // IR comes in the precision that was asked for; other files become it.
    if (!isIr(model)) {
      precision.ifPresent(asked -> conversion.put("precision", ofWeights(asked)));
    }
    ArrayNode inputs = JsonNodeFactory.instance.arrayNode();
    model.inputs().stream().filter(ImportEntry::changes).forEach(i -> inputs.add(change(i)));
    if (!inputs.isEmpty()) {
      conversion.set("inputs", inputs);
    }
    if (!model.cutOutputs().isEmpty()) {
      conversion.set("cutOutputs", json.tree(json.write(model.cutOutputs())));
    }
    if (!model.cutInputs().isEmpty()) {
      conversion.set("cutInputs", json.tree(json.write(model.cutInputs())));
    }
    return conversion;
  }

  private static boolean changes(ZooInput input) {
    return input.reverseChannels()
        || !input.mean().isEmpty()
        || !input.scale().isEmpty()
        || !input.shape().isEmpty();
  }

  private JsonNode change(ZooInput input) {
    return json.tree(json.write(input));
  }
}
