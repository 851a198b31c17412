package dev.inferlab.vision.image;

import java.util.Arrays;

/**
 * How large an image is made, and where it then lies in the model's input. Halves are rounded to
 * the even number, as the Python programs do in which networks are trained: torchvision's {@code
 * Resize} and {@code CenterCrop}, the letterbox of YOLO.
 *
 * @param left column of the input at which the image begins; negative when it is cropped
 * @param top row of the input at which the image begins; negative when it is cropped
 */
record Framing(int scaledWidth, int scaledHeight, int left, int top) {

  static Framing of(int imageWidth, int imageHeight, Preprocessing wanted) {
    int width = wanted.width();
    int height = wanted.height();
    return switch (wanted.resize()) {
      case STRETCH -> new Framing(width, height, 0, 0);
      case CROP -> crop(imageWidth, imageHeight, width, height);
      case LETTERBOX -> letterbox(imageWidth, imageHeight, width, height);
    };
  }

  private static Framing crop(int imageWidth, int imageHeight, int width, int height) {
    int scaledWidth;
    int scaledHeight;
    if ((long) imageWidth * height <= (long) imageHeight * width) {
      scaledWidth = (int) Math.rint(width * 8 / 7.0);
      scaledHeight = (int) ((double) scaledWidth * imageHeight / imageWidth);
    } else {
      scaledHeight = (int) Math.rint(height * 8 / 7.0);
      scaledWidth = (int) ((double) scaledHeight * imageWidth / imageHeight);
    }
    return new Framing(
        scaledWidth,
        scaledHeight,
        (int) -Math.rint((scaledWidth - width) / 2.0),
        (int) -Math.rint((scaledHeight - height) / 2.0));
  }

  private static Framing letterbox(int imageWidth, int imageHeight, int width, int height) {
    double ratio = Math.min((double) height / imageHeight, (double) width / imageWidth);
    int scaledWidth = Math.clamp(Math.round(Math.rint(imageWidth * ratio)), 1, width);
    int scaledHeight = Math.clamp(Math.round(Math.rint(imageHeight * ratio)), 1, height);
    return new Framing(
        scaledWidth, scaledHeight, (width - scaledWidth) / 2, (height - scaledHeight) / 2);
  }

  /**
   * Lays scaled pixels into a picture of the input's size.
   *
   * @param channels bytes a pixel
   */
  byte[] apply(byte[] scaled, Preprocessing wanted, int channels) {
    int width = wanted.width();
    int height = wanted.height();
    if (scaledWidth == width && scaledHeight == height) {
      return scaled;
    }
    byte[] framed = new byte[width * height * channels];
    if (wanted.resize() == ResizeRule.LETTERBOX) {
      Arrays.fill(framed, (byte) Math.rint(wanted.padValue()));
    }
    int skippedColumns = Math.max(0, -left);
    int skippedRows = Math.max(0, -top);
    int columns = Math.min(width - Math.max(0, left), scaledWidth - skippedColumns);
    int rows = Math.min(height - Math.max(0, top), scaledHeight - skippedRows);
    for (int row = 0; row < rows; row++) {
      System.arraycopy(
          scaled,
          ((row + skippedRows) * scaledWidth + skippedColumns) * channels,
          framed,
          ((row + Math.max(0, top)) * width + Math.max(0, left)) * channels,
          columns * channels);
    }
    return framed;
  }
}
