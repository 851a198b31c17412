package dev.inferlab.openvino;

/**
 * One dimension of a {@link PartialShape}: the sizes that it may take, both ends inclusive.
 *
 * @param max {@link #UNBOUNDED} when there is no upper end
 */
public record Dimension(long min, long max) {

  public static final long UNBOUNDED = -1;

  private static final Dimension DYNAMIC = new Dimension(0, UNBOUNDED);

  public Dimension {
    if (min < 0 || (max < min && max != UNBOUNDED)) {
      throw new IllegalArgumentException("Not a range of sizes: %d..%d".formatted(min, max));
    }
  }

  public static Dimension of(long size) {
    return new Dimension(size, size);
  }

  /** Any size. */
  public static Dimension dynamic() {
    return DYNAMIC;
  }

  public static Dimension between(long min, long max) {
    return new Dimension(min, max);
  }

  public boolean isDynamic() {
    return min != max;
  }

  /**
   * @throws IllegalStateException for a dynamic one
   */
  public long size() {
    if (isDynamic()) {
      throw new IllegalStateException("The dimension " + this + " has no fixed size.");
    }
    return min;
  }

  /** Reads {@code 3}, {@code ?}, {@code 1..8}, {@code 1..} and {@code ..8}. */
  public static Dimension parse(String text) {
    String trimmed = text.strip();
    int dots = trimmed.indexOf("..");
    if (trimmed.equals("?") || trimmed.equals("-1")) {
      return DYNAMIC;
    } else if (dots < 0) {
      return of(Long.parseLong(trimmed));
    }
    String low = trimmed.substring(0, dots).strip();
    String high = trimmed.substring(dots + 2).strip();
    return new Dimension(
        low.isEmpty() ? 0 : Long.parseLong(low), high.isEmpty() ? UNBOUNDED : Long.parseLong(high));
  }

  @Override
  public String toString() {
    if (!isDynamic()) {
      return Long.toString(min);
    } else if (max == UNBOUNDED) {
      return min == 0 ? "?" : min + "..";
    }
    return min == 0 ? ".." + max : min + ".." + max;
  }
}
