package dev.inferlab.vision.image;

/** The element types of model inputs that an image can become. */
public enum PixelType {
  U8(1),
  F16(2),
  F32(4);

  private final int bytes;

  PixelType(int bytes) {
    this.bytes = bytes;
  }

  /** Of one element. */
  public int bytes() {
    return bytes;
  }
}
