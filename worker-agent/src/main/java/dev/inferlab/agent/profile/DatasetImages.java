package dev.inferlab.agent.profile;

import dev.inferlab.agent.failure.Failure;
import dev.inferlab.agent.failure.JobFailedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The images of a dataset's archive, in the order of their names. Sizes are bounded: the archive is
 * a user's.
 */
final class DatasetImages implements AutoCloseable {
  private static final int LARGEST_IMAGE_BYTES = 64 << 20;
  private static final List<String> SUFFIXES =
      List.of(".jpg", ".jpeg", ".png", ".bmp", ".webp", ".ppm", ".pgm", ".pnm");

  private final ZipFile zip;
  private final List<ZipEntry> images = new ArrayList<>();

  DatasetImages(Path archive) throws JobFailedException {
    try {
      zip = new ZipFile(archive.toFile());
    } catch (IOException e) {
      throw Failure.DATASET_IMAGE_INVALID.exception("The dataset's archive is damaged.", e);
    }
    zip.stream()
        .filter(entry -> !entry.isDirectory() && isImage(entry.getName()))
        .sorted(Comparator.comparing(ZipEntry::getName))
        .forEach(images::add);
  }

  private static boolean isImage(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return SUFFIXES.stream().anyMatch(lower::endsWith);
  }

  int count() {
    return images.size();
  }

  String name(int index) {
    return images.get(index).getName();
  }

  byte[] read(int index) throws JobFailedException {
    ZipEntry entry = images.get(index);
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readNBytes(LARGEST_IMAGE_BYTES + 1);
      if (bytes.length > LARGEST_IMAGE_BYTES) {
        throw Failure.DATASET_IMAGE_INVALID.exception(
            "The image '%s' is larger than %d MiB."
                .formatted(entry.getName(), LARGEST_IMAGE_BYTES >> 20));
      }
      return bytes;
    } catch (IOException e) {
      throw Failure.DATASET_IMAGE_INVALID.exception(
          "The image '%s' cannot be read from the dataset's archive.".formatted(entry.getName()),
          e);
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
