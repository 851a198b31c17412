package dev.inferlab.modelir.tensor;

/** What may be the number of an image's channels. */
public final class ImageChannels {
  public static final int GREY = 1;

  /** The only number of channels that RGB and BGR have, so that their order can be reversed. */
  public static final int COLOUR = 3;

  private ImageChannels() {}

  /** True for 1 and 3; false for -1, a dynamic dimension. */
  public static boolean fits(long length) {
    return length == GREY || length == COLOUR;
  }
}
