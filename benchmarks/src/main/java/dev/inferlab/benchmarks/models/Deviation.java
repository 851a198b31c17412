package dev.inferlab.benchmarks.models;

/**
 * How far outputs are from a reference, in the values that it has kept.
 *
 * @param worst largest difference, relative to the largest magnitude in the reference's output;
 *     infinite if shapes or detections differ, if another value is the largest, or if one is no
 *     number
 * @param equalBits all outputs have the very bytes of the reference
 * @param where output and index of the worst value, for people
 */
public record Deviation(double worst, boolean equalBits, String where) {
  public static final double TOLERANCE = 1e-4;

  public boolean agrees() {
    return worst <= TOLERANCE;
  }
}
