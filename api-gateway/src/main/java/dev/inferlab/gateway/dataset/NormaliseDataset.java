package dev.inferlab.gateway.dataset;

import dev.inferlab.gateway.archive.EntryName;
import dev.inferlab.gateway.dataset.image.ImageFormat;
import dev.inferlab.gateway.dataset.image.ImageHeader;
import dev.inferlab.gateway.dataset.image.ImageHeaderReader;
import dev.inferlab.gateway.dataset.image.UnreadableImageException;
import dev.inferlab.gateway.staging.ReceivedFile;
import dev.inferlab.gateway.staging.StagedFile;
import dev.inferlab.gateway.staging.Staging;
import dev.inferlab.gateway.staging.Unpacking;
import dev.inferlab.platform.problem.Location;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Makes one plain zip file of whatever images came, alone or in archives. Of each image the header
 * is read, and its end looked for; nothing is decoded.
 */
@ApplicationScoped
class NormaliseDataset {
  private static final int SHOWN_IGNORED = 20;

  private final Unpacking unpacking;
  private final int maxSide;
  private final long maxPixels;

  NormaliseDataset(
      Unpacking unpacking,
      @ConfigProperty(name = "inferlab.datasets.max-image-side", defaultValue = "16384")
          int maxSide,
      @ConfigProperty(name = "inferlab.datasets.max-image-pixels", defaultValue = "50000000")
          long maxPixels) {
    this.unpacking = unpacking;
    this.maxSide = maxSide;
    this.maxPixels = maxPixels;
  }

  /** An image and its place in the zip file. */
  record Image(StoredZip.Entry entry, ImageHeader header) {}

  /** What was made of the upload. */
  record Normalised(StagedFile zip, List<Image> images, List<String> ignored, int ignoredCount) {}

  Normalised normalise(List<ReceivedFile> received, Staging staging) throws IOException {
    Path file = staging.newFile();
    List<Image> images = new ArrayList<>();
    List<String> ignored = new ArrayList<>();
    int[] ignoredCount = {0};
    try (StoredZip zip = new StoredZip(file)) {
      unpacking.unpack(
          received,
          Unpacking.Archives.BY_CONTENT,
          (name, content) -> {
            StoredZip.Entry entry = zip.add(name, content);
            ImageHeader header = header(zip, entry);
            if (header == null) {
              zip.drop(entry);
              ignoredCount[0]++;
              if (ignored.size() < SHOWN_IGNORED) {
                ignored.add(EntryName.shown(name));
              }
            } else {
              images.add(new Image(entry, header));
            }
          });
      zip.finish();
    }
    if (images.isEmpty()) {
      throw new ProblemException(
          ProblemCode.DATASET_EMPTY, "No JPEG, PNG or BMP image was found in the upload.");
    }
    return new Normalised(staging.adopt("dataset.zip", file), images, ignored, ignoredCount[0]);
  }

  /** Null for a file that does not claim to be an image and is none. */
  private ImageHeader header(StoredZip zip, StoredZip.Entry entry) throws IOException {
    try (InputStream bytes = new BufferedInputStream(zip.read(entry))) {
      ImageHeader header = ImageHeaderReader.read(bytes);
      if (header.width() > maxSide || header.height() > maxSide || header.pixels() > maxPixels) {
        throw refusal(
            entry,
            "The image has %d × %d pixels; at most %d a side and %,d in all are taken."
                .formatted(header.width(), header.height(), maxSide, maxPixels));
      }
      return header;
    } catch (UnreadableImageException e) {
      if (ImageFormat.isImageName(entry.name())) {
        throw refusal(entry, e.getMessage());
      }
      return null;
    }
  }

  private static ProblemException refusal(StoredZip.Entry entry, String reason) {
    return new ProblemException(
        ProblemCode.DATASET_IMAGE_INVALID, reason, Location.ofFile(EntryName.shown(entry.name())));
  }
}
