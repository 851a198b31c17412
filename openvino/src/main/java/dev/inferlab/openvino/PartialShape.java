package dev.inferlab.openvino;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.inferlab.openvino.internal.c.OvPartialShape;
import dev.inferlab.openvino.internal.c.Structs;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The shape of a model's input or output, of which parts may be open. Immutable.
 *
 * @param dimensions empty for a scalar; given as null when not even their number is known
 */
public record PartialShape(List<Dimension> dimensions) {

  private static final PartialShape UNKNOWN_RANK = new PartialShape(null);
  private static final long MAX_OFFSET = Structs.DIMENSION.byteSize() / 2;

  public PartialShape {
    dimensions = dimensions == null ? null : List.copyOf(dimensions);
  }

  public static PartialShape of(Dimension... dimensions) {
    return new PartialShape(List.of(dimensions));
  }

  /** A shape whose dimensions are all known. */
  public static PartialShape of(long... dimensions) {
    return new PartialShape(LongStream.of(dimensions).mapToObj(Dimension::of).toList());
  }

  /** A shape of which nothing is known. */
  public static PartialShape unknownRank() {
    return UNKNOWN_RANK;
  }

  /** Reads what {@link #toString} writes; brackets may be left out. */
  public static PartialShape parse(String text) {
    String inner = text.strip().replaceAll("^\\[|]$", "").strip();
    if (inner.equals("...")) {
      return UNKNOWN_RANK;
    } else if (inner.isEmpty()) {
      return of(new Dimension[0]);
    }
    return new PartialShape(Arrays.stream(inner.split(",", -1)).map(Dimension::parse).toList());
  }

  /**
   * Empty for a scalar.
   *
   * @throws IllegalStateException when not even their number is known
   */
  @Override
  public List<Dimension> dimensions() {
    if (dimensions == null) {
      throw new IllegalStateException(
          "The shape [...] has no known number of dimensions: ask hasKnownRank() first.");
    }
    return dimensions;
  }

  /** Whether the number of dimensions is known, be it that their sizes are open. */
  public boolean hasKnownRank() {
    return dimensions != null;
  }

  public boolean isDynamic() {
    return dimensions == null || dimensions.stream().anyMatch(Dimension::isDynamic);
  }

  /**
   * The shape, when it is wholly known.
   *
   * @throws IllegalStateException when it is dynamic
   */
  public Shape toShape() {
    if (isDynamic()) {
      throw new IllegalStateException("The shape " + this + " is dynamic.");
    }
    return Shape.of(dimensions.stream().mapToLong(Dimension::size).toArray());
  }

  /** Such as {@code [?,3,224,1..8]}; {@code [...]} when nothing is known. */
  @Override
  public String toString() {
    return dimensions == null
        ? "[...]"
        : dimensions.stream().map(Dimension::toString).collect(Collectors.joining(",", "[", "]"));
  }

  /** Copies a struct that the runtime filled, and frees what it points to. */
  static PartialShape take(MemorySegment struct) {
    try {
      Dimension rank = dimensionAt(struct, 0);
      if (rank.isDynamic()) {
        return UNKNOWN_RANK;
      }
      long size = Structs.DIMENSION.byteSize();
      MemorySegment dims = Native.pointerAt(struct, size).reinterpret(rank.size() * size);
      List<Dimension> dimensions = new ArrayList<>();
      for (long i = 0; i < rank.size(); i++) {
        dimensions.add(dimensionAt(dims, i * size));
      }
      return new PartialShape(dimensions);
    } finally {
      OvPartialShape.ov_partial_shape_free(struct);
    }
  }

  private static Dimension dimensionAt(MemorySegment memory, long offset) {
    long min = Math.max(0, memory.get(JAVA_LONG, offset));
    long max = memory.get(JAVA_LONG, offset + MAX_OFFSET);
    return new Dimension(min, max < 0 || max == Long.MAX_VALUE ? Dimension.UNBOUNDED : max);
  }

  /** Writes the struct as the C API takes it by value. */
  void write(MemorySegment struct, Arena arena) {
    long size = Structs.DIMENSION.byteSize();
    if (dimensions == null) {
      write(Dimension.dynamic(), struct, 0);
      struct.set(ADDRESS, size, MemorySegment.NULL);
      return;
    }
    write(Dimension.of(dimensions.size()), struct, 0);
    MemorySegment dims = arena.allocate(Structs.DIMENSION, Math.max(1, dimensions.size()));
    for (int i = 0; i < dimensions.size(); i++) {
      write(dimensions.get(i), dims, i * size);
    }
    struct.set(ADDRESS, size, dims);
  }

  private static void write(Dimension dimension, MemorySegment memory, long offset) {
    memory.set(JAVA_LONG, offset, dimension.min());
    memory.set(JAVA_LONG, offset + MAX_OFFSET, dimension.max());
  }
}
