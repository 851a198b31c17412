package dev.inferlab.vision.image;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Turns encoded images into the elements of a model's input. Immutable; may be used by several
 * threads.
 */
public final class ImageTensor {
  private final Preprocessing preprocessing;
  private final ImageDecoder decoder;
  private final float[] mean;
  private final float[] inverseScale;

  public ImageTensor(Preprocessing preprocessing, ImageDecoder decoder) {
    this.preprocessing = preprocessing;
    this.decoder = decoder;
    int channels = preprocessing.colour().channels();
    this.mean = new float[channels];
    this.inverseScale = new float[channels];
    for (int c = 0; c < channels; c++) {
      mean[c] = preprocessing.mean().get(c).floatValue();
      inverseScale[c] = (float) (1 / preprocessing.scale().get(c));
    }
  }

  /**
   * Writes one image.
   *
   * @param target of {@link Preprocessing#bytes()}
   */
  public void write(byte[] image, MemorySegment target) throws ImageException {
    if (target.byteSize() != preprocessing.bytes()) {
      throw new IllegalArgumentException(
          "An image of %d bytes does not fit into %d."
              .formatted(preprocessing.bytes(), target.byteSize()));
    }
    int channels = preprocessing.colour().channels();
    byte[] pixels = decoder.decode(image, preprocessing);
    int area = preprocessing.width() * preprocessing.height();
    for (int c = 0; c < channels; c++) {
      int source = preprocessing.colour() == Colour.RGB ? 2 - c : c; // the decoder gives BGR
      for (int i = 0; i < area; i++) {
        float value = ((pixels[i * channels + source] & 0xff) - mean[c]) * inverseScale[c];
        put(target, preprocessing.planar() ? c * area + i : i * channels + c, value);
      }
    }
  }

  private void put(MemorySegment target, long index, float value) {
    switch (preprocessing.type()) {
      case U8 ->
          target.set(ValueLayout.JAVA_BYTE, index, (byte) Math.clamp(Math.round(value), 0, 255));
      case F16 ->
          target.set(ValueLayout.JAVA_SHORT_UNALIGNED, index * 2, Float.floatToFloat16(value));
      case F32 -> target.set(ValueLayout.JAVA_FLOAT_UNALIGNED, index * 4, value);
    }
  }
}
