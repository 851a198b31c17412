package dev.inferlab.openvino;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** How large the files of a model are. */
final class ModelFiles {

  private ModelFiles() {}

  /**
   * An upper bound of the size of a model's constants: all files that bear its name, or all in its
   * folder. 0 if unknown.
   */
  static long sizeOf(Path model, Path weights) {
    try {
      long size = weights == null ? 0 : Files.size(weights);
      if (Files.isDirectory(model)) {
        try (Stream<Path> files = Files.walk(model)) {
          return size
              + files.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
        }
      }
      String stem = model.getFileName().toString().replaceAll("\\.[^.]*$", "");
      Path folder = model.toAbsolutePath().getParent();
      try (Stream<Path> files = Files.list(folder)) {
        return size
            + files
                .filter(f -> f.getFileName().toString().startsWith(stem))
                .mapToLong(f -> f.toFile().length())
                .sum();
      }
    } catch (IOException | UncheckedIOException e) { // unreadable, or going away meanwhile
      return 0;
    }
  }
}
