package dev.inferlab.modelir.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * A shape as far as it is known: its rank may be unknown, and each dimension may be dynamic.
 * Written {@code [1,3,?,?]}, and {@code [...]} when even the rank is unknown.
 */
public final class PartialShape {
  /** No model needs more; texts from strangers may not fill memory with dimensions. */
  public static final int HIGHEST_RANK = 64;

  /**
   * Of any tensor that a model declares, computes or is asked to take. In FP32 it is 8 GiB, which a
   * large machine can still hold beside the rest; one of more would end the first compile or
   * inference, and beyond 2^32 OpenVINO miscounts.
   */
  public static final long MOST_ELEMENTS = 1L << 31;

  private static final PartialShape UNKNOWN = new PartialShape(null);

  /** Null when the rank is unknown. */
  private final List<Dimension> dimensions;

  private PartialShape(List<Dimension> dimensions) {
    this.dimensions = dimensions;
  }

  public static PartialShape unknownRank() {
    return UNKNOWN;
  }

  public static PartialShape of(List<Dimension> dimensions) {
    return new PartialShape(List.copyOf(dimensions));
  }

  /** A shape of fixed lengths; -1 stands for a dynamic dimension. */
  public static PartialShape of(long... lengths) {
    List<Dimension> dimensions = new ArrayList<>(lengths.length);
    for (long length : lengths) {
      dimensions.add(length == -1 ? Dimension.dynamic() : Dimension.of(length));
    }
    return of(dimensions);
  }

  /**
   * Reads a shape as IR writes it ({@code 1,3,?,2..8}), with or without brackets; {@code ...} is an
   * unknown rank and the empty text a scalar.
   *
   * @throws IllegalArgumentException when the text is not a shape
   */
  public static PartialShape parse(String text) {
    String body = text.strip();
    if (body.startsWith("[") && body.endsWith("]")) {
      body = body.substring(1, body.length() - 1).strip();
    }
    if (body.equals("...")) {
      return UNKNOWN;
    }
    if (body.isEmpty()) {
      return of(List.of());
    }
    List<Dimension> dimensions = new ArrayList<>();
    String[] parts = body.split(",", HIGHEST_RANK + 1);
    if (parts.length > HIGHEST_RANK) {
      throw new IllegalArgumentException("a shape has at most 64 dimensions");
    }
    for (String part : parts) {
      dimensions.add(Dimension.parse(part));
    }
    return of(dimensions);
  }

  public boolean hasRank() {
    return dimensions != null;
  }

  public int rank() {
    return dimensions().size();
  }

  public Dimension dimension(int axis) {
    return dimensions().get(axis);
  }

  /** The dimensions of a shape whose rank is known. */
  public List<Dimension> dimensions() {
    if (dimensions == null) {
      throw new IllegalStateException("the rank of this shape is unknown");
    }
    return dimensions;
  }

  public boolean isStatic() {
    return dimensions != null && dimensions.stream().allMatch(Dimension::isStatic);
  }

  /** The lengths of a static shape. */
  public long[] lengths() {
    return dimensions().stream().mapToLong(Dimension::length).toArray();
  }

  /** Number of elements; empty when the shape is not static or the number exceeds 63 bits. */
  public OptionalLong elements() {
    if (!isStatic()) {
      return OptionalLong.empty();
    }
    long product = 1;
    boolean overflow = false;
    for (Dimension dimension : dimensions) {
      if (dimension.length() == 0) {
        return OptionalLong.of(0);
      }
      overflow |= Math.multiplyHigh(product, dimension.length()) != 0;
      product *= dimension.length();
      overflow |= product < 0;
    }
    return overflow ? OptionalLong.empty() : OptionalLong.of(product);
  }

  /** True when even with the least that its dimensions may be it has more elements than these. */
  public boolean exceeds(long elements) {
    if (dimensions == null || dimensions.stream().anyMatch(dimension -> dimension.max() == 0)) {
      return false;
    }
    long product = 1;
    for (Dimension dimension : dimensions) {
      long least = Math.max(1, dimension.min());
      if (least > elements / product) {
        return true;
      }
      product *= least;
    }
    return false;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PartialShape that
        && (dimensions == null ? that.dimensions == null : dimensions.equals(that.dimensions));
  }

  @Override
  public int hashCode() {
    return dimensions == null ? 0 : dimensions.hashCode();
  }

  @Override
  public String toString() {
    return dimensions == null
        ? "[...]"
        : dimensions.stream().map(Dimension::toString).collect(Collectors.joining(",", "[", "]"));
  }
}
