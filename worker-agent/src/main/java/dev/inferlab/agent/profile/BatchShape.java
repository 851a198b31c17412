package dev.inferlab.agent.profile;

import dev.inferlab.agent.failure.Failure;
import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.agent.runtime.RuntimeProblems;
import dev.inferlab.openvino.Dimension;
import dev.inferlab.openvino.Model;
import dev.inferlab.openvino.OpenVinoException;
import dev.inferlab.openvino.PartialShape;
import dev.inferlab.openvino.Port;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Brings a model to a batch size. */
final class BatchShape {
  private BatchShape() {}

  /**
   * Sets the batch of every input that has one: the first dimension, where it is open or equal to
   * that of the first input.
   *
   * @param batch 0 keeps what the model says, or 1 where that is open
   * @return the batch that the model has now
   */
  static int apply(Model model, int batch) throws JobFailedException {
    List<Port> inputs = model.inputs();
    Dimension own = first(inputs);
    long wanted = batch > 0 ? batch : own.isDynamic() ? 1 : own.size();
    Map<Integer, PartialShape> shapes = new HashMap<>();
    for (Port port : inputs) {
      if (!port.shape().hasKnownRank()) {
        throw open(port);
      }
      List<Dimension> shape = new ArrayList<>(port.shape().dimensions());
      if (!shape.isEmpty() && (shape.getFirst().isDynamic() || shape.getFirst().equals(own))) {
        shape.set(0, Dimension.of(wanted));
      }
      if (shape.stream().anyMatch(Dimension::isDynamic)) {
        throw open(port);
      }
      shapes.put(port.index(), new PartialShape(shape));
    }
    boolean changes =
        inputs.stream().anyMatch(port -> !port.shape().equals(shapes.get(port.index())));
    if (changes) {
      try {
        model.reshapeByIndex(shapes);
      } catch (OpenVinoException e) {
        throw RuntimeProblems.failure(
            Failure.MODEL_RESHAPE_FAILED, "The model cannot be brought to batch " + wanted, e);
      }
    }
    return Math.toIntExact(wanted);
  }

  private static Dimension first(List<Port> inputs) throws JobFailedException {
    for (Port port : inputs) {
      if (port.shape().hasKnownRank() && !port.shape().dimensions().isEmpty()) {
        return port.shape().dimensions().getFirst();
      }
    }
    throw Failure.MODEL_INPUT_UNFILLABLE.exception(
        "The model has no input that has a batch dimension.");
  }

  private static JobFailedException open(Port port) {
    return Failure.MODEL_INPUT_DYNAMIC.exception(
        "The input '%s' has the shape %s, of which more than the batch is open. Convert the model with a fixed input shape first."
            .formatted(port.name(), port.shape()));
  }
}
