package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.tensor.PartialShape;

/**
 * Shapes inside networks whose files do not say them, as far as options alone tell: channels, not
 * height and width. For formats that have channels first.
 */
final class Channels {
  private Channels() {}

  /** What a convolution of so many filters gives. */
  static PartialShape map(long channels) {
    return channels > 0 ? PartialShape.of(-1, channels, -1, -1) : PartialShape.unknownRank();
  }

  /** The same channels, of another height and width. */
  static PartialShape map(PartialShape map) {
    boolean known = map.hasRank() && map.rank() == 4 && map.dimension(1).isStatic();
    return known ? map(map.dimension(1).length()) : PartialShape.unknownRank();
  }

  /** What a layer of so many neurons gives. */
  static PartialShape vector(long length) {
    return length > 0 ? PartialShape.of(-1, length) : PartialShape.unknownRank();
  }

  /** What is left when a whole map becomes one place. */
  static PartialShape pooled(PartialShape map) {
    return map.hasRank() && map.rank() == 4 && map.dimension(1).isStatic()
        ? PartialShape.of(-1, map.dimension(1).length(), 1, 1)
        : PartialShape.unknownRank();
  }

  /** The same numbers in two dimensions. */
  static PartialShape flat(PartialShape shape) {
    boolean known =
        shape.hasRank()
            && shape.rank() >= 2
            && shape.dimensions().stream().skip(1).allMatch(dimension -> dimension.isStatic());
    if (!known) {
      return shape.hasRank() ? PartialShape.of(-1, -1) : shape;
    }
    return vector(
        shape.dimensions().stream()
            .skip(1)
            .mapToLong(dimension -> dimension.length())
            .reduce(1, Math::multiplyExact));
  }
}
