package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.ImageLayout;
import dev.inferlab.modelir.tensor.PartialShape;
import dev.inferlab.modelir.text.HiddenCharacters;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Collects what the inspection of one model finds, problem by problem. */
final class Findings {
  /** A broken file may be broken in every layer; nobody reads more than these. */
  private static final int MOST_PROBLEMS = 20;

  private static final int MOST_NOTES = 20;

  private final ModelFormat format;
  private final Limits limits;
  private final Map<FileRole, List<String>> files = new LinkedHashMap<>();
  private final List<TensorInfo> inputs = new ArrayList<>();
  private final Set<String> inputNames = new HashSet<>();
  private final List<TensorInfo> outputs = new ArrayList<>();
  private final OperationWalk operations = new OperationWalk();
  private final List<String> notes = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();
  private String version = "";

  Findings(ModelFormat format, Limits limits) {
    this.format = format;
    this.limits = limits;
  }

  void version(String text) {
    version = text;
  }

  void file(FileRole role, String name) {
    List<String> names = files.computeIfAbsent(role, r -> new ArrayList<>());
    if (!names.contains(name)) {
      names.add(name);
    }
  }

  boolean uses(String name) {
    return files.values().stream().anyMatch(names -> names.contains(name));
  }

  void input(String name, ElementType type, PartialShape shape) {
    input(name, type, shape, "");
  }

  /** {@code layout}: as the file says it, or empty. */
  void input(String name, ElementType type, PartialShape shape, String layout) {
    inputs.add(described(name, type, shape, layout));
    inputNames.add(name);
  }

  /** An output; {@link #operations()} are told of the tensor separately. */
  void output(String name, ElementType type, PartialShape shape) {
    outputs.add(described(name, type, shape, ""));
  }

  private TensorInfo described(String name, ElementType type, PartialShape shape, String layout) {
    return new TensorInfo(
        name,
        type,
        shape,
        layout.isEmpty() ? ImageLayout.of(shape, format.channelsLast()) : layout);
  }

  OperationWalk operations() {
    return operations;
  }

  boolean hasInput(String name) {
    return inputNames.contains(name);
  }

  void note(String text) {
    if (notes.size() < MOST_NOTES && !notes.contains(text)) {
      notes.add(text);
    }
  }

  /**
   * Adds a problem, unless it was told before; ends the inspection when there are enough of them.
   */
  void problem(ProblemCode code, String reason, Place place) throws RefusedException {
    Problem found = new Problem(code, reason, place);
    if (problems.contains(found)) {
      return;
    }
    problems.add(found);
    if (problems.size() >= MOST_PROBLEMS) {
      throw new RefusedException(problems);
    }
  }

  /**
   * Checks lengths that a file declares; -1 is a dynamic dimension where {@code dynamicAllowed}.
   *
   * @return number of elements of a static shape, or -1 when it is dynamic or wrong
   */
  long elements(long[] lengths, boolean dynamicAllowed, Place place) throws RefusedException {
    long product = 1;
    boolean dynamic = false;
    for (long length : lengths) {
      if (length == -1 && dynamicAllowed) {
        dynamic = true;
      } else if (length < 0) {
        problem(
            ProblemCode.MODEL_SHAPE_INVALID,
            "A shape has the negative dimension %d. Export the model again.".formatted(length),
            place);
        return -1;
      } else if (length > 0) {
        // Zero-length dimensions are skipped: the product of the others must stay sane as well.
        if (product > limits.tensorElements() / length) {
          problem(
              ProblemCode.MODEL_SHAPE_INVALID,
              "A shape asks for more than %,d elements. Export the model with its real shapes."
                  .formatted(limits.tensorElements()),
              place);
          return -1;
        }
        product *= length;
      }
    }
    for (long length : lengths) {
      product = length == 0 ? 0 : product;
    }
    return dynamic ? -1 : product;
  }

  boolean hasProblems() {
    return !problems.isEmpty();
  }

  Inspection result() throws RefusedException {
    for (TensorInfo end : Stream.concat(inputs.stream(), outputs.stream()).toList()) {
      if (!HiddenCharacters.in(end.name().codePoints().toArray()).isEmpty()) {
        problem(
            ProblemCode.MODEL_GRAPH_INVALID,
            "The name '%s' of an input or output has characters that cannot be seen: nobody could ask for it. Export the model with a plain name."
                .formatted(Place.shorten(end.name())),
            Place.inFile(files.get(FileRole.TOPOLOGY).getFirst()).inLayer(end.name()));
      }
    }
    for (TensorInfo input : inputs) {
      // An open dimension is -1; OpenVINO takes 0 at its word.
      if (input.shape().hasRank()
          && input.shape().dimensions().stream().anyMatch(it -> it.max() == 0)) {
        problem(
            ProblemCode.MODEL_SHAPE_INVALID,
            "The input '%s' has the shape %s, which holds nothing. Export the model with real or open dimensions."
                .formatted(Place.shorten(input.name()), input.shape()),
            Place.inFile(files.get(FileRole.TOPOLOGY).getFirst()).inLayer(input.name()));
      }
    }
    if (!problems.isEmpty()) {
      return new Inspection.Refused(problems);
    }
    return new Inspection.Accepted(
        format, version, files, inputs, outputs, operations.result(), notes);
  }
}
