package dev.inferlab.vision.image;

/** What happens to an image whose proportions are not the input's. */
public enum ResizeRule {
  /** Each side by itself to the input's. */
  STRETCH,
  /** The side that is shorter beside the input's to 8/7 of it, then the middle is cut out. */
  CROP,
  /** The whole image in the middle, with borders. */
  LETTERBOX
}
