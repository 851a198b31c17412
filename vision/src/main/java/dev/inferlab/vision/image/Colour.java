package dev.inferlab.vision.image;

/** Which channels a model takes, in which order. */
public enum Colour {
  RGB(3),
  BGR(3),
  GRAY(1);

  private final int channels;

  Colour(int channels) {
    this.channels = channels;
  }

  public int channels() {
    return channels;
  }
}
