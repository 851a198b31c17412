package dev.inferlab.vision.image;

import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_GRAYSCALE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Decodes and resizes images by OpenCV, on the calling thread alone. Orientation marks of cameras
 * (EXIF) are obeyed, deeper channels are brought to 8 bits, transparency is dropped. Images are
 * hostile: size is bounded before decoding.
 */
public final class ImageDecoder {
  private static final long LARGEST_BYTES = 256L << 20;

  static {
    opencv_core.setNumThreads(1);
  }

  private final long largestPixels;

  /**
   * @param largestPixels width × height above which an image is refused
   */
  public ImageDecoder(long largestPixels) {
    this.largestPixels = largestPixels;
  }

  /**
   * The image's pixels in the size that is wanted, three bytes a pixel in BGR order or one for
   * GRAY, row by row.
   *
   * @param wanted its size, whether gray, and how it gets its size; mean and scale are not applied
   * @throws ImageException if it is no image, too large, or damaged
   */
  public byte[] decode(byte[] image, Preprocessing wanted) throws ImageException {
    boolean gray = wanted.colour() == Colour.GRAY;
    ImageHeader header = ImageHeader.read(image);
    long pixels = (long) header.width() * header.height();
    if (pixels > largestPixels || image.length > LARGEST_BYTES) {
      throw new ImageException(
          "The image is %d x %d pixels large; at most %d million are taken."
              .formatted(header.width(), header.height(), largestPixels / 1_000_000));
    }
    try (BytePointer bytes = new BytePointer(image);
        Mat encoded = new Mat(1, image.length, CV_8UC1, bytes);
        Mat decoded = imdecode(encoded, gray ? IMREAD_GRAYSCALE : IMREAD_COLOR)) {
      if (decoded == null || decoded.empty()) {
        throw new ImageException("The " + header.format() + " image is damaged.");
      }
      Framing framing = Framing.of(decoded.cols(), decoded.rows(), wanted);
      requireSane(framing, header);
      byte[] scaled = resized(decoded, framing.scaledWidth(), framing.scaledHeight(), gray);
      return framing.apply(scaled, wanted, gray ? 1 : 3);
    } catch (RuntimeException e) {
      throw new ImageException("The " + header.format() + " image is damaged.", e);
    }
  }

  /** A crop of a sliver would blow it up beyond all bounds. */
  private void requireSane(Framing framing, ImageHeader header) throws ImageException {
    if ((long) framing.scaledWidth() * framing.scaledHeight() > largestPixels) {
      throw new ImageException(
          "The image of %d x %d pixels is too narrow to be cropped."
              .formatted(header.width(), header.height()));
    }
  }

  private static byte[] resized(Mat decoded, int width, int height, boolean gray) {
    byte[] result = new byte[width * height * (gray ? 1 : 3)];
    if (decoded.cols() == width && decoded.rows() == height && decoded.isContinuous()) {
      read(decoded, result);
      return result;
    }
    try (Mat resized = new Mat(height, width, gray ? CV_8UC1 : CV_8UC3);
        Size size = new Size(width, height)) {
      resize(decoded, resized, size, 0, 0, INTER_LINEAR);
      read(resized, result);
      return result;
    }
  }

  private static void read(Mat mat, byte[] result) {
    if (mat.depth() != CV_8U) {
      throw new IllegalStateException("OpenCV gave other than 8 bits a channel.");
    }
    mat.data().get(result);
  }
}
