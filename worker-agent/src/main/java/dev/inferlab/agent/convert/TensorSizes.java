package dev.inferlab.agent.convert;

import dev.inferlab.agent.failure.Failure;
import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.modelir.graph.Graph;
import dev.inferlab.modelir.graph.Node;
import dev.inferlab.modelir.graph.Output;
import dev.inferlab.modelir.inspect.ComputedSize;
import dev.inferlab.modelir.tensor.Dimension;
import dev.inferlab.modelir.tensor.PartialShape;
import dev.inferlab.proto.job.v1.Location;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Refuses tensors between operations that no machine could hold: they would end the first compile
 * or inference. OpenVINO has just written the shapes, so no file can hide one; what it counts wrong
 * itself is counted again.
 */
final class TensorSizes {
  private static final Set<String> SPLITS = Set.of("Split", "VariadicSplit");

  private final SourceModel source;

  TensorSizes(SourceModel source) {
    this.source = source;
  }

  void check(Graph graph) throws JobFailedException {
    for (Node node : graph.nodes()) {
      check(node);
      for (Graph body : node.bodies().values()) {
        check(body);
      }
    }
  }

  private void check(Node node) throws JobFailedException {
    Optional<long[]> asked = ComputedSize.of(node);
    if (asked.isPresent()) {
      long least = ComputedSize.mayBeOpen(node.type()) ? -1 : 0;
      long[] lengths = asked.get();
      if (LongStream.of(lengths).anyMatch(length -> length < least)) {
        throw refusal(
            node,
            "The layer '%s' asks for the negative length %d. Export the model again."
                .formatted(node.name(), LongStream.of(lengths).min().orElseThrow()));
      }
      checkSize(node, PartialShape.of(lengths));
    }
    for (Output output : node.outputs()) {
      checkSize(node, output.shape());
    }
    if (SPLITS.contains(node.type())) {
      checkParts(node);
    }
  }

  /**
   * OpenVINO copies what it is asked to, also from beyond the tensor. Lengths that the model leaves
   * open are not judged: what is wrong there ends the executor that runs it.
   */
  private void checkParts(Node node) throws JobFailedException {
    PartialShape whole = node.inputs().getFirst().source().shape();
    List<PartialShape> parts = node.outputs().stream().map(Output::shape).toList();
    if (!whole.hasRank() || !parts.stream().allMatch(PartialShape::hasRank)) {
      return;
    }
    for (int i = 0; i < whole.rank(); i++) {
      int axis = i;
      Dimension there = whole.dimension(axis);
      List<Dimension> asked = parts.stream().map(part -> part.dimension(axis)).toList();
      boolean known = there.isStatic() && asked.stream().allMatch(Dimension::isStatic);
      boolean untouched = asked.stream().allMatch(there::equals);
      if (known
          && !untouched
          && asked.stream().mapToLong(Dimension::length).sum() != there.length()) {
        throw refusal(
            node,
            "The layer '%s' splits a tensor of the shape %s into parts of the shapes %s. Export the model again."
                .formatted(node.name(), whole, parts));
      }
    }
  }

  private void checkSize(Node node, PartialShape shape) throws JobFailedException {
    if (shape.exceeds(PartialShape.MOST_ELEMENTS)) {
      throw refusal(
          node,
          "The layer '%s' makes a tensor of the shape %s, more than %,d elements. Export the model with its real shapes."
              .formatted(node.name(), shape, PartialShape.MOST_ELEMENTS));
    }
  }

  private JobFailedException refusal(Node node, String detail) {
    return new JobFailedException(
        Failure.MODEL_SHAPE_INVALID.problem(detail).toBuilder()
            .setLocation(
                Location.newBuilder()
                    .setFile(source.topology().getFileName().toString())
                    .setLayer(node.name())
                    .setLayerType(node.type()))
            .build());
  }
}
