package dev.inferlab.modelir.analysis;

import dev.inferlab.modelir.graph.Graph;
import dev.inferlab.modelir.graph.Node;
import dev.inferlab.modelir.inspect.TensorInfo;
import dev.inferlab.modelir.tensor.Dimension;
import dev.inferlab.modelir.tensor.PartialShape;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Guesses a vision model's task from its operations and the shapes at its ends. */
final class TaskGuesser {
  private static final List<String> DETECTORS =
      List.of("DetectionOutput", "RegionYolo", "ExperimentalDetectronDetectionOutput");

  private TaskGuesser() {}

  static TaskGuess guess(
      Set<String> operations, Graph graph, List<TensorInfo> inputs, List<TensorInfo> outputs) {
    return guess(operations, endsInProbabilities(graph), inputs, outputs);
  }

  static boolean endsInDetector(Set<String> operations) {
    return DETECTORS.stream().anyMatch(operations::contains);
  }

  static boolean suppressesBoxes(Set<String> operations) {
    return operations.stream()
        .anyMatch(op -> op.contains("NonMaxSuppression") || op.equals("MulticlassNms"));
  }

  /**
   * @param operations by IR's names
   * @param probabilities whether an output comes from a softmax
   */
  static TaskGuess guess(
      Set<String> operations,
      boolean probabilities,
      List<TensorInfo> inputs,
      List<TensorInfo> outputs) {
    for (String detector : DETECTORS) {
      if (operations.contains(detector)) {
        return detection(0.95, "it ends in " + detector);
      }
    }
    if (outputs.isEmpty() || inputs.isEmpty()) {
      return generic("it has no inputs or no outputs");
    }
    if (has(outputs, "masks") || isYoloWithMasks(outputs)) {
      return new TaskGuess(
          Task.INSTANCE_SEGMENTATION,
          0.85,
          "one output holds boxes with mask weights, another the mask prototypes");
    }
    if (suppressesBoxes(operations)) {
      return detection(0.9, "it suppresses overlapping boxes itself");
    }
    if (isImage(inputs.getFirst().shape()) && outputs.getFirst().shape().hasRank()) {
      return byShape(operations, probabilities, inputs, outputs);
    }
    return generic("its inputs are no images, or its outputs' shapes are open");
  }

  private static TaskGuess byShape(
      Set<String> operations,
      boolean probabilities,
      List<TensorInfo> inputs,
      List<TensorInfo> outputs) {
    PartialShape first = outputs.getFirst().shape();
    if (outputs.size() >= 2 && hasBoxes(outputs)) {
      return detection(
          0.7, "one output has four or more numbers for each of many boxes, as another has scores");
    }
    if (hasBoxOfEachPlace(outputs)) {
      return detection(
          0.6, "one output has four numbers of a box where another has scores for yes and no");
    }
    for (TensorInfo output : outputs) {
      long points = points(output.shape());
      if (points > 0) {
        return landmarks(points);
      }
    }
    if (first.rank() == 3 && !isMap(first) && listsBoxes(first) && !probabilities) {
      return detection(0.7, "its output lists boxes with scores: " + first);
    }
    if (first.rank() == 4 && length(first, 2) != 1 || isMap(first)) {
      return imageToImage(operations, inputs, first);
    }
    return vector(probabilities, inputs.getFirst().shape(), first);
  }

  private static TaskGuess imageToImage(
      Set<String> operations, List<TensorInfo> inputs, PartialShape output) {
    PartialShape input = inputs.getFirst().shape();
    if (output.rank() == 3) {
      return new TaskGuess(
          Task.SEMANTIC_SEGMENTATION, 0.85, "its output is a map of class numbers: " + output);
    }
    boolean mask =
        inputs.size() == 2
            && isImage(inputs.get(1).shape())
            && channels(inputs.get(1).shape()) == 1
            && height(inputs.get(1).shape()) == height(input);
    long channels = channels(output);
    if (mask && channels == 3) {
      return new TaskGuess(
          Task.INPAINTING, 0.85, "it takes an image and a mask and gives an image");
    }
    long height = height(output);
    long from = height(input);
    if (channels == channels(input) && height > from && from > 0 && height % from == 0) {
      return new TaskGuess(
          Task.SUPER_RESOLUTION,
          0.9,
          "its output is %d times as large as its input".formatted(height / from));
    }
    if (operations.contains("DepthToSpace") && (channels == 1 || channels == 3)) {
      return new TaskGuess(
          Task.SUPER_RESOLUTION, 0.65, "it turns channels into pixels (DepthToSpace) at its end");
    }
    if (channels == 3) {
      return new TaskGuess(
          Task.STYLE_TRANSFER, 0.6, "it turns an image into an image of the same kind");
    }
    return new TaskGuess(
        Task.SEMANTIC_SEGMENTATION,
        0.7,
        "its output has %s for each pixel"
            .formatted(channels < 0 ? "scores" : channels + " scores"));
  }

  private static TaskGuess vector(boolean probabilities, PartialShape input, PartialShape output) {
    long size = 1;
    for (int axis = 1; axis < output.rank(); axis++) {
      size *= Math.max(1, length(output, axis));
    }
    if (size == 1000 || size == 1001) {
      return new TaskGuess(
          Task.CLASSIFICATION, 0.95, "its output has %d classes, as ImageNet".formatted(size));
    }
    if (probabilities) {
      return new TaskGuess(
          Task.CLASSIFICATION, 0.85, "its output is %d probabilities (SoftMax)".formatted(size));
    }
    if (height(input) == 112 && size >= 128 && size <= 1024) {
      return new TaskGuess(
          Task.FACE_RECOGNITION, 0.75, "it turns 112 x 112 pixels into %d numbers".formatted(size));
    }
    boolean embedding = output.rank() == 4 && length(output, 1) == 1 && length(output, 2) == 1;
    if (embedding) {
      return new TaskGuess(
          Task.GENERIC, 0.4, "its output is one list of %d numbers for a picture".formatted(size));
    }
    return size > 1
        ? new TaskGuess(
            Task.CLASSIFICATION, 0.5, "its output is one list of %d numbers".formatted(size))
        : generic("its output is a single number");
  }

  /** How many landmarks an output of this shape holds, or 0. */
  private static long points(PartialShape shape) {
    if (!shape.hasRank() || shape.rank() < 2) {
      return 0;
    }
    if (shape.rank() == 3
        && length(shape, 1) > 4
        && (length(shape, 2) == 2 || length(shape, 2) == 3)) {
      return length(shape, 1);
    }
    long size = 1;
    for (int axis = 1; axis < shape.rank(); axis++) {
      size *= Math.max(0, length(shape, axis));
    }
    return switch ((int) Math.min(size, Integer.MAX_VALUE)) {
      // Sets of 68, 98 and 106 points in two dimensions; of 71, 468 and 478 in three.
      case 136, 196, 212 -> size / 2;
      case 213, 1404, 1434 -> size / 3;
      default -> 0;
    };
  }

  /** [N, 4 + scores, many] or [N, many, 4 + scores]; how many may be open. */
  private static boolean listsBoxes(PartialShape shape) {
    long left = length(shape, 1);
    long right = length(shape, 2);
    return (isBox(left) && (right < 0 || right > 1000))
        || (isBox(right) && (left < 0 || left > 1000));
  }

  private static boolean isBox(long length) {
    return length > 4 && length < 1000;
  }

  private static boolean endsInProbabilities(Graph graph) {
    return graph.results().stream().anyMatch(TaskGuesser::endsInSoftmax);
  }

  private static boolean endsInSoftmax(Node result) {
    Node node = result.producer(0);
    for (int i = 0; i < 4; i++) {
      if (node.type().equalsIgnoreCase("SoftMax")) {
        return true;
      }
      boolean passes =
          node.is("Reshape") || node.is("Squeeze") || node.is("Convert") || node.is("FakeQuantize");
      if (!passes) {
        return false;
      }
      node = node.producer(0);
    }
    return false;
  }

  /** Boxes [N, many, 4 or more] and scores [N, the same many, …]. */
  private static boolean hasBoxes(List<TensorInfo> outputs) {
    return outputs.stream()
        .map(TensorInfo::shape)
        .filter(shape -> shape.hasRank() && shape.rank() == 3)
        .anyMatch(
            shape ->
                length(shape, 1) > 100
                    && length(shape, 2) >= 4
                    && outputs.stream()
                        .map(TensorInfo::shape)
                        .anyMatch(
                            other ->
                                other != shape
                                    && other.hasRank()
                                    && other.rank() >= 2
                                    && length(other, 1) == length(shape, 1)));
  }

  /** [N, 4] beside [N, 2], or [N, 4, h, w] beside [N, 2, h, w], as cascades of detectors have. */
  private static boolean hasBoxOfEachPlace(List<TensorInfo> outputs) {
    return outputs.stream()
        .map(TensorInfo::shape)
        .filter(boxes -> boxes.hasRank() && boxes.rank() >= 2 && length(boxes, 1) == 4)
        .anyMatch(
            boxes ->
                outputs.stream()
                    .map(TensorInfo::shape)
                    .anyMatch(
                        scores ->
                            scores.hasRank()
                                && scores.rank() == boxes.rank()
                                && length(scores, 1) == 2
                                && IntStream.range(2, boxes.rank())
                                    .allMatch(
                                        axis -> length(scores, axis) == length(boxes, axis))));
  }

  /** [N, 4 + classes + masks, boxes] beside [N, masks, h, w]. */
  private static boolean isYoloWithMasks(List<TensorInfo> outputs) {
    return outputs.size() == 2
        && outputs.get(0).shape().hasRank()
        && outputs.get(0).shape().rank() == 3
        && outputs.get(1).shape().hasRank()
        && outputs.get(1).shape().rank() == 4
        && length(outputs.get(1).shape(), 1) == 32;
  }

  private static boolean has(List<TensorInfo> outputs, String name) {
    return outputs.stream().anyMatch(output -> output.name().equals(name));
  }

  private static boolean isImage(PartialShape shape) {
    return shape.hasRank() && shape.rank() == 4;
  }

  /** A map of numbers: [N, h, w] with both lengths like an image's. */
  private static boolean isMap(PartialShape shape) {
    return shape.rank() == 3
        && length(shape, 1) >= 32
        && length(shape, 2) >= 32
        && length(shape, 1) < 4 * length(shape, 2)
        && length(shape, 2) < 4 * length(shape, 1);
  }

  private static boolean channelsLast(PartialShape shape) {
    long last = length(shape, 3);
    return (last > 0 && last <= 4)
        || (length(shape, 1) > 64 && length(shape, 1) == length(shape, 2));
  }

  private static long channels(PartialShape shape) {
    return channelsLast(shape) ? length(shape, 3) : length(shape, 1);
  }

  private static long height(PartialShape shape) {
    return channelsLast(shape) ? length(shape, 1) : length(shape, 2);
  }

  /** A length, or -1 when it is open. */
  private static long length(PartialShape shape, int axis) {
    Dimension dimension = shape.dimension(axis);
    return dimension.isStatic() ? dimension.length() : -1;
  }

  private static TaskGuess detection(double confidence, String reason) {
    return new TaskGuess(Task.OBJECT_DETECTION, confidence, reason);
  }

  private static TaskGuess landmarks(long points) {
    return new TaskGuess(
        Task.LANDMARK_DETECTION, 0.7, "its output fits the places of %d points".formatted(points));
  }

  private static TaskGuess generic(String reason) {
    return new TaskGuess(Task.GENERIC, 0.3, reason);
  }
}
