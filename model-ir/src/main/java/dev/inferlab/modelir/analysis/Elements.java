package dev.inferlab.modelir.analysis;

import dev.inferlab.modelir.tensor.PartialShape;
import java.util.OptionalLong;

/** Counts a tensor's elements. */
final class Elements {
  private Elements() {}

  /** Of all dimensions; an open first one is the batch and counts as 1. */
  static OptionalLong of(PartialShape shape) {
    return shape.hasRank() ? of(shape, 0, shape.rank()) : OptionalLong.empty();
  }

  /** Of the dimensions from {@code first} to before {@code end}. */
  static OptionalLong of(PartialShape shape, int first, int end) {
    long product = 1;
    for (int axis = first; axis < end; axis++) {
      boolean open = !shape.dimension(axis).isStatic();
      if (open && axis > 0) {
        return OptionalLong.empty();
      }
      product = Math.multiplyExact(product, open ? 1 : shape.dimension(axis).length());
    }
    return OptionalLong.of(product);
  }
}
