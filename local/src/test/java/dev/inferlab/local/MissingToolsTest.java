package dev.inferlab.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./inferlab up} on machines that lack something: one message that says what to do. */
class MissingToolsTest {
  @TempDir private Path temp;
  private Path checkout;
  private Path path;

  /** A checkout in which nothing is built, and a PATH with all that this machine has but Maven. */
  @BeforeEach
  void machine() throws IOException {
    checkout = Files.createDirectory(temp.resolve("checkout"));
    path = Files.createDirectory(temp.resolve("bin"));
    for (Path folder : new Path[] {Path.of("/usr/bin"), Path.of("/bin")}) {
      try (Stream<Path> programs = Files.list(folder)) {
        for (Path program : programs.toList()) {
          Path link = path.resolve(program.getFileName());
          if (!link.endsWith("mvn") && !Files.exists(link)) {
            Files.createSymbolicLink(link, program);
          }
        }
      }
    }
    script(Files.readString(Path.of(System.getProperty("inferlab.root"), "inferlab")));
  }

  @Test
  void withoutMaven() throws Exception {
    assertThat(up()).contains("Maven 3.8.7 or newer is needed").contains("apt-get install maven");
  }

  @Test
  void withAMavenThatIsTooOld() throws Exception {
    program("mvn", "echo 'Apache Maven 3.6.3 (x)'");
    assertThat(up()).contains("'mvn' here is 3.6.3").contains("Install a newer Maven");
  }

  @Test
  void withoutAJdk() throws Exception {
    // No machine has this one.
    script(
        Files.readString(checkout.resolve("inferlab")).replace("java_wanted=25", "java_wanted=99"));
    assertThat(up())
        .contains("a JDK 99 or newer is needed, and none was found")
        .containsPattern("Install|install");
  }

  @Test
  void withoutANetwork() throws Exception {
    program(
        "mvn",
        """
        case "$1" in
          --version) echo 'Apache Maven 3.9.9 (x)' ;;
          *) echo '[ERROR] Could not transfer artifact a:b: Unknown host'; exit 1 ;;
        esac""");
    assertThat(up()).contains("no network: Maven could not bring the libraries").contains("proxy");
  }

  /** What it says; it must fail, and without a word of a shell or of Java. */
  private String up() throws Exception {
    Path printed = temp.resolve("printed.txt");
    ProcessBuilder builder =
        new ProcessBuilder(checkout.resolve("inferlab").toString(), "up")
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile());
    builder.environment().put("PATH", path.toString());
    builder.environment().put("INFERLAB_HOME", temp.resolve("home").toString());
    Process process = builder.start();
    process.getOutputStream().close();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    String said = Files.readString(printed);
    assertThat(process.exitValue()).as(said).isEqualTo(1);
    assertThat(said).contains("inferlab: ").doesNotContain("line ").doesNotContain("Exception");
    return said;
  }

  private void script(String text) throws IOException {
    executable(checkout.resolve("inferlab"), text);
  }

  private void program(String name, String body) throws IOException {
    executable(path.resolve(name), "#!/bin/sh\n" + body + "\n");
  }

  private static void executable(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
