package dev.inferlab.openvino.internal.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferlab.openvino.NativeLibraryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LibrarySearchTest {

  private static final String FITTING = "libopenvino_c.so.2641";

  @TempDir private Path root;
  private final Properties properties = new Properties();

  @BeforeEach
  void home() {
    properties.setProperty("user.home", root.resolve("home").toString());
  }

  @Test
  void thePropertyWinsOverEverything() throws IOException {
    Path named = library("named", FITTING);
    Path other = library("other", FITTING);
    library("cache/openvino/2026.4.1/openvino/libs", FITTING);
    properties.setProperty(LibrarySearch.PROPERTY, named.getParent().toString());

    assertThat(
            find(
                Map.of(
                    LibrarySearch.VARIABLE,
                    other.getParent().toString(),
                    "INFERLAB_CACHE",
                    root.resolve("cache").toString())))
        .isEqualTo(named);
  }

  @Test
  void aFileMayBeNamedToo() throws IOException {
    Path file = library("named", "libopenvino_c.so");
    assertThat(find(Map.of(LibrarySearch.VARIABLE, file.toString()))).isEqualTo(file);
  }

  @Test
  void aNamedFolderWithoutLibraryIsAnErrorEvenIfThereIsAnotherOne() throws IOException {
    library("cache/openvino/2026.4.1/openvino/libs", FITTING);
    String cache = root.resolve("cache").toString();

    properties.setProperty(LibrarySearch.PROPERTY, root.resolve("none").toString());
    assertThatThrownBy(() -> find(Map.of("INFERLAB_CACHE", cache)))
        .isInstanceOf(NativeLibraryException.class)
        .hasMessageContaining(LibrarySearch.PROPERTY)
        .hasMessageContaining("Remedy");
    properties.remove(LibrarySearch.PROPERTY);
    assertThatThrownBy(
            () -> find(Map.of("INTEL_OPENVINO_DIR", root.toString(), "INFERLAB_CACHE", cache)))
        .hasMessageContaining("INTEL_OPENVINO_DIR");
  }

  @Test
  void anArchiveIsFoundByItsVariable() throws IOException {
    Path file = library("archive/runtime/lib/intel64", FITTING);
    assertThat(find(Map.of("INTEL_OPENVINO_DIR", root.resolve("archive").toString())))
        .isEqualTo(file);
  }

  @Test
  void installedPackagesComeBeforeTheCacheUnlessTheyDoNotFit() throws IOException {
    Path cached = library("cache/openvino/2026.4.1/openvino/libs", FITTING);
    Map<String, String> environment = Map.of("INFERLAB_CACHE", root.resolve("cache").toString());
    library("usr/local/lib/python3.12/dist-packages/openvino/libs", "libopenvino_c.so.2520");
    assertThat(find(environment)).isEqualTo(cached);

    Path installed =
        library("home/.local/lib/python3.11/site-packages/openvino/libs", "libopenvino_c.so.2650");
    assertThat(find(environment)).isEqualTo(installed);
  }

  @Test
  void theActiveEnvironmentComesFirst() throws IOException {
    library("home/.local/lib/python3.11/site-packages/openvino/libs", FITTING);
    Path active = library("venv/lib/python3.13/site-packages/openvino/libs", FITTING);
    assertThat(find(Map.of("VIRTUAL_ENV", root.resolve("venv").toString()))).isEqualTo(active);
  }

  @Test
  void debiansFolderHoldsALink() throws IOException {
    Path real = library("usr/lib/x86_64-linux-gnu", "libopenvino_c.so.2026.4.0");
    Files.createSymbolicLink(real.resolveSibling("libopenvino_c.so"), real);
    assertThat(find(Map.of())).isEqualTo(real);
  }

  @Test
  void nothingFoundSaysWhatToDoAndWhereWasLooked() {
    assertThatThrownBy(() -> find(Map.of("INFERLAB_CACHE", root.resolve("cache").toString())))
        .isInstanceOf(NativeLibraryException.class)
        .hasMessageContaining("tools/fetch runtime")
        .hasMessageContaining("pip install")
        .hasMessageContaining(root.resolve("cache").toString());
  }

  @ParameterizedTest
  @CsvSource({
    "2026.4.1-22982-e213a147257-releases/2026/4,true",
    "2026.5.0,true",
    "2026.3.0,false",
    "2025.4.0,false",
    "2027.0.0,false",
    "custom_build,false"
  })
  void onlyReleasesThatAreKnownToFitAreTaken(String version, boolean fits) {
    assertThat(NativeLibrary.supports(version)).isEqualTo(fits);
  }

  private Path library(String folder, String name) throws IOException {
    Path file = root.resolve(folder).resolve(name);
    Files.createDirectories(file.getParent());
    return Files.createFile(file).toRealPath();
  }

  private Path find(Map<String, String> environment) {
    return new LibrarySearch(properties, environment, root).find();
  }
}
