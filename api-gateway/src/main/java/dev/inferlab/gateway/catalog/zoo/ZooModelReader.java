package dev.inferlab.gateway.catalog.zoo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferlab.gateway.archive.EntryName;
import dev.inferlab.gateway.json.JsonFields;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.gateway.model.InputSpec;
import dev.inferlab.gateway.model.TaskSettings;
import dev.inferlab.gateway.model.Tasks;
import dev.inferlab.gateway.text.PlainText;
import dev.inferlab.platform.problem.Violation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads one {@code model.yml} in Open Model Zoo's form, and our additions to it: the frameworks
 * tflite, paddle, caffe and mxnet, sources of the type pypi, and the block {@code inferlab}.
 * Whatever is wrong becomes a problem of this entry.
 */
final class ZooModelReader {
  private static final int MOST_INPUTS = 100;
  private static final int MOST_LABELS = 5_000;
  private static final int LONGEST_DESCRIPTION = 4_000;

  private final Violations problems = new Violations();
  private final Violations warnings = new Violations();
  private final JsonNode tree;
  private final String name;
  private final String path;
  private final String partOf;

  /**
   * @param path of its folder; the folder's name is the model's
   */
  ZooModelReader(JsonNode tree, String path, String partOf) {
    this.tree = tree;
    this.path = path;
    this.name = path.substring(path.lastIndexOf('/') + 1);
    this.partOf = partOf;
  }

  ZooModel read() {
    JsonFields fields = JsonFields.of(tree, "", problems);
    if (!name.matches("[0-9a-zA-Z._-]{1,200}")) {
      problems.add("", "the folder's name must consist of letters, digits, '.', '_' and '-'");
    }
    String description = text(fields, "description", LONGEST_DESCRIPTION);
    String license = text(fields, "license", 2_000);
    String taskType = word(fields, "task_type", ZooWords.TASK_TYPES);
    String framework = framework(fields);
    List<ZooFile> files = new ZooFilesReader(problems, warnings).read(fields);
    List<Postprocessing> steps = steps(fields, files);
    OptimizerArguments arguments = new OptimizerArguments(inputs(fields), problems, warnings);
    if (fields.has("model_optimizer_args")) {
      arguments.read(strings(fields, "model_optimizer_args"));
    } else if (!framework.isEmpty() && !framework.equals("dldt")) {
      problems.add("model_optimizer_args", "is missing; only IR needs no conversion");
    }
    fields.raw("conversion_to_onnx_args");
    String quantized = quantized(fields);
    Optional<JsonFields> ours = fields.object("inferlab");
    String task =
        ours.flatMap(block -> block.choice("task", Tasks.NAMES))
            .orElse(ZooWords.TASKS.get(taskType));
    JsonNode spec = ours.map(this::inputSpec).orElseGet(() -> inputSpec(arguments));
    JsonNode settings =
        ours.flatMap(block -> TaskSettings.read(block, "taskSettings")).orElse(null);
    ours.ifPresent(JsonFields::refuseUnknown);
    List<String> labels = labels(fields);
    warnUnknown(fields, warnings);
    return new ZooModel(
        name,
        path,
        description,
        taskType,
        task,
        framework,
        precisions(framework, files, quantized),
        license,
        files,
        steps,
        arguments.inputs(),
        arguments.cutInputs(),
        arguments.cutOutputs(),
        arguments.mainFiles(),
        spec,
        settings,
        labels,
        partOf,
        List.of(),
        problems.list(),
        warnings.list());
  }

  /** Fields that nobody here knows are told, but do no harm. */
  static void warnUnknown(JsonFields fields, Violations warnings) {
    Violations unknown = new Violations();
    fields.unknown(unknown);
    unknown.list().forEach(each -> warnings.add(each.path(), each.reason()));
  }

  /** Text of several lines, as one. */
  private String text(JsonFields fields, String field, int longest) {
    JsonNode value = fields.raw(field);
    if (value == null || !value.isTextual()) {
      problems.add(fields.path(field), value == null ? "is missing" : "must be a text");
      return "";
    }
    return PlainText.line(value.textValue(), longest);
  }

  private static String word(JsonFields fields, String field, Set<String> words) {
    if (!fields.has(field)) {
      fields.violation(field, "is missing");
    }
    return fields.choice(field, words).orElse("");
  }

  private String framework(JsonFields fields) {
    String framework = word(fields, "framework", ZooWords.FRAMEWORKS);
    if (ZooWords.NEEDS_CODE.contains(framework)) {
      problems.add(
          "framework",
          "%s models are exported by running their own code, which is never done here; import an export to ONNX"
              .formatted(framework));
    }
    return framework;
  }

  private List<Postprocessing> steps(JsonFields fields, List<ZooFile> files) {
    List<Postprocessing> steps = new ArrayList<>();
    for (JsonFields step : fields.objects("postprocessing", 100)) {
      String type = step.requiredText("$type", 50);
      String file = ZooFilesReader.name(step, "file");
      switch (type) {
        case Postprocessing.UNPACK -> {
          String format = word(step, "format", Set.of("zip", "tar", "gztar"));
          if (files.stream().noneMatch(each -> each.name().equals(file))) {
            step.violation("file", "is not one of the entry's files");
          }
          steps.add(new Postprocessing(type, file, format, null, null, null));
        }
        case Postprocessing.REPLACE -> {
          String pattern = raw(step, "pattern");
          String replacement = raw(step, "replacement");
          int count = step.integer("count", 0, 1_000_000, 0);
          TextReplacement.fault(pattern, replacement)
              .ifPresent(fault -> step.violation("pattern", fault));
          steps.add(new Postprocessing(type, file, null, pattern, replacement, count));
        }
        default ->
            step.violation("$type", "'%s' is not done here".formatted(EntryName.shown(type)));
      }
      step.refuseUnknown();
    }
    return steps;
  }

  /** Patterns may hold line ends. */
  private static String raw(JsonFields fields, String field) {
    JsonNode value = fields.raw(field);
    if (value == null || !value.isTextual() || value.textValue().length() > 4_000) {
      fields.violation(field, "must be a text of at most 4000 characters");
      return "";
    }
    return value.textValue();
  }

  private List<ZooInput> inputs(JsonFields fields) {
    List<ZooInput> inputs = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (JsonFields input : fields.objects("input_info", MOST_INPUTS)) {
      String inputName = input.requiredText("name", 500);
      List<Long> shape =
          input.has("shape") && !input.raw("shape").isEmpty()
              ? input.integers("shape", -1, Integer.MAX_VALUE, 10).stream()
                  .map(Integer::longValue)
                  .toList()
              : List.of();
      input.raw("shape");
      String layout = input.text("layout", 10).orElse(null);
      if (layout != null && !layout.matches("[A-Z?.]+")) {
        input.violation("layout", "must be letters like NCHW");
        layout = null;
      }
      warnUnknown(input, warnings);
      if (names.add(inputName)) {
        inputs.add(new ZooInput(inputName, shape, layout, List.of(), List.of(), false));
      } else {
        input.violation("name", "is there twice");
      }
    }
    return inputs;
  }

  private static List<String> strings(JsonFields fields, String field) {
    JsonNode array = fields.raw(field);
    List<String> strings = new ArrayList<>();
    if (array == null || !array.isArray()) {
      fields.violation(field, "must be a list of texts");
      return strings;
    }
    for (JsonNode element : array) {
      if (element.isValueNode()) {
        strings.add(element.asText());
      } else {
        fields.violation(field, "must be a list of texts");
      }
    }
    return strings;
  }

  private static String quantized(JsonFields fields) {
    JsonNode value = fields.raw("quantized");
    if (value == null || (value.isBoolean() && !value.booleanValue())) {
      return "";
    }
    if (value.isTextual() && !Set.of("INT8", "INT1").contains(value.textValue())) {
      fields.violation("quantized", "must be INT8 or INT1");
    }
    return value.isTextual() ? "-" + value.textValue() : "-INT8";
  }

  private List<String> labels(JsonFields fields) {
    Optional<JsonFields> info = fields.object("model_info");
    JsonNode labels = info.map(block -> block.raw("labels")).orElse(null);
    if (labels == null) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    if (labels.isTextual()) {
      texts.addAll(List.of(labels.textValue().strip().split("\\s+")));
    } else {
      labels.forEach(label -> texts.add(label.asText()));
    }
    boolean fit =
        texts.size() <= MOST_LABELS
            && texts.stream().allMatch(t -> t.length() <= 200 && PlainText.isFit(t));
    if (!fit) {
      warnings.add("model_info.labels", "has too many or too long labels; they are left out");
    }
    return fit ? texts : List.of();
  }

  private JsonNode inputSpec(JsonFields block) {
    JsonNode spec = block.raw("inputSpec");
    if (spec != null) {
      String path = block.path("inputSpec");
      InputSpec.read(JsonFields.of(spec, path, problems))
          .contradictions(path)
          .forEach(it -> problems.add(it.path(), it.reason()));
    }
    return spec;
  }

  /** What the arguments build into the IR is done; what is left is the layout and the colours. */
  private JsonNode inputSpec(OptimizerArguments arguments) {
    List<ZooInput> images = arguments.inputs().stream().filter(ZooInput::isImage).toList();
    if (images.size() != 1 || !Set.of("NCHW", "NHWC").contains(images.getFirst().layout())) {
      return null;
    }
    ObjectNode spec = JsonNodeFactory.instance.objectNode();
    spec.put("layout", images.getFirst().layout());
    if (arguments.reversesChannels()) {
      // Open Model Zoo's networks learned on RGB; its converted ones take what OpenCV reads.
      spec.put("colour", "BGR");
    }
    return spec;
  }

  private List<String> precisions(String framework, List<ZooFile> files, String quantized) {
    if (!framework.equals("dldt")) {
      return List.of("FP16" + quantized, "FP32" + quantized);
    }
    TreeSet<String> precisions = new TreeSet<>();
    files.stream().map(ZooFile::precision).filter(p -> !p.isEmpty()).forEach(precisions::add);
    for (String precision : precisions) {
      for (String end : List.of(".xml", ".bin")) {
        if (files.stream()
            .noneMatch(f -> f.precision().equals(precision) && f.name().endsWith(end))) {
          problems.add("files", "has no %s file for %s".formatted(end, precision));
        }
      }
    }
    if (precisions.isEmpty()) {
      problems.add("files", "has no folder that names a precision, like FP32/" + name + ".xml");
    }
    return List.copyOf(precisions);
  }

  static ZooModel unreadable(String path, Violation problem) {
    return new ZooModel(
        path.substring(path.lastIndexOf('/') + 1),
        path,
        "",
        "",
        null,
        "",
        null,
        "",
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
        null,
        List.of(problem),
        null);
  }
}
