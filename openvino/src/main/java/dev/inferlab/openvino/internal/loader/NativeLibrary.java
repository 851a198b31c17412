package dev.inferlab.openvino.internal.loader;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.inferlab.openvino.NativeLibraryException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The OpenVINO libraries of this process: found once, checked once, never unloaded. A failed
 * attempt is not remembered, so that a program may report it and try again after the user has
 * installed the runtime. But a library that was loaded and then refused, being of another release,
 * stays in the process: who replaces that one starts the program again.
 */
public final class NativeLibrary {

  /** The release that the binding was generated from. */
  public static final String SUPPORTED_RELEASE = "2026.4.1";

  private static final int SUPPORTED_YEAR = 2026;
  private static final int FIRST_RELEASE_OF_YEAR = 4;
  private static final Pattern RELEASE = Pattern.compile("(\\d{4})\\.(\\d+)");

  private static final Object LOCK = new Object();
  private static volatile NativeLibrary loaded;

  private final Path file;
  private final SymbolLookup c;
  private final SymbolLookup core;
  private final String version;

  private NativeLibrary(Path file, SymbolLookup c, SymbolLookup core, String version) {
    this.file = file;
    this.c = c;
    this.core = core;
    this.version = version;
  }

  /**
   * The library, loaded if it was not yet.
   *
   * @throws NativeLibraryException when there is none that fits; the message says where was looked
   *     and what to do
   */
  public static NativeLibrary load() {
    NativeLibrary library = loaded;
    if (library == null) {
      synchronized (LOCK) {
        library = loaded;
        if (library == null) {
          library = open(LibrarySearch.ofThisMachine().find());
          loaded = library;
        }
      }
    }
    return library;
  }

  private static NativeLibrary open(Path file) {
    SymbolLookup c;
    SymbolLookup core;
    try {
      // The core first: the C library needs it, and its own failure says more.
      core = lookup(coreBeside(file));
      c = lookup(file);
    } catch (IllegalCallerException e) {
      throw new NativeLibraryException(
          "Java refuses native access. Start it with --enable-native-access=%s."
              .formatted(moduleOfThisClass()),
          e);
    }
    String version = versionOf(c, file);
    requireSupported(version, file);
    ElementTypeCheck.run(c, file, version);
    return new NativeLibrary(file, c, core, version);
  }

  private static SymbolLookup lookup(Path file) {
    try {
      return SymbolLookup.libraryLookup(file, Arena.global());
    } catch (IllegalArgumentException e) {
      throw new NativeLibraryException(
          "OpenVINO was found but cannot be loaded: %s. Reason: %s. Remedy: install the runtime again as a whole (tools/fetch runtime), for this machine's processor and C library."
              .formatted(file, reason(file, e)),
          e);
    }
  }

  /**
   * The lookup hides what the system's loader said (such as the name of a missing library); {@link
   * System#load} tells.
   */
  private static String reason(Path file, IllegalArgumentException fallback) {
    try {
      System.load(file.toString());
      return fallback.getMessage();
    } catch (UnsatisfiedLinkError e) {
      return String.valueOf(e.getMessage());
    }
  }

  static Path coreBeside(Path cLibrary) {
    String name = cLibrary.getFileName().toString().replace("openvino_c", "openvino");
    return cLibrary.resolveSibling(name);
  }

  private static String versionOf(SymbolLookup c, Path file) {
    try (Arena arena = Arena.ofConfined()) {
      MethodHandle get =
          handle(c, "ov_get_openvino_version", FunctionDescriptor.of(JAVA_INT, ADDRESS));
      MethodHandle free = handle(c, "ov_version_free", FunctionDescriptor.ofVoid(ADDRESS));
      MemorySegment version = arena.allocate(ADDRESS.byteSize() * 2, ADDRESS.byteAlignment());
      int status = (int) get.invokeExact(version);
      if (status != 0) {
        throw new NativeLibraryException(
            "The library %s does not tell its version (status %d).".formatted(file, status));
      }
      String text = version.get(ADDRESS, 0).reinterpret(Integer.MAX_VALUE).getString(0);
      free.invokeExact(version);
      return text;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new NativeLibraryException(
          "The library %s does not tell its version.".formatted(file), e);
    }
  }

  static MethodHandle handle(SymbolLookup lookup, String name, FunctionDescriptor descriptor) {
    MemorySegment symbol =
        lookup
            .find(name)
            .orElseThrow(
                () ->
                    new NativeLibraryException(
                        "The OpenVINO C library lacks %s: it is not of release %s."
                            .formatted(name, SUPPORTED_RELEASE)));
    return Linker.nativeLinker().downcallHandle(symbol, descriptor);
  }

  private static void requireSupported(String version, Path file) {
    if (!supports(version)) {
      throw new NativeLibraryException(
          "OpenVINO %s in %s is not supported: this binding needs %d.%d or a later release of %d. Remedy: tools/fetch runtime brings %s; or point INFERLAB_OPENVINO_LIBS to one that fits."
              .formatted(
                  version,
                  file.getParent(),
                  SUPPORTED_YEAR,
                  FIRST_RELEASE_OF_YEAR,
                  SUPPORTED_YEAR,
                  SUPPORTED_RELEASE));
    }
  }

  /**
   * Whether a version text such as {@code 2026.4.1-22982-…} belongs to a release that the binding
   * knows.
   */
  static boolean supports(String version) {
    Matcher release = RELEASE.matcher(version);
    return release.lookingAt()
        && Integer.parseInt(release.group(1)) == SUPPORTED_YEAR
        && Integer.parseInt(release.group(2)) >= FIRST_RELEASE_OF_YEAR;
  }

  private static String moduleOfThisClass() {
    Module module = NativeLibrary.class.getModule();
    return module.isNamed() ? module.getName() : "ALL-UNNAMED";
  }

  /** A function or variable of the C library. */
  public Optional<MemorySegment> symbol(String name) {
    return c.find(name);
  }

  /** A C++ function of the core library, by its mangled name. */
  public Optional<MemorySegment> coreSymbol(String name) {
    return core.find(name);
  }

  /** The full version text, with build number. */
  public String version() {
    return version;
  }

  public Path folder() {
    return file.getParent();
  }
}
