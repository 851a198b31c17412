package dev.inferlab.openvino;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** How large the files of a model are. */
final class ModelFiles {

  /** As deep as models that are folders go. */
  private static final int DEPTH = 3;

  private ModelFiles() {}

  /**
   * An upper bound of the size of a model's constants: all files that bear its name; of a model
   * that is a folder, all in it; of an ONNX file, all beside it, since it names those that hold its
   * constants as it likes (in folders below, too: these are not counted). 0 if unknown.
   */
  static long sizeOf(Path model, Path weights) {
    if (model.getFileName() == null) { // the root of all files, which is no model
      return 0;
    }
    try {
      long size = weights == null ? 0 : Files.size(weights);
      if (Files.isDirectory(model)) {
        try (Stream<Path> files = Files.walk(model, DEPTH)) {
          return size
              + files.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
        }
      }
      // "net." and not "net", which "net2.bin" begins with too.
      String own = model.getFileName().toString();
      String stem = own.replaceAll("\\.[^.]*$", "") + ".";
      boolean anyName = own.toLowerCase(Locale.ROOT).endsWith(".onnx");
      Path folder = model.toAbsolutePath().getParent();
      try (Stream<Path> files = Files.list(folder)) {
        return size
            + files
                .map(f -> f.toFile())
                .filter(f -> anyName ? f.isFile() : isOf(own, stem, f.getName()))
                .mapToLong(f -> f.length())
                .sum();
      }
    } catch (IOException | UncheckedIOException e) { // unreadable, or going away meanwhile
      return 0;
    }
  }

  private static boolean isOf(String own, String stem, String file) {
    return file.equals(own) || file.startsWith(stem);
  }
}
