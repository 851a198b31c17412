package dev.inferlab.agent.convert;

import static dev.inferlab.agent.convert.OptionProblems.Fault.INVALID;
import static dev.inferlab.agent.convert.OptionProblems.Fault.MISSING;
import static dev.inferlab.agent.convert.OptionProblems.Fault.UNKNOWN;
import static dev.inferlab.agent.convert.OptionProblems.Fault.UNSUITABLE;

import dev.inferlab.agent.failure.Failure;
import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.agent.runtime.RuntimeProblems;
import dev.inferlab.modelir.tensor.ImageChannels;
import dev.inferlab.modelir.tensor.Normalisation;
import dev.inferlab.openvino.Dimension;
import dev.inferlab.openvino.ElementType;
import dev.inferlab.openvino.InputSteps;
import dev.inferlab.openvino.Layout;
import dev.inferlab.openvino.Model;
import dev.inferlab.openvino.OpenVinoException;
import dev.inferlab.openvino.PartialShape;
import dev.inferlab.openvino.Port;
import dev.inferlab.openvino.PrePostProcessor;
import dev.inferlab.proto.job.v1.InputConversion;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** What a conversion changes at a model's inputs: shapes, layouts, and values on their way in. */
final class InputChanges {
  private final List<InputConversion> changes;
  private final Map<Integer, InputConversion> byPort = new LinkedHashMap<>();

  InputChanges(List<InputConversion> changes) {
    this.changes = changes;
  }

  /** Finds what is wrong whatever the model. */
  void check(OptionProblems problems) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < changes.size(); i++) {
      InputConversion change = changes.get(i);
      String path = "inputs[%d]".formatted(i);
      if (!names.add(change.getName())) {
        problems.add(path + ".name", INVALID, "'%s' is named twice".formatted(change.getName()));
      }
      if (change.hasShape()) {
        shapeProblem(change.getShape().getDimensionsList())
            .ifPresent(reason -> problems.add(path + ".shape", INVALID, reason));
      }
      if (change.getLayout().isEmpty() && changesValues(change)) {
        problems.add(
            path + ".layout",
            MISSING,
            "it must be told, so that mean, scale and channels find their axis");
      }
      layoutProblem(change).ifPresent(reason -> problems.add(path + ".layout", INVALID, reason));
      if (!change.getMeanList().stream().allMatch(Normalisation::isMean)) {
        problems.add(path + ".mean", INVALID, "it %s".formatted(Normalisation.MEAN_RULE));
      }
      if (!change.getScaleList().stream().allMatch(Normalisation::isScale)) {
        problems.add(path + ".scale", INVALID, "it %s".formatted(Normalisation.SCALE_RULE));
      }
    }
  }

  private static Optional<String> shapeProblem(List<Long> dimensions) {
    long elements = 1;
    for (long dimension : dimensions) {
      if (dimension < 1 && dimension != -1) {
        return Optional.of(
            "a dimension is 1 or more, or -1 for dynamic; not %d".formatted(dimension));
      }
      long length = Math.max(1, dimension);
      if (length > dev.inferlab.modelir.tensor.PartialShape.MOST_ELEMENTS / elements) {
        return Optional.of(
            "the shape has more than %d elements"
                .formatted(dev.inferlab.modelir.tensor.PartialShape.MOST_ELEMENTS));
      }
      elements *= length;
    }
    return Optional.empty();
  }

  private static Optional<String> layoutProblem(InputConversion change) {
    String layout = change.getLayout();
    if (layout.isEmpty()) {
      return Optional.empty();
    }
    boolean letters = layout.matches("[A-Z?]{1,8}");
    if (!letters
        || layout.chars().filter(c -> c != '?').distinct().count()
            != layout.replace("?", "").length()) {
      return Optional.of("'%s' is no layout such as NCHW or NHWC".formatted(layout));
    }
    return changesValues(change) && layout.indexOf('C') < 0
        ? Optional.of("'%s' has no C, the channels".formatted(layout))
        : Optional.empty();
  }

  private static boolean changesValues(InputConversion change) {
    return change.getMeanCount() > 0 || change.getScaleCount() > 0 || change.getReverseChannels();
  }

  /** The wished shapes that make sense, by the names given; for readers that know no shapes. */
  Map<String, dev.inferlab.modelir.tensor.PartialShape> shapes() {
    return changes.stream()
        .filter(InputConversion::hasShape)
        .filter(change -> shapeProblem(change.getShape().getDimensionsList()).isEmpty())
        .collect(
            Collectors.toMap(
                InputConversion::getName,
                change ->
                    dev.inferlab.modelir.tensor.PartialShape.of(
                        change.getShape().getDimensionsList().stream().mapToLong(d -> d).toArray()),
                (first, second) -> first));
  }

  /** Finds what does not fit this model. */
  void check(Model model, OptionProblems problems) {
    List<Port> inputs = model.inputs();
    for (int i = 0; i < changes.size(); i++) {
      InputConversion change = changes.get(i);
      String path = "inputs[%d]".formatted(i);
      Optional<Port> port = port(model, change.getName());
      if (port.isEmpty()) {
        problems.add(
            path + ".name",
            UNKNOWN,
            "the model has no input '%s'; it has %s"
                .formatted(
                    change.getName(),
                    inputs.stream()
                        .map(input -> "'%s' %s".formatted(input.name(), input.shape()))
                        .collect(Collectors.joining(", "))));
      } else if (byPort.putIfAbsent(port.get().index(), change) != null) {
        problems.add(
            path + ".name",
            INVALID,
            "'%s' is another name of an input that was named before".formatted(change.getName()));
      } else {
        check(change, path, port.get(), problems);
      }
    }
  }

  private static Optional<Port> port(Model model, String name) {
    // TensorFlow's frozen graphs name operations, OpenVINO their tensors.
    for (String candidate : List.of(name, name + ":0")) {
      try {
        return Optional.of(model.input(candidate));
      } catch (OpenVinoException e) {
        // There is none of this name.
      }
    }
    // IR need not name its tensors; an only input is meant all the same.
    List<Port> inputs = model.inputs();
    return inputs.size() == 1 && inputs.getFirst().name().isEmpty()
        ? Optional.of(inputs.getFirst())
        : Optional.empty();
  }

  private static void check(
      InputConversion change, String path, Port port, OptionProblems problems) {
    PartialShape shape = change.hasShape() ? shape(change, problems, path, port) : port.shape();
    String layout = change.getLayout();
    if (!shape.hasKnownRank() || layout.isEmpty()) {
      return;
    }
    int rank = shape.dimensions().size();
    if (layout.length() != rank) {
      problems.add(
          path + ".layout",
          UNSUITABLE,
          "'%s' names %d dimensions; the input has %d: %s"
              .formatted(layout, layout.length(), rank, shape));
      return;
    }
    if (!changesValues(change) || layout.indexOf('C') < 0) {
      return;
    }
    Dimension axis = shape.dimensions().get(layout.indexOf('C'));
    OptionalLong channels = axis.isDynamic() ? OptionalLong.empty() : OptionalLong.of(axis.size());
    values(path + ".mean", change.getMeanCount(), channels, problems);
    values(path + ".scale", change.getScaleCount(), channels, problems);
    if (change.getReverseChannels() && channels.orElse(0) != ImageChannels.COLOUR) {
      problems.add(
          path + ".reverseChannels",
          UNSUITABLE,
          channels.isEmpty()
              ? "the number of channels is dynamic; give the input a shape"
              : "it needs 3 channels; the input has %d".formatted(channels.getAsLong()));
    }
    boolean averages = change.getMeanCount() > 0 || change.getScaleCount() > 0;
    if (averages && !isFloat(port.elementType())) {
      problems.add(
          path + (change.getMeanCount() > 0 ? ".mean" : ".scale"),
          UNSUITABLE,
          "the input takes %s; only floating-point inputs can have a mean and scale"
              .formatted(port.elementType().openVinoName()));
    }
  }

  private static boolean isFloat(ElementType type) {
    return switch (type) {
      case F32, F16, F64, BF16 -> true;
      default -> false;
    };
  }

  private static void values(
      String path, int count, OptionalLong channels, OptionProblems problems) {
    if (count > 1 && channels.isEmpty()) {
      problems.add(
          path,
          UNSUITABLE,
          "the number of channels is dynamic; give the input a shape, or one value");
    } else if (count > 1 && channels.getAsLong() != count) {
      problems.add(
          path,
          UNSUITABLE,
          "%d values were given for %d channels".formatted(count, channels.getAsLong()));
    }
  }

  private static PartialShape shape(
      InputConversion change, OptionProblems problems, String path, Port port) {
    PartialShape wished = toShape(change);
    if (port.shape().hasKnownRank()
        && port.shape().dimensions().size() != wished.dimensions().size()) {
      problems.add(
          path + ".shape",
          UNSUITABLE,
          "%s has %d dimensions; the input has %d: %s"
              .formatted(
                  wished,
                  wished.dimensions().size(),
                  port.shape().dimensions().size(),
                  port.shape()));
    }
    return wished;
  }

  private static PartialShape toShape(InputConversion change) {
    return new PartialShape(
        change.getShape().getDimensionsList().stream()
            .map(length -> length < 0 ? Dimension.dynamic() : Dimension.of(length))
            .toList());
  }

  /** Gives the model the wished shapes. Call after {@link #check(Model, OptionProblems)}. */
  void reshape(Model model) throws JobFailedException {
    Map<Integer, PartialShape> shapes = new LinkedHashMap<>();
    byPort.forEach(
        (port, change) -> {
          if (change.hasShape()) {
            shapes.put(port, toShape(change));
          }
        });
    if (shapes.isEmpty()) {
      return;
    }
    try {
      model.reshapeByIndex(shapes);
    } catch (OpenVinoException e) {
      throw impossible(shapes.values(), e);
    }
  }

  /** What OpenVINO says of shapes that the model's layers do not allow. */
  static JobFailedException impossible(Collection<?> shapes, OpenVinoException e) {
    return RuntimeProblems.failure(
        Failure.MODEL_RESHAPE_FAILED, "The model cannot take the shapes " + shapes, e);
  }

  /** Builds layouts and values into the model. Call after {@link #reshape}. */
  void buildIn(Model model) throws JobFailedException {
    if (byPort.values().stream().allMatch(change -> change.getLayout().isEmpty())) {
      return;
    }
    try (PrePostProcessor processor = new PrePostProcessor(model)) {
      byPort.forEach(
          (port, change) -> {
            if (!change.getLayout().isEmpty()) {
              buildIn(processor.input(port), change);
            }
          });
      processor.build().close();
    } catch (OpenVinoException e) {
      throw RuntimeProblems.failure(
          Failure.MODEL_CONVERSION_FAILED, "The inputs' options cannot be built in", e);
    }
  }

  private static void buildIn(InputSteps steps, InputConversion change) {
    steps.modelLayout(Layout.of(change.getLayout()));
    // In this order, so that mean and scale belong to the model's own channels.
    if (change.getReverseChannels()) {
      steps.reverseChannels();
    }
    if (change.getMeanCount() > 0) {
      steps.mean(floats(change.getMeanList()));
    }
    if (change.getScaleCount() > 0) {
      steps.scale(floats(change.getScaleList()));
    }
  }

  private static float[] floats(List<Double> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i).floatValue();
    }
    return floats;
  }

  /** What was built in at the input of this name, as a later description names it. */
  Normalisation normalisation(Model model, String name) {
    return of(model, name)
        .map(change -> new Normalisation(change.getMeanList(), change.getScaleList()))
        .orElse(Normalisation.NOTHING);
  }

  boolean reverses(Model model, String name) {
    return of(model, name).filter(InputConversion::getReverseChannels).isPresent();
  }

  private Optional<InputConversion> of(Model model, String name) {
    return port(model, name).map(port -> byPort.get(port.index()));
  }
}
