package dev.inferlab.modelir.tensor;

/**
 * Which numbers can be a mean and a scale: networks compute {@code (value - mean) / scale} in
 * 32-bit floats, and divide by multiplying with the reciprocal.
 */
public final class Normalisation {
  /** What a scale must be, for people. */
  public static final String SCALE_RULE =
      "must not have a 0 in it, nor a number that is 0 or infinite in 32 bits or whose reciprocal is: values are divided by it";

  /** What a mean must be, for people. */
  public static final String MEAN_RULE = "has a number that is infinite in 32 bits";

  private Normalisation() {}

  public static boolean isMean(double value) {
    return Float.isFinite((float) value);
  }

  /** False for 0, and for what is so small or so large that nothing finite comes of it. */
  public static boolean isScale(double value) {
    float scale = (float) value;
    return Float.isFinite(scale) && Float.isFinite(1 / scale);
  }
}
