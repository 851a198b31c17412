package dev.inferlab.vision.image;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * What an image's first bytes say, read without decoding it: an image of a few bytes can claim a
 * billion pixels, and a decoder would make room for them.
 *
 * @param format "PNG", "JPEG", "BMP", "WEBP" or "PNM"
 */
public record ImageHeader(String format, int width, int height) {

  /**
   * @throws ImageException if it is none of the formats, or cut
   */
  public static ImageHeader read(byte[] image) throws ImageException {
    try {
      return read(ByteBuffer.wrap(image));
    } catch (IndexOutOfBoundsException | BufferUnderflowException e) {
      throw new ImageException("The image is cut off in its header.", e);
    }
  }

  private static ImageHeader read(ByteBuffer in) throws ImageException {
    if (in.remaining() >= 4) {
      int magic = in.getInt(0);
      if (magic == 0x89504e47) {
        return new ImageHeader("PNG", in.getInt(16), in.getInt(20)).checked();
      }
      if (magic >>> 8 == 0xffd8ff) {
        return jpeg(in).checked();
      }
      if (magic >>> 16 == 0x424d) {
        return bmp(in.order(ByteOrder.LITTLE_ENDIAN)).checked();
      }
      if (magic == 0x52494646 && in.getInt(8) == 0x57454250) {
        return webp(in.order(ByteOrder.LITTLE_ENDIAN)).checked();
      }
      if (magic >>> 24 == 'P' && (magic >>> 16 & 0xff) >= '1' && (magic >>> 16 & 0xff) <= '6') {
        return pnm(in).checked();
      }
    }
    throw new ImageException("The image is none of PNG, JPEG, BMP, WebP, PGM or PPM.");
  }

  private ImageHeader checked() throws ImageException {
    if (width <= 0 || height <= 0) {
      throw new ImageException(
          "The image says that it is %d x %d pixels large.".formatted(width, height));
    }
    return this;
  }

  private static ImageHeader jpeg(ByteBuffer in) throws ImageException {
    int at = 2;
    while (true) {
      if ((in.get(at) & 0xff) != 0xff) {
        throw new ImageException("The JPEG image is damaged in its header.");
      }
      int marker = in.get(at + 1) & 0xff;
      boolean frame =
          marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
      if (frame) {
        return new ImageHeader("JPEG", in.getShort(at + 7) & 0xffff, in.getShort(at + 5) & 0xffff);
      }
      boolean alone = marker == 0xff || marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8);
      at += marker == 0xff ? 1 : alone ? 2 : 2 + (in.getShort(at + 2) & 0xffff);
    }
  }

  private static ImageHeader bmp(ByteBuffer in) {
    return in.getInt(14) == 12
        ? new ImageHeader("BMP", in.getShort(18) & 0xffff, in.getShort(20) & 0xffff)
        : new ImageHeader("BMP", in.getInt(18), Math.abs(in.getInt(22)));
  }

  private static ImageHeader webp(ByteBuffer in) throws ImageException {
    String chunk = StandardCharsets.ISO_8859_1.decode(in.slice(12, 4)).toString();
    return switch (chunk) {
      case "VP8 " -> new ImageHeader("WEBP", in.getShort(26) & 0x3fff, in.getShort(28) & 0x3fff);
      case "VP8L" -> {
        int bits = in.getInt(21);
        yield new ImageHeader("WEBP", (bits & 0x3fff) + 1, (bits >>> 14 & 0x3fff) + 1);
      }
      case "VP8X" ->
          new ImageHeader("WEBP", (in.getInt(24) & 0xffffff) + 1, (in.getInt(26) >>> 8) + 1);
      default -> throw new ImageException("The WebP image is of an unknown kind.");
    };
  }

  private static ImageHeader pnm(ByteBuffer in) throws ImageException {
    in.position(2);
    return new ImageHeader("PNM", number(in), number(in));
  }

  private static int number(ByteBuffer in) throws ImageException {
    int value = 0;
    int digits = 0;
    while (true) {
      char c = (char) (in.get() & 0xff);
      if (c == '#' && digits == 0) {
        while (in.get() != '\n') {
          // a comment to the line's end
        }
      } else if (c >= '0' && c <= '9' && digits < 9) {
        value = value * 10 + (c - '0');
        digits++;
      } else if (digits > 0) {
        return value;
      } else if (c > ' ') {
        throw new ImageException("The PNM image is damaged in its header.");
      }
    }
  }
}
