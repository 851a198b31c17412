package dev.inferlab.agent.profile;

import dev.inferlab.agent.failure.Failure;
import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.agent.runtime.RuntimeProblems;
import dev.inferlab.openvino.Dimension;
import dev.inferlab.openvino.Model;
import dev.inferlab.openvino.OpenVinoException;
import dev.inferlab.openvino.PartialShape;
import dev.inferlab.openvino.Port;
import dev.inferlab.proto.job.v1.ProfilePointRequest;
import dev.inferlab.proto.job.v1.TensorShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Brings a model to a point's batch size, or to the shapes that the point gives. */
final class PointShape {
  private final List<Port> inputs;
  private final Map<Integer, PartialShape> given;

  private PointShape(List<Port> inputs, Map<Integer, PartialShape> given) {
    this.inputs = inputs;
    this.given = given;
  }

  /**
   * Gives inputs that the point names their shape, and the others the batch: as their first
   * dimension, where it is open or equal to that of the first input. Without shapes, a batch of 0
   * keeps what the model says, or 1 where that is open.
   *
   * @return the batch that the model has now
   */
  static int apply(Model model, ProfilePointRequest point) throws JobFailedException {
    List<Port> inputs = model.inputs();
    return new PointShape(inputs, given(inputs, point.getShapesMap()))
        .reshape(model, point.getBatch());
  }

  /** The shapes of all inputs that have a name, in their order. */
  static Map<String, TensorShape> of(List<Port> inputs) {
    Map<String, TensorShape> shapes = new LinkedHashMap<>();
    for (Port port : inputs) {
      if (!port.name().isEmpty()) {
        TensorShape.Builder shape = TensorShape.newBuilder();
        port.shape().dimensions().forEach(dimension -> shape.addDimensions(dimension.size()));
        shapes.put(port.name(), shape.build());
      }
    }
    return shapes;
  }

  private static Map<Integer, PartialShape> given(
      List<Port> inputs, Map<String, TensorShape> shapes) throws JobFailedException {
    Map<Integer, PartialShape> given = new HashMap<>();
    for (Map.Entry<String, TensorShape> entry : shapes.entrySet()) {
      Port port = named(inputs, entry.getKey(), shapes.size());
      List<Long> dimensions = entry.getValue().getDimensionsList();
      if (dimensions.stream().anyMatch(length -> length < 1)) {
        throw Failure.JOB_OPTIONS_INVALID.exception(
            "The shape %s of '%s' has a dimension below 1.".formatted(dimensions, entry.getKey()));
      }
      given.put(port.index(), new PartialShape(dimensions.stream().map(Dimension::of).toList()));
    }
    return given;
  }

  /** The only input needs no name: formats without names have that of a converter, or none. */
  private static Port named(List<Port> inputs, String name, int shapes) throws JobFailedException {
    Optional<Port> port = inputs.stream().filter(p -> p.name().equals(name)).findFirst();
    if (port.isEmpty() && inputs.size() == 1 && shapes == 1) {
      return inputs.getFirst();
    }
    return port.orElseThrow(
        () ->
            Failure.JOB_OPTIONS_INVALID.exception(
                "The model has no input '%s'; it has %s."
                    .formatted(name, inputs.stream().map(Port::name).toList())));
  }

  private int reshape(Model model, int asked) throws JobFailedException {
    Dimension own = first();
    long batch = batch(asked, own);
    Map<Integer, PartialShape> shapes = new HashMap<>(given);
    for (Port port : inputs) {
      if (!given.containsKey(port.index())) {
        shapes.put(port.index(), withBatch(port, own, batch));
      }
    }
    if (inputs.stream().anyMatch(port -> !port.shape().equals(shapes.get(port.index())))) {
      try {
        model.reshapeByIndex(shapes);
      } catch (OpenVinoException e) {
        String to = given.isEmpty() ? "batch " + batch : "the shapes " + given.values();
        throw RuntimeProblems.failure(
            Failure.MODEL_RESHAPE_FAILED, "The model cannot be brought to " + to, e);
      }
    }
    return Math.toIntExact(batch);
  }

  private long batch(int asked, Dimension own) {
    for (Port port : inputs) {
      PartialShape shape = given.get(port.index());
      if (shape != null && !shape.dimensions().isEmpty()) {
        return shape.dimensions().getFirst().size();
      }
    }
    return asked > 0 ? asked : own.isDynamic() ? 1 : own.size();
  }

  private static PartialShape withBatch(Port port, Dimension own, long batch)
      throws JobFailedException {
    if (!port.shape().hasKnownRank()) {
      throw open(port);
    }
    List<Dimension> shape = new ArrayList<>(port.shape().dimensions());
    if (!shape.isEmpty() && (shape.getFirst().isDynamic() || shape.getFirst().equals(own))) {
      shape.set(0, Dimension.of(batch));
    }
    if (shape.stream().anyMatch(Dimension::isDynamic)) {
      throw open(port);
    }
    return new PartialShape(shape);
  }

  private Dimension first() throws JobFailedException {
    for (Port port : inputs) {
      if (port.shape().hasKnownRank() && !port.shape().dimensions().isEmpty()) {
        return port.shape().dimensions().getFirst();
      }
      if (given.containsKey(port.index())) {
        return Dimension.dynamic();
      }
    }
    throw Failure.MODEL_INPUT_UNFILLABLE.exception(
        "The model has no input that has a batch dimension.");
  }

  private static JobFailedException open(Port port) {
    return Failure.MODEL_INPUT_DYNAMIC.exception(
        "The input '%s' has the shape %s, of which more than the batch is open. Give the shapes to measure, or convert the model with a fixed one."
            .formatted(port.name(), port.shape()));
  }
}
