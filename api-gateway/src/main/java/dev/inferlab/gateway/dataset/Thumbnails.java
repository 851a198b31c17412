package dev.inferlab.gateway.dataset;

import dev.inferlab.gateway.artifact.ArtifactContent;
import dev.inferlab.platform.artifact.Digest;
import dev.inferlab.platform.problem.Location;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.concurrent.Semaphore;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Small JPEGs of images. Decoding skips pixels while it reads, so that what is in memory is near
 * the thumbnail's size; few are made at once.
 */
@ApplicationScoped
class Thumbnails {
  static final int SMALLEST = 16;
  static final int LARGEST = 1024;
  private static final int AT_ONCE = 2;

  private final ArtifactContent artifacts;
  private final Semaphore slots = new Semaphore(AT_ONCE);

  Thumbnails(ArtifactContent artifacts) {
    this.artifacts = artifacts;
    ImageIO.setUseCache(false);
  }

  byte[] make(Digest zip, DatasetImage image, int width) throws IOException {
    slots.acquireUninterruptibly();
    try (InputStream bytes = new Bounded(artifacts.open(zip, image.dataOffset), image.sizeBytes)) {
      return jpeg(scaled(decode(bytes, image, width), image, width));
    } catch (RuntimeException e) {
      // Java's decoders throw all kinds of things at broken images.
      throw e instanceof ProblemException ? e : undecodable(image);
    } finally {
      slots.release();
    }
  }

  private static BufferedImage decode(InputStream bytes, DatasetImage image, int width)
      throws IOException {
    try (ImageInputStream in = new MemoryCacheImageInputStream(bytes)) {
      Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(image.format);
      if (!readers.hasNext()) {
        throw undecodable(image);
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        if (reader.getWidth(0) != image.width || reader.getHeight(0) != image.height) {
          throw undecodable(image);
        }
        ImageReadParam param = reader.getDefaultReadParam();
        int step = Math.max(1, image.width / (2 * width));
        param.setSourceSubsampling(step, Math.min(step, image.height), 0, 0);
        return reader.read(0, param);
      } catch (IOException e) {
        throw undecodable(image);
      } finally {
        reader.dispose();
      }
    }
  }

  private static BufferedImage scaled(BufferedImage source, DatasetImage image, int width) {
    int target = Math.min(width, image.width);
    int height = (int) Math.clamp((long) image.height * target / image.width, 1, LARGEST * 4L);
    BufferedImage small = new BufferedImage(target, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = small.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(source, 0, 0, target, height, null);
    graphics.dispose();
    return small;
  }

  private static byte[] jpeg(BufferedImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "jpg", bytes);
    return bytes.toByteArray();
  }

  private static ProblemException undecodable(DatasetImage image) {
    return new ProblemException(
        ProblemCode.DATASET_IMAGE_INVALID,
        "The image cannot be decoded here; its bytes can be had without 'width'.",
        Location.ofFile(image.name));
  }
}
