package dev.inferlab.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.inferlab.local.postgres.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a state folder that cannot be used is told about, before anything starts. */
class HomeCheckTest {
  @TempDir private Path folder;

  @Test
  void aFileIsNoFolder() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "mine");
    assertThatThrownBy(() -> start(file))
        .hasMessage("The state folder %s cannot be used: it is a file, not a folder.", file);
    assertThatThrownBy(() -> start(file.resolve("below")))
        .hasMessageContaining(": " + file + " is a file, not a folder.")
        .extracting("remedy")
        .asString()
        .contains("Move that file away")
        .contains("INFERLAB_HOME=");
    assertThat(file).hasContent("mine");
  }

  @Test
  void aLinkThatLeadsNowhereIsToldInWords() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("gone"));
    assertThatThrownBy(() -> start(link))
        .hasMessage(
            "The state folder %s cannot be used: it is a link to gone, and nothing is found there.",
            link);
    assertThatThrownBy(() -> start(link.resolve("below")))
        .hasMessageContaining(": " + link + " is a link to gone, ");
  }

  @Test
  void onlyTheFolderItselfIsClosedToOthers() throws Exception {
    Path usual = Files.createDirectory(folder.resolve("usual"));
    Path home = folder.resolve("above/home");
    isUsable(home);
    assertThat(permissions(home)).isEqualTo("rwx------");
    assertThat(permissions(home.getParent())).isEqualTo(permissions(usual));
  }

  @Test
  void aPathThatSomethingWouldNotTakeIsNamed() {
    assertThatThrownBy(() -> start(folder.resolve("a,b"))).hasMessageContaining("a comma");
    assertThatThrownBy(() -> start(longPath(HomeCheck.LONGEST_BYTES + 1)))
        .hasMessageContaining("its path has 901 bytes, and PostgreSQL takes no more than 900");
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"with spaces", "it's \"quoted\"", "100% $HOME"})
  void unusualNamesAreFine(String name) throws Exception {
    Path home = folder.resolve(name);
    isUsable(home);
    initialisePostgres(home);
  }

  @Test
  void thePathMayBeAsLongAsIsSaid() throws Exception {
    Path home = longPath(HomeCheck.LONGEST_BYTES);
    isUsable(home);
    initialisePostgres(home);
  }

  @Test
  void tooLittleSpaceIsToldInFigures() {
    assertThatThrownBy(() -> HomeCheck.requireUsable(folder, Long.MAX_VALUE))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("MiB free, and 8796093022207 MiB are the least to start with")
        .extracting("remedy")
        .asString()
        .startsWith("Make room there");
  }

  @Test
  void aLabThatHasDataStartsOnANearlyFullDisk() throws Exception {
    Files.createDirectory(folder.resolve("postgres"));
    Files.writeString(folder.resolve("postgres/PG_VERSION"), "18\n");
    assertThatCode(() -> HomeCheck.requireUsable(folder, Long.MAX_VALUE))
        .doesNotThrowAnyException();
  }

  @Test
  void aFolderThatMayNotBeWrittenTellsWhoseItIs() throws Exception {
    Path home = Files.createDirectory(folder.resolve("home"));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("r-x------"));
    // Nothing is closed to root, but in a user namespace it is root no more.
    List<String> prefix = isRoot() ? List.of("unshare", "-U") : List.of();
    assumeTrue(
        prefix.isEmpty() || run(List.of("unshare", "-U", "true"), Map.of()).isEmpty(),
        "no user namespaces here");
    for (Path closed : List.of(home, home.resolve("below"))) {
      assertThat(up(prefix, closed))
          .contains("inferlab: The state folder %s cannot be used: ".formatted(closed))
          .contains("belongs to '")
          .contains("may not write there.\nGive it to yourself (chown -R)");
    }
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
    Path logs = Files.createDirectory(home.resolve("logs"));
    Files.setPosixFilePermissions(logs, PosixFilePermissions.fromString("r-x------"));
    assertThat(up(prefix, home))
        .contains("cannot be used: %s belongs to '".formatted(logs))
        .contains("may not write there.");
  }

  @Test
  void somebodyElsesDataIsNotTouched() throws Exception {
    assumeTrue(isRoot(), "only root can give files away");
    Path data = Files.createDirectory(folder.resolve("postgres"));
    var users = folder.getFileSystem().getUserPrincipalLookupService();
    Files.setOwner(data, users.lookupPrincipalByName("nobody"));
    assertThatThrownBy(() -> start(folder))
        .hasMessageContaining("postgres in it belongs to 'nobody', and you are 'root'.")
        .extracting("remedy")
        .asString()
        .contains("chown -R root '" + folder + "'");

    Files.move(data, folder.resolve("kafka"));
    assertThatCode(() -> HomeCheck.requireUsable(folder))
        .as("PostgreSQL alone asks who owns its files")
        .doesNotThrowAnyException();
  }

  @Test
  void aReadOnlyOrFullDiskIsCalledThat() throws Exception {
    assumeTrue(canMount(), "no mount namespaces here");
    assertThat(up(mounted("ro,size=1m", ""), folder))
        .contains("cannot be used: its file system is read-only.\nChoose another folder: ");
    assertThat(up(mounted("size=16k", "cat /dev/zero >\"$0/full\" 2>&-;"), folder))
        .contains("cannot be used: its disk is full.\nMake room there, ");
    assertThat(up(mounted("size=512k", ""), folder)).contains("its disk has 0 MiB free, ");
  }

  private void isUsable(Path home) {
    assertThatThrownBy(() -> start(home))
        .as("the next thing that is looked at")
        .isInstanceOf(SettingsException.class)
        .hasMessageNotContaining("state folder");
    assertThat(home).isEmptyDirectory();
  }

  private void start(Path home) throws Exception {
    new LocalPlatform(settings(home)).start(OptionalLong.empty());
  }

  private Settings settings(Path home) {
    return new Settings(folder, home, cache(), new Ports(20_000), 1, Map.of());
  }

  private void initialisePostgres(Path home) throws Exception {
    PostgresServer.in(settings(home).postgresData(), cache(), 20_000).initialise();
    assertThat(home.resolve("postgres/PG_VERSION")).exists();
  }

  private Path longPath(int bytes) {
    StringBuilder path = new StringBuilder(folder.toString());
    for (int left = bytes - path.length(); left > 0; left = bytes - path.length()) {
      int name = left <= 201 ? left - 1 : left == 202 ? 199 : 200; // a name has a letter at least
      path.append('/').append("x".repeat(name));
    }
    return Path.of(path.toString());
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static boolean canMount() throws Exception {
    return run(List.of("unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"), Map.of())
        .isEmpty();
  }

  private List<String> mounted(String options, String before) {
    String script = "mount -t tmpfs -o %s none \"$0\" && { %s exec \"$@\"; }";
    return List.of("unshare", "-rm", "sh", "-c", script.formatted(options, before), folder + "");
  }

  /** What {@code ./inferlab up} says. */
  private static String up(List<String> prefix, Path home) throws Exception {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp"));
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.addAll(List.of(LocalMain.class.getName(), "up"));
    return run(command, Map.of("INFERLAB_HOME", home.toString()));
  }

  private static String run(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path printed = Files.createTempFile("said", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(printed.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return Files.readString(printed);
    } finally {
      process.destroyForcibly();
      Files.delete(printed);
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static Path cache() {
    String cache = System.getenv("INFERLAB_CACHE");
    return cache == null
        ? Path.of(System.getProperty("user.home"), ".cache", "inferlab")
        : Path.of(cache);
  }
}
