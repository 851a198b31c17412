package dev.inferlab.benchmarks.models;

/**
 * How far outputs are from a reference.
 *
 * @param worst largest difference, relative to the reference where that is above 1, else absolute;
 *     infinite if shapes or detections differ
 * @param equalBits all outputs have the very bytes of the reference
 * @param where output and index of the worst value, for people
 */
public record Deviation(double worst, boolean equalBits, String where) {
  public static final double TOLERANCE = 1e-4;

  public boolean agrees() {
    return worst <= TOLERANCE;
  }
}
