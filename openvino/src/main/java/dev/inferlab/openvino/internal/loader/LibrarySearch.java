package dev.inferlab.openvino.internal.loader;

import dev.inferlab.openvino.NativeLibraryException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the C library is looked for. What the user names (property, environment) is taken or
 * refused, never passed over; what merely lies on the machine is passed over when its file name
 * tells of a release that does not fit.
 */
public final class LibrarySearch {

  public static final String PROPERTY = "inferlab.openvino.libs";
  public static final String VARIABLE = "INFERLAB_OPENVINO_LIBS";

  private static final Pattern FILE_NAME =
      Pattern.compile(
          "(?:lib)?openvino_c(?:\\.so|\\.dylib|\\.dll|\\.\\d+\\.dylib)(?:\\.(\\d[\\d.]*))?");
  private static final List<String> ARCHIVE_FOLDERS =
      List.of(
          "runtime/lib/intel64",
          "runtime/lib/aarch64",
          "runtime/lib/arm64/Release",
          "runtime/bin/intel64/Release");

  private final Properties properties;
  private final Map<String, String> environment;
  private final Path root;

  LibrarySearch(Properties properties, Map<String, String> environment, Path root) {
    this.properties = properties;
    this.environment = environment;
    this.root = root;
  }

  static LibrarySearch ofThisMachine() {
    return new LibrarySearch(System.getProperties(), System.getenv(), Path.of("/"));
  }

  /** The C library's file, with links followed. */
  Path find() {
    Optional<Path> named = named();
    if (named.isPresent()) {
      return named.get();
    }
    List<Path> searched = new ArrayList<>(installedFolders());
    searched.add(cacheFolder());
    for (Path folder : searched) {
      Optional<Path> file = libraryIn(folder).filter(LibrarySearch::mayFit);
      if (file.isPresent()) {
        return file.get();
      }
    }
    throw new NativeLibraryException(
        "The OpenVINO runtime %s was not found. Remedy: 'tools/fetch runtime' or 'pip install openvino==%s'; or name the folder of libopenvino_c by -D%s=FOLDER or %s=FOLDER. Searched: %s."
            .formatted(
                NativeLibrary.SUPPORTED_RELEASE,
                NativeLibrary.SUPPORTED_RELEASE,
                PROPERTY,
                VARIABLE,
                searched));
  }

  private Optional<Path> named() {
    String property = properties.getProperty(PROPERTY);
    if (property != null && !property.isBlank()) {
      return Optional.of(required(List.of(Path.of(property)), "the system property " + PROPERTY));
    }
    String variable = environment.get(VARIABLE);
    if (variable != null && !variable.isBlank()) {
      return Optional.of(required(List.of(Path.of(variable)), "the variable " + VARIABLE));
    }
    String archive = environment.get("INTEL_OPENVINO_DIR");
    if (archive != null && !archive.isBlank()) {
      List<Path> folders = ARCHIVE_FOLDERS.stream().map(Path.of(archive)::resolve).toList();
      return Optional.of(required(folders, "the variable INTEL_OPENVINO_DIR"));
    }
    return Optional.empty();
  }

  private static Path required(List<Path> places, String saidBy) {
    for (Path place : places) {
      Optional<Path> file = Files.isRegularFile(place) ? real(place) : libraryIn(place);
      if (file.isPresent()) {
        return file.get();
      }
    }
    throw new NativeLibraryException(
        "There is no libopenvino_c in %s, which %s names. Remedy: name the folder that holds it, or remove the setting."
            .formatted(places.size() == 1 ? places.getFirst() : places, saidBy));
  }

  /** Python packages, of the active environment first, then Debian's and Intel's own places. */
  private List<Path> installedFolders() {
    List<Path> folders = new ArrayList<>();
    for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
      String prefix = environment.get(variable);
      if (prefix != null && !prefix.isBlank()) {
        folders.addAll(pythonPackages(Path.of(prefix, "lib")));
      }
    }
    String home = properties.getProperty("user.home", "");
    folders.addAll(pythonPackages(Path.of(home, ".local", "lib")));
    folders.addAll(pythonPackages(root.resolve("usr/local/lib")));
    folders.add(root.resolve("usr/lib/python3/dist-packages/openvino/libs"));
    folders.add(root.resolve("usr/lib/x86_64-linux-gnu"));
    folders.add(root.resolve("usr/lib/aarch64-linux-gnu"));
    for (Path archive : children(root.resolve("opt/intel"), "openvino*")) {
      ARCHIVE_FOLDERS.forEach(folder -> folders.add(archive.resolve(folder)));
    }
    return folders;
  }

  private static List<Path> pythonPackages(Path lib) {
    List<Path> folders = new ArrayList<>();
    for (Path python : children(lib, "python3*")) {
      folders.add(python.resolve("site-packages/openvino/libs"));
      folders.add(python.resolve("dist-packages/openvino/libs"));
    }
    return folders;
  }

  private Path cacheFolder() {
    String cache = environment.get("INFERLAB_CACHE");
    Path folder =
        cache != null && !cache.isBlank()
            ? Path.of(cache)
            : Path.of(properties.getProperty("user.home", ""), ".cache", "inferlab");
    return folder
        .resolve("openvino")
        .resolve(NativeLibrary.SUPPORTED_RELEASE)
        .resolve("openvino/libs");
  }

  private static Optional<Path> libraryIn(Path folder) {
    // The longest name is the most exact one: libopenvino_c.so.2641 before a link libopenvino_c.so.
    return children(folder, "*openvino_c*").stream()
        .filter(file -> FILE_NAME.matcher(file.getFileName().toString()).matches())
        .max(Comparator.comparingInt(file -> file.getFileName().toString().length()))
        .flatMap(LibrarySearch::real);
  }

  private static Optional<Path> real(Path file) {
    try {
      return Optional.of(file.toRealPath());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether the number after {@code .so.} (2641 is 2026.4.1) speaks against the file; without a
   * number it may fit.
   */
  private static boolean mayFit(Path file) {
    Matcher name = FILE_NAME.matcher(file.getFileName().toString());
    if (!name.matches() || name.group(1) == null) {
      return true;
    }
    String number = name.group(1);
    if (number.contains(".")) {
      return NativeLibrary.supports(number);
    }
    return number.length() < 3
        || NativeLibrary.supports("20" + number.substring(0, 2) + "." + number.charAt(2));
  }

  private static List<Path> children(Path folder, String pattern) {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
        files.forEach(found::add);
      } catch (IOException e) {
        // A folder that cannot be read holds nothing for us.
        return List.of();
      }
    }
    found.sort(Comparator.comparing(Path::toString).reversed());
    return found;
  }
}
