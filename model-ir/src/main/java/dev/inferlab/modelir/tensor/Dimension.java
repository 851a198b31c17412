package dev.inferlab.modelir.tensor;

/**
 * One dimension of a shape: a fixed length, or a range of lengths. {@code max == UNBOUNDED} means
 * that nothing limits it from above.
 */
public record Dimension(long min, long max) {
  public static final long UNBOUNDED = Long.MAX_VALUE;

  private static final Dimension DYNAMIC = new Dimension(0, UNBOUNDED);

  public Dimension {
    if (min < 0 || max < min) {
      throw new IllegalArgumentException(
          "a dimension needs 0 <= min <= max, not " + min + ".." + max);
    }
  }

  public static Dimension of(long length) {
    return new Dimension(length, length);
  }

  public static Dimension dynamic() {
    return DYNAMIC;
  }

  public boolean isStatic() {
    return min == max;
  }

  /** The length of a static dimension. */
  public long length() {
    if (!isStatic()) {
      throw new IllegalStateException("the dimension " + this + " has no single length");
    }
    return min;
  }

  /**
   * Reads one dimension as IR writes it: {@code 3}, {@code ?} or {@code -1}, {@code 1..8}, {@code
   * 1..}, {@code ..8}.
   *
   * @throws IllegalArgumentException when the text is none of these
   */
  public static Dimension parse(String text) {
    String trimmed = text.strip();
    if (trimmed.equals("?") || trimmed.equals("-1")) {
      return DYNAMIC;
    }
    int dots = trimmed.indexOf("..");
    if (dots < 0) {
      return of(parseLength(trimmed));
    }
    String low = trimmed.substring(0, dots);
    String high = trimmed.substring(dots + 2);
    return new Dimension(
        low.isEmpty() ? 0 : parseLength(low), high.isEmpty() ? UNBOUNDED : parseLength(high));
  }

  private static long parseLength(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is not a dimension", e);
    }
  }

  @Override
  public String toString() {
    if (isStatic()) {
      return Long.toString(min);
    }
    if (min == 0 && max == UNBOUNDED) {
      return "?";
    }
    return (min == 0 ? "" : Long.toString(min)) + ".." + (max == UNBOUNDED ? "" : max);
  }
}
