package dev.inferlab.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The checkout that these tests look at. */
public final class Repository {
  private static final Set<String> NOT_OURS =
      Set.of("target", ".git", ".inferlab", ".idea", "node_modules");

  private Repository() {}

  public static Path root() {
    Path folder = Path.of(System.getProperty("inferlab.root", "..")).toAbsolutePath().normalize();
    if (!Files.isDirectory(folder.resolve("deploy"))) {
      throw new IllegalStateException("Run these tests by Maven from the repository");
    }
    return folder;
  }

  public static Path deploy() {
    return root().resolve("deploy");
  }

  public static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Source files, without what builds and runs leave behind. */
  public static List<Path> files(String suffix) {
    try (Stream<Path> all = Files.walk(root())) {
      return all.filter(path -> path.toString().endsWith(suffix))
          .filter(Files::isRegularFile)
          .filter(Repository::ours)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean ours(Path path) {
    for (Path part : root().relativize(path)) {
      if (NOT_OURS.contains(part.toString())) {
        return false;
      }
    }
    return true;
  }
}
