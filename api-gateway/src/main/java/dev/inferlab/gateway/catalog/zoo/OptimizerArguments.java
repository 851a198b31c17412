package dev.inferlab.gateway.catalog.zoo;

import dev.inferlab.gateway.archive.EntryName;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.modelir.tensor.Normalisation;
import dev.inferlab.platform.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code model_optimizer_args} as far as our conversion does the same; the rest is a warning. The
 * arguments are those of OpenVINO's former Model Optimizer: {@code --mean_values=data[1,2,3]}, …
 */
final class OptimizerArguments {
  private static final int MOST = 100;
  private static final int LONGEST = 2_000;
  private static final Pattern ARGUMENT =
      Pattern.compile("--([a-z_]+)(?:[= ](.*))?", Pattern.DOTALL);
  private static final Pattern VALUES = Pattern.compile("\\G([^\\[\\]()]*+)\\[([^\\[\\]]*+)],?");
  private static final Pattern LAYOUT = Pattern.compile("\\G([^()]*+)\\(([A-Za-z?.]{1,8})\\),?");
  private static final String DOWNLOADED = "$dl_dir";

  private final Violations problems;
  private final Violations warnings;
  private final Map<String, ZooInput> inputs = new TreeMap<>();
  private final List<String> order = new ArrayList<>();
  private final List<String> cutInputs = new ArrayList<>();
  private final List<String> cutOutputs = new ArrayList<>();
  private final List<String> mainFiles = new ArrayList<>();
  private boolean reverse;

  OptimizerArguments(List<ZooInput> inputs, Violations problems, Violations warnings) {
    this.problems = problems;
    this.warnings = warnings;
    inputs.forEach(
        input -> {
          order.add(input.name());
          this.inputs.put(input.name(), input);
        });
  }

  List<ZooInput> inputs() {
    return order.stream()
        .map(inputs::get)
        .map(input -> reverse && input.isImage() ? input.reversed() : input)
        .toList();
  }

  List<String> cutInputs() {
    return List.copyOf(cutInputs);
  }

  List<String> cutOutputs() {
    return List.copyOf(cutOutputs);
  }

  List<String> mainFiles() {
    return List.copyOf(mainFiles);
  }

  boolean reversesChannels() {
    return reverse;
  }

  void read(List<String> arguments) {
    if (arguments.size() > MOST) {
      problems.add("model_optimizer_args", "has more than %d arguments".formatted(MOST));
      return;
    }
    for (int i = 0; i < arguments.size(); i++) {
      String at = "model_optimizer_args[%d]".formatted(i);
      Matcher argument = ARGUMENT.matcher(arguments.get(i));
      if (arguments.get(i).length() > LONGEST || !argument.matches()) {
        problems.add(at, "must be one '--name=value' of at most %d characters".formatted(LONGEST));
      } else {
        read(at, argument.group(1), argument.group(2) == null ? "" : unquoted(argument.group(2)));
      }
    }
  }

  private static String unquoted(String value) {
    String text = value.strip();
    boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

  private void read(String at, String name, String value) {
    switch (name) {
      case "mean_values" -> numbers(at, value, false, (input, list) -> input.withMean(list));
      case "scale_values" -> numbers(at, value, true, (input, list) -> input.withScale(list));
      case "scale" -> numbers(at, "[" + value + "]", true, (input, list) -> input.withScale(list));
      case "reverse_input_channels" -> reverse = true;
      case "layout" -> layouts(at, value);
      case "input" -> cut(at, value, cutInputs);
      case "output" -> cut(at, value, cutOutputs);
      case "input_shape" -> shapes(at, value);
      case "input_model", "saved_model_dir", "input_meta_graph", "input_proto", "input_symbol" ->
          file(at, name, value);
      case "compress_to_fp16", "data_type", "model_name", "output_dir", "framework" -> {
        // said by the import itself
      }
      default -> warnings.add(at, "--%s is not honoured".formatted(name));
    }
  }

  /** "data[1,2,3],other[4]", or "[1,2,3]" for all images. */
  private void numbers(
      String at, String value, boolean scale, BiFunction<ZooInput, List<Double>, ZooInput> change) {
    String text = value.matches("[-0-9., eE]+") ? "[" + value + "]" : value;
    Matcher groups = VALUES.matcher(text);
    int end = 0;
    while (groups.find()) {
      end = groups.end();
      List<Double> list = new ArrayList<>();
      for (String number : groups.group(2).split(",")) {
        try {
          list.add(Double.valueOf(number.strip()));
        } catch (NumberFormatException e) {
          problems.add(at, "has '%s', which is no number".formatted(EntryName.shown(number)));
        }
      }
      if (!list.stream().allMatch(scale ? Normalisation::isScale : Normalisation::isMean)) {
        problems.add(at, scale ? Normalisation.SCALE_RULE : Normalisation.MEAN_RULE);
      }
      change(at, groups.group(1).strip(), list, change);
    }
    if (end < text.length() || end == 0) {
      problems.add(at, "must be like 'input[1,2,3]'");
    }
  }

  private <T> void change(
      String at, String name, T value, BiFunction<ZooInput, T, ZooInput> change) {
    if (name.isEmpty()) {
      boolean any = inputs.values().stream().anyMatch(ZooInput::isImage);
      inputs.replaceAll(
          (key, input) -> !any || input.isImage() ? change.apply(input, value) : input);
    } else if (inputs.containsKey(name)) {
      inputs.computeIfPresent(name, (key, input) -> change.apply(input, value));
    } else {
      warnings.add(at, "names '%s', which is not in input_info".formatted(EntryName.shown(name)));
    }
  }

  private void layouts(String at, String value) {
    Matcher groups = LAYOUT.matcher(value);
    int end = 0;
    while (groups.find()) {
      end = groups.end();
      change(at, groups.group(1).strip(), groups.group(2), ZooInput::withLayout);
    }
    if (end < value.length() || end == 0) {
      warnings.add(at, "--layout is honoured as 'input(NCHW)' only");
    }
  }

  /** Shapes go to the inputs in their order: "[1,3,224,224],[1]". */
  private void shapes(String at, String value) {
    Matcher groups = VALUES.matcher(value);
    int index = 0;
    while (groups.find()) {
      if (index >= order.size()) {
        warnings.add(at, "has more shapes than input_info has inputs");
        return;
      }
      List<Long> shape = new ArrayList<>();
      for (String length : groups.group(2).split(",")) {
        if (!length.strip().matches("-?[0-9]{1,9}")) {
          problems.add(at, "has a length that is no number");
          return;
        }
        shape.add(Long.valueOf(length.strip()));
      }
      inputs.computeIfPresent(order.get(index), (name, input) -> input.withShape(shape));
      index++;
    }
  }

  private void cut(String at, String value, List<String> target) {
    for (String name : value.split(",")) {
      String plain = name.strip();
      if (plain.isEmpty() || plain.length() > 500 || plain.matches(".*[\\[\\]{}()>].*")) {
        warnings.add(at, "'%s' is not honoured".formatted(EntryName.shown(plain)));
      } else {
        target.add(plain);
      }
    }
  }

  private void file(String at, String argument, String value) {
    if (!value.equals(DOWNLOADED) && !value.startsWith(DOWNLOADED + "/")) {
      problems.add(at, "is made by an earlier step that runs the framework's code");
      return;
    }
    try {
      String name = EntryName.check(value.substring(DOWNLOADED.length()).replaceFirst("^/+", ""));
      mainFiles.add(argument.equals("saved_model_dir") ? name + "/" : name);
    } catch (ProblemException e) {
      problems.add(at, e.detail());
    }
  }
}
