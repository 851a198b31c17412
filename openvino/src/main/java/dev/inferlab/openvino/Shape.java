package dev.inferlab.openvino;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The sizes of a tensor's dimensions, all known. Immutable. */
public final class Shape {

  private final long[] dimensions;

  private Shape(long[] dimensions) {
    this.dimensions = dimensions;
  }

  /** No dimensions at all is a scalar. */
  public static Shape of(long... dimensions) {
    for (long dimension : dimensions) {
      if (dimension < 0) {
        throw new IllegalArgumentException("A dimension cannot be negative: " + dimension);
      }
    }
    return new Shape(dimensions.clone());
  }

  public int rank() {
    return dimensions.length;
  }

  public long dimension(int index) {
    return dimensions[index];
  }

  public long[] toArray() {
    return dimensions.clone();
  }

  /**
   * How many elements a tensor of this shape has; 1 for a scalar.
   *
   * @throws ArithmeticException when that is more than a long holds
   */
  public long elements() {
    long elements = 1;
    for (long dimension : dimensions) {
      elements = Math.multiplyExact(elements, dimension);
    }
    return elements;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(dimensions, shape.dimensions);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dimensions);
  }

  /** Such as {@code [1,3,224,224]}. */
  @Override
  public String toString() {
    return Arrays.stream(dimensions)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(",", "[", "]"));
  }
}
