package dev.inferlab.gateway.dataset.image;

/** What an image's header says; nothing was decoded. Sizes in pixels. */
public record ImageHeader(ImageFormat format, int width, int height) {
  public long pixels() {
    return (long) width * height;
  }
}
