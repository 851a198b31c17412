package dev.inferlab.openvino;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process loads the runtime once, so each failure gets a process of its own. */
class LoadFailureTest {

  /** What a program sees: the message, and that it can go on. */
  static final class Loading {
    public static void main(String[] args) {
      for (int attempt = 0; attempt < 2; attempt++) {
        try {
          new Core().close();
        } catch (NativeLibraryException e) {
          System.out.println("REFUSED " + e.getMessage());
        }
      }
      try {
        Tensor.allocate(ElementType.F32, Shape.of(1)).close();
      } catch (NativeLibraryException e) {
        System.out.println("REFUSED AGAIN");
      }
    }
  }

  @TempDir private Path folder;

  @Test
  void aLibraryThatIsNoneIsNamedWithReasonAndRemedy() throws Exception {
    Files.writeString(folder.resolve("libopenvino_c.so.2641"), "no library");
    Files.writeString(folder.resolve("libopenvino.so.2641"), "no library");

    ChildJvm.Result result = load(folder);

    assertThat(result.output().lines().filter(line -> line.startsWith("REFUSED "))).hasSize(3);
    assertThat(result.output())
        .contains(folder.resolve("libopenvino.so.2641").toString(), "Remedy", "file too short");
    assertThat(result.status()).isZero();
  }

  @Test
  void aMissingNeighbourIsNamed() throws Exception {
    Files.copy(
        OpenVino.libraryFolder().resolve("libopenvino_c.so.2641"),
        folder.resolve("libopenvino_c.so.2641"));
    Files.copy(
        OpenVino.libraryFolder().resolve("libopenvino.so.2641"),
        folder.resolve("libopenvino.so.2641"));

    assertThat(load(folder).output()).contains("REFUSED", "libtbb.so.12", "Remedy");
  }

  @Test
  void aReleaseThatDoesNotFitIsRefused() throws Exception {
    for (String library : List.of("libopenvino_c.so.2641", "libtbb.so.12")) {
      Files.copy(OpenVino.libraryFolder().resolve(library), folder.resolve(library));
    }
    String core = "libopenvino.so.2641";
    String content =
        Files.readString(OpenVino.libraryFolder().resolve(core), StandardCharsets.ISO_8859_1);
    Files.writeString(
        folder.resolve(core),
        content.replace("2026.4.1-", "2026.3.1-"),
        StandardCharsets.ISO_8859_1);

    assertThat(load(folder).output())
        .contains("REFUSED OpenVINO 2026.3.1-", folder.toString(), "needs 2026.4", "Remedy");
  }

  @Test
  void whatToStartJavaWithIsToldWhereItRefusesNativeAccess() throws Exception {
    assertThat(ChildJvm.run("", ChildJvm.DENY_NATIVE_ACCESS, Loading.class.getName()).output())
        .contains("REFUSED Java refuses native access", "--enable-native-access=ALL-UNNAMED");
  }

  private static ChildJvm.Result load(Path libraries) throws Exception {
    return ChildJvm.run("", "-Dinferlab.openvino.libs=" + libraries, Loading.class.getName());
  }
}
