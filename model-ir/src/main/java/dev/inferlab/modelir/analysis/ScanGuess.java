package dev.inferlab.modelir.analysis;

import dev.inferlab.modelir.inspect.Inspection;
import dev.inferlab.modelir.inspect.Operations.Ending;
import dev.inferlab.modelir.inspect.TensorInfo;
import dev.inferlab.modelir.tensor.Dimension;
import dev.inferlab.modelir.tensor.PartialShape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a model's own files, before any conversion, let guess of its task: what the analysis of its
 * IR will guess, or nothing.
 *
 * @param unknown for a person: what could not be told, and why; a conversion tells more
 */
public record ScanGuess(Optional<TaskGuess> task, List<String> unknown) {
  /**
   * Lengths that an image's open sides may have, -1 for any; the guess must be the same for each.
   */
  private static final List<Long> SIDES = List.of(-1L, 112L, 224L);

  public ScanGuess {
    unknown = List.copyOf(unknown);
  }

  public static ScanGuess of(Inspection.Accepted scan) {
    List<String> unknown = new ArrayList<>();
    for (TensorInfo input : scan.inputs()) {
      if (input.layout().isEmpty() && (!input.shape().hasRank() || input.shape().rank() == 4)) {
        unknown.add(
            "The files alone do not tell the layout of the input '%s': they do not say %s."
                .formatted(input.name(), input.shape().hasRank() ? "its channels" : "its shape"));
      }
    }
    Optional<TaskGuess> task = task(scan);
    if (task.isEmpty()) {
      unknown.add("The files alone do not tell the task: %s.".formatted(why(scan)));
    }
    return new ScanGuess(task, unknown);
  }

  private static Optional<TaskGuess> task(Inspection.Accepted scan) {
    Set<String> operations =
        scan.operations().types().stream().map(ScanGuess::irName).collect(Collectors.toSet());
    if (!isDecided(operations, scan)) {
      return Optional.empty();
    }
    List<TaskGuess> guesses = new ArrayList<>();
    for (long side : SIDES) {
      List<TensorInfo> inputs = scan.inputs().stream().map(input -> closed(input, side)).toList();
      if (scan.operations().ending() != Ending.OTHER) {
        guesses.add(TaskGuesser.guess(operations, true, inputs, scan.outputs()));
      }
      if (scan.operations().ending() != Ending.SOFTMAX) {
        guesses.add(TaskGuesser.guess(operations, false, inputs, scan.outputs()));
      }
    }
    return guesses.stream().map(TaskGuess::task).distinct().count() == 1
        ? guesses.stream().min(Comparator.comparingDouble(TaskGuess::confidence))
        : Optional.empty();
  }

  /** Whether a conversion could find nothing that would change the guess. */
  private static boolean isDecided(Set<String> operations, Inspection.Accepted scan) {
    if (TaskGuesser.endsInDetector(operations)) {
      return true;
    }
    if (scan.inputs().isEmpty() || scan.outputs().isEmpty()) {
      return false;
    }
    // Two outputs could be boxes and masks, which only their shapes tell.
    if (TaskGuesser.suppressesBoxes(operations) && scan.outputs().size() != 2) {
      return true;
    }
    PartialShape input = scan.inputs().getFirst().shape();
    // What depends on the open lengths of an input stays open in the IR.
    return input.hasRank()
        && scan.outputs().stream()
            .map(TensorInfo::shape)
            .allMatch(shape -> shape.hasRank() && (isOpen(input) || !isOpen(shape)));
  }

  private static String why(Inspection.Accepted scan) {
    return scan.outputs().stream()
        .filter(output -> isOpen(output.shape()))
        .findFirst()
        .map(
            output -> "they do not say the whole shape of the output '%s'".formatted(output.name()))
        .orElse("they do not say enough of the inputs, or of what makes the outputs");
  }

  /** Open beyond the batch. */
  private static boolean isOpen(PartialShape shape) {
    return !shape.hasRank() || !shape.dimensions().stream().skip(1).allMatch(Dimension::isStatic);
  }

  private static TensorInfo closed(TensorInfo input, long side) {
    PartialShape shape = input.shape();
    if (!shape.hasRank() || shape.rank() != 4) {
      return input;
    }
    long[] lengths = new long[4];
    for (int axis = 0; axis < 4; axis++) {
      Dimension dimension = shape.dimension(axis);
      boolean isSide = axis == 2 || axis == (input.layout().equals("NHWC") ? 1 : 3);
      lengths[axis] = dimension.isStatic() ? dimension.length() : isSide ? side : -1;
    }
    return new TensorInfo(input.name(), input.type(), PartialShape.of(lengths), input.layout());
  }

  /** The operation that a conversion makes of it, where a guess depends on it. */
  private static String irName(String type) {
    return switch (type) {
      case "depth_to_space", "pixel_shuffle" -> "DepthToSpace";
      case "multiclass_nms", "multiclass_nms2", "multiclass_nms3" -> "MulticlassNms";
      case "_contrib_MultiBoxDetection", "TFLite_Detection_PostProcess" -> "NonMaxSuppression";
      default -> type;
    };
  }
}
