package dev.inferlab.openvino;

/** How many streams a device works in: groups of threads that each run one inference at a time. */
public record Streams(String value) {

  /** The device chooses. */
  public static final Streams AUTO = new Streams("AUTO");

  /** As many as there are NUMA nodes. */
  public static final Streams NUMA = new Streams("NUMA");

  public static Streams of(int count) {
    if (count < 0) {
      throw new IllegalArgumentException("A number of streams cannot be negative: " + count);
    }
    return new Streams(Integer.toString(count));
  }

  /**
   * @throws NumberFormatException for {@link #AUTO} and {@link #NUMA}, which a compiled model
   *     reports as a number
   */
  public int count() {
    return Integer.parseInt(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
