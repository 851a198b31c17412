package dev.inferlab.gateway.dataset.image;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;

/**
 * Reads format and size of an image, and sees that its file goes on to its end: by the end marker,
 * or where there is none by the length that the header asks for. Nothing is decoded: a decoder
 * would have to be trusted with the whole file.
 */
public final class ImageHeaderReader {
  /**
   * A JPEG may carry a preview and colour profile before its size; no more than this is skipped.
   */
  private static final int MOST_JPEG_SEGMENTS = 2_000;

  private static final long PNG_MAGIC = 0x89504e470d0a1a0aL;
  private static final int PNG_END = 0x49454e44; // IEND
  private static final int JPEG_END = 0xd9;

  private static final int BMP_PLAIN = 0;
  private static final int BMP_MASKS = 3;

  /** From the beginning to behind the number of bits a pixel and the compression. */
  private static final int BMP_READ = 34;

  private ImageHeaderReader() {}

  /**
   * @throws UnreadableImageException when it is no JPEG, PNG or BMP image, or a broken one
   * @throws IOException when the stream fails
   */
  public static ImageHeader read(InputStream stream) throws IOException, UnreadableImageException {
    DataInputStream in = new DataInputStream(stream);
    try {
      int magic = in.readUnsignedShort();
      return switch (magic) {
        case 0xffd8 -> jpeg(in);
        case 0x8950 -> png(in);
        case 0x424d -> bmp(in);
        default ->
            throw new UnreadableImageException(
                "The file is not a JPEG, PNG or BMP image. Convert it, or leave it out.");
      };
    } catch (EOFException e) {
      throw new UnreadableImageException("The image is cut short. Upload it again.");
    }
  }

  private static ImageHeader jpeg(DataInputStream in) throws IOException, UnreadableImageException {
    for (int i = 0; i < MOST_JPEG_SEGMENTS; i++) {
      int marker = marker(in);
      if (marker == 0xd9 || marker == 0xda) {
        break;
      }
      if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
        continue;
      }
      int length = in.readUnsignedShort();
      if (length < 2) {
        throw damaged();
      }
      if (isFrame(marker)) {
        in.readUnsignedByte();
        int height = in.readUnsignedShort();
        int width = in.readUnsignedShort();
        ImageHeader header = header(ImageFormat.JPEG, width, height);
        findJpegEnd(in);
        return header;
      }
      in.skipNBytes(length - 2);
    }
    throw damaged();
  }

  /**
   * In an image's data, 0xff is followed by 0 or a marker. The end must be marked, although some
   * programs take images without: the agents' decoder does not, and experiments would fail. What
   * stands behind it is no concern: cameras put more pictures there.
   */
  private static void findJpegEnd(DataInputStream in) throws IOException {
    byte[] buffer = new byte[1 << 16];
    int last = 0;
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      for (int i = 0; i < count; i++) {
        int next = buffer[i] & 0xff;
        if (last == 0xff && next == JPEG_END) {
          return;
        }
        last = next;
      }
    }
    throw new EOFException();
  }

  private static int marker(DataInputStream in) throws IOException, UnreadableImageException {
    if (in.readUnsignedByte() != 0xff) {
      throw damaged();
    }
    int marker = in.readUnsignedByte();
    for (int fill = 0; marker == 0xff; fill++) {
      if (fill > 64) {
        throw damaged();
      }
      marker = in.readUnsignedByte();
    }
    return marker;
  }

  /** Start-of-frame markers; c4, c8 and cc mean other things. */
  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static ImageHeader png(DataInputStream in) throws IOException, UnreadableImageException {
    byte[] rest = in.readNBytes(6);
    for (int i = 0; i < 6; i++) {
      if (rest.length < 6 || (rest[i] & 0xff) != (PNG_MAGIC >>> (8 * (5 - i)) & 0xff)) {
        throw damaged();
      }
    }
    int length = in.readInt();
    byte[] chunk = in.readNBytes(4 + 13);
    if (length != 13
        || chunk.length < 17
        || !new String(chunk, 0, 4, java.nio.charset.StandardCharsets.US_ASCII).equals("IHDR")) {
      throw damaged();
    }
    CRC32 crc = new CRC32();
    crc.update(chunk);
    if (in.readInt() != (int) crc.getValue()) {
      throw damaged();
    }
    ImageHeader header = header(ImageFormat.PNG, bigEndian(chunk, 4), bigEndian(chunk, 8));
    findPngEnd(in);
    return header;
  }

  private static void findPngEnd(DataInputStream in) throws IOException, UnreadableImageException {
    int type;
    do {
      int length = in.readInt();
      type = in.readInt();
      if (length < 0) {
        throw new UnreadableImageException("The image is damaged. Upload it again.");
      }
      in.skipNBytes(length + 4L); // and its CRC
    } while (type != PNG_END);
  }

  private static ImageHeader bmp(DataInputStream in) throws IOException, UnreadableImageException {
    in.skipNBytes(8); // length of the file, which is often wrong, and nothing
    long begin = Integer.toUnsignedLong(Integer.reverseBytes(in.readInt()));
    int size = Integer.reverseBytes(in.readInt());
    if (size < 40 || size > 124) {
      throw new UnreadableImageException(
          "The BMP image has a header of an old or unknown kind. Convert it to PNG.");
    }
    int width = Integer.reverseBytes(in.readInt());
    int height = Integer.reverseBytes(in.readInt());
    in.skipNBytes(2);
    int bits = Short.toUnsignedInt(Short.reverseBytes(in.readShort()));
    int compression = Integer.reverseBytes(in.readInt());
    // A negative height means that rows go from top to bottom.
    ImageHeader header =
        header(ImageFormat.BMP, width, height == Integer.MIN_VALUE ? 0 : Math.abs(height));
    if (compression == BMP_PLAIN || compression == BMP_MASKS) {
      long row = ((long) width * bits + 31) / 32 * 4;
      in.skipNBytes(Math.max(0, begin + row * header.height() - BMP_READ));
    }
    return header;
  }

  private static int bigEndian(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | (bytes[at + 3] & 0xff);
  }

  private static ImageHeader header(ImageFormat format, int width, int height)
      throws UnreadableImageException {
    if (width <= 0 || height <= 0) {
      throw new UnreadableImageException("The image's header names an empty or impossible size.");
    }
    return new ImageHeader(format, width, height);
  }

  private static UnreadableImageException damaged() {
    return new UnreadableImageException("The image's header is damaged. Upload it again.");
  }
}
