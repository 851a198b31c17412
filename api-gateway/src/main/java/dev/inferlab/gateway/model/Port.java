package dev.inferlab.gateway.model;

import dev.inferlab.modelir.inspect.TensorInfo;
import dev.inferlab.modelir.tensor.Dimension;
import dev.inferlab.modelir.tensor.PartialShape;
import dev.inferlab.proto.job.v1.ModelPort;
import java.util.List;

/**
 * An input or output of a model.
 *
 * @param shape -1 where a dimension is dynamic; null when not even the rank is known
 * @param layout {@code "NCHW"}, …; empty when not known
 */
public record Port(String name, String elementType, List<Long> shape, String layout) {
  public static Port of(ModelPort port) {
    return new Port(
        port.getName(),
        port.getElementType(),
        port.getRankUnknown() ? null : List.copyOf(port.getShapeList()),
        port.getLayout());
  }

  static Port of(TensorInfo tensor) {
    return new Port(
        tensor.name(), tensor.type().irName(), lengths(tensor.shape()), tensor.layout());
  }

  private static List<Long> lengths(PartialShape shape) {
    return shape.hasRank() ? shape.dimensions().stream().map(Port::length).toList() : null;
  }

  private static Long length(Dimension dimension) {
    return dimension.isStatic() ? dimension.length() : -1L;
  }
}
