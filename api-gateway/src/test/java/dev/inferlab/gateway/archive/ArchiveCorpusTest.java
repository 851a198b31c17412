package dev.inferlab.gateway.archive;

import static dev.inferlab.gateway.archive.ZipForge.entry;
import static dev.inferlab.gateway.archive.ZipForge.rawEntry;
import static dev.inferlab.gateway.archive.ZipForge.zip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** S1: archives that were made to harm. None hands on a name that leaves the upload. */
class ArchiveCorpusTest {
  private static final int LINK = 0xa1ff;
  private static final int DEVICE = 0x21ff;
  private static final int FIFO = 0x11ff;
  private static final int SOCKET = 0xc1ff;
  private static final ProblemCode NAME = ProblemCode.ARCHIVE_ENTRY_NAME_FORBIDDEN;
  private static final ProblemCode TYPE = ProblemCode.ARCHIVE_ENTRY_TYPE_FORBIDDEN;
  private static final ProblemCode TWICE = ProblemCode.ARCHIVE_ENTRY_DUPLICATE;
  private static final ProblemCode BAD = ProblemCode.ARCHIVE_MALFORMED;

  @TempDir Path folder;

  static Stream<Arguments> hostile() {
    List<Arguments> corpus = new ArrayList<>();
    List<String> names =
        List.of(
            "../evil",
            "a/../../evil",
            "a/..",
            "..",
            "./../evil",
            "a/./b",
            "/etc/passwd",
            "//server/share/evil",
            "\\\\server\\share\\evil",
            "..\\evil",
            "a\\..\\evil",
            "C:\\evil",
            "C:/evil",
            "c:evil",
            "~/evil",
            "~root/evil",
            "a\0b",
            "evil.png\0.txt",
            "a\nb",
            "a\u007fb",
            "a\u001bb",
            "a//b",
            "x".repeat(256),
            "x/".repeat(40) + "y",
            ("x".repeat(200) + "/").repeat(21) + "y");
    for (String name : names) {
      corpus.add(arguments("zip name " + shown(name), zip(entry(name, "x")), NAME));
    }
    for (String name : names) {
      boolean fits = name.length() <= 100 && name.indexOf('\0') < 0;
      byte[] tar =
          fits
              ? new TarForge().file(name, "x").toByteArray()
              : new TarForge().pax("path", name).file("short", "x").toByteArray();
      corpus.add(arguments("tar name " + shown(name), tar, NAME));
    }
    corpus.add(
        arguments("zip name not UTF-8", zip(rawEntry(new byte[] {(byte) 0xff, 'a'}, "x")), NAME));
    corpus.add(
        arguments(
            "zip name overlong ../",
            zip(rawEntry(new byte[] {(byte) 0xc0, (byte) 0xae, '/'}, "")),
            NAME));
    corpus.add(
        arguments(
            "gz name", TarForge.gzip(new TarForge().file("../evil", "x").toByteArray()), NAME));
    corpus.add(
        arguments(
            "tar long name",
            new TarForge()
                .entry("././@LongLink", 'L', "../evil\0".getBytes(StandardCharsets.UTF_8))
                .file("short", "x")
                .toByteArray(),
            NAME));
    corpus.add(
        arguments(
            "tar name of absurd length",
            new TarForge().entry("x", 'x', new byte[70_000]).file("y", "x").toByteArray(),
            NAME));
    corpus.add(arguments("zip link", zip(entry("link", "/etc/passwd").mode(LINK)), TYPE));
    corpus.add(
        arguments(
            "zip link, then a file through it",
            zip(entry("dir", "/tmp").mode(LINK), entry("dir/evil", "x")),
            TYPE));
    corpus.add(arguments("zip device", zip(entry("dev", "").mode(DEVICE)), TYPE));
    corpus.add(arguments("zip fifo", zip(entry("fifo", "").mode(FIFO)), TYPE));
    corpus.add(arguments("zip socket", zip(entry("socket", "").mode(SOCKET)), TYPE));
    corpus.add(
        arguments(
            "tar symbolic link",
            new TarForge().link("link", '2', "/etc/passwd").toByteArray(),
            TYPE));
    corpus.add(
        arguments(
            "tar link, then a file through it",
            new TarForge().link("dir", '2', "/tmp").file("dir/evil", "x").toByteArray(),
            TYPE));
    corpus.add(
        arguments(
            "tar hard link", new TarForge().link("link", '1', "/etc/passwd").toByteArray(), TYPE));
    corpus.add(
        arguments("tar character device", new TarForge().link("dev", '3', "").toByteArray(), TYPE));
    corpus.add(
        arguments("tar block device", new TarForge().link("dev", '4', "").toByteArray(), TYPE));
    corpus.add(arguments("tar fifo", new TarForge().link("fifo", '6', "").toByteArray(), TYPE));
    corpus.add(arguments("tar unknown type", new TarForge().link("x", 'V', "").toByteArray(), BAD));
    corpus.add(
        arguments(
            "tar sparse",
            new TarForge().pax("GNU.sparse.major", "1").file("x", "x").toByteArray(),
            BAD));
    corpus.add(arguments("zip twice", zip(entry("a", "1"), entry("a", "2")), TWICE));
    corpus.add(
        arguments("tar twice", new TarForge().file("a", "1").file("a", "2").toByteArray(), TWICE));
    corpus.add(
        arguments("case collision", zip(entry("Model.bin", "1"), entry("model.BIN", "2")), TWICE));
    corpus.add(
        arguments(
            "Unicode collision", zip(entry("caf\u00e9", "1"), entry("cafe\u0301", "2")), TWICE));
    corpus.add(
        arguments(
            "compatibility collision", zip(entry("\ufb01le", "1"), entry("file", "2")), TWICE));
    corpus.add(arguments("file and folder", zip(entry("a", "1"), entry("a/b", "2")), TWICE));
    corpus.add(arguments("folder and file", zip(entry("a/b", "1"), entry("a", "2")), TWICE));
    corpus.add(arguments("./ twice", zip(entry("a", "1"), entry("./a", "2")), TWICE));
    corpus.add(arguments("two names", zip(entry("good.txt", "x").localName("evil.txt")), BAD));
    corpus.add(arguments("two methods", zip(entry("a", "x").localMethod(8)), BAD));
    corpus.add(arguments("two sizes", zip(entry("a", "x").localSize(77)), BAD));
    corpus.add(arguments("wrong check sum", zip(entry("a", "x").crc(1)), BAD));
    corpus.add(
        arguments(
            "longer than announced", zip(entry("a", "xxxxx".repeat(100)).deflated().size(3)), BAD));
    corpus.add(arguments("shorter than announced", zip(entry("a", "x").deflated().size(30)), BAD));
    corpus.add(arguments("overlapping", overlapping(), BAD));
    corpus.add(
        arguments("points outside", zip(entry("a", "x"), entry("b", "y").offset(1 << 30)), BAD));
    corpus.add(
        arguments("encrypted", zip(entry("a", "x").flags(1)), ProblemCode.ARCHIVE_ENCRYPTED));
    corpus.add(arguments("method bzip2", zip(entry("a", "x").method(12)), BAD));
    corpus.add(arguments("method xz", zip(entry("a", "x").method(95)), BAD));
    corpus.add(arguments("method zstd", zip(entry("a", "x").method(93)), BAD));
    corpus.add(arguments("folder with content", zip(entry("a/", "x")), BAD));
    corpus.add(
        arguments(
            "more entries than there are",
            new ZipForge().add(entry("a", "x")).announce(9).toByteArray(),
            BAD));
    corpus.add(
        arguments(
            "fewer entries than there are",
            new ZipForge().add(entry("a", "x")).add(entry("b", "x")).announce(1).toByteArray(),
            BAD));
    corpus.add(arguments("bytes before", prefixed(zip(entry("a", "x"))), BAD));
    corpus.add(arguments("cut zip", cut(zip(entry("a", "x".repeat(500)))), BAD));
    corpus.add(
        arguments("cut tar", cut(new TarForge().file("a", "x".repeat(5000)).withoutEnd()), BAD));
    corpus.add(
        arguments(
            "cut gzip",
            cut(TarForge.gzip(new TarForge().file("a", "x".repeat(5000)).toByteArray())),
            BAD));
    corpus.add(arguments("empty tar", TarForge.gzip(new byte[1024]), BAD));
    corpus.add(
        arguments(
            "gzip of no tar",
            TarForge.gzip("hello".repeat(500).getBytes(StandardCharsets.UTF_8)),
            BAD));
    corpus.add(arguments("7z", new byte[] {'7', 'z', (byte) 0xbc, (byte) 0xaf, 0x27, 0x1c}, BAD));
    corpus.add(arguments("xz", new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0}, BAD));
    corpus.add(arguments("zstd", new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd}, BAD));
    corpus.add(arguments("nothing", new byte[0], BAD));
    return corpus.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostile")
  void refusesWithTheReason(String what, byte[] archive, ProblemCode code) throws IOException {
    List<String> seen = new ArrayList<>();
    Throwable thrown = catchThrowable(() -> read(archive, seen));
    assertThat(thrown).as(what).isInstanceOf(ProblemException.class);
    assertThat(((ProblemException) thrown).code()).as(what).isEqualTo(code);
    assertThat(thrown.getMessage()).doesNotContain(folder.toString()).doesNotContain("Exception");
    assertThat(seen).allMatch(name -> Path.of(name).normalize().equals(Path.of(name)));
    assertThat(seen).noneMatch(name -> name.startsWith("/") || name.startsWith(".."));
  }

  @Test
  void theCorpusIsLargeEnough() {
    assertThat(hostile().count()).isGreaterThanOrEqualTo(60);
  }

  static Stream<Arguments> honest() {
    return Stream.of(
        arguments("stored", zip(entry("a.txt", "x"), entry("d/", ""), entry("d/b.txt", "y"))),
        arguments(
            "deflated",
            zip(entry("a.txt", "x").deflated(), entry("d/b.txt", "y".repeat(9999)).deflated())),
        arguments(
            "percent signs stay what they are",
            zip(entry("a%2e%2e%2fb", "x"), entry("%252e", "y"))),
        arguments(
            "tar",
            new TarForge()
                .file("./a.txt", "x")
                .entry("d/", '5', new byte[0])
                .file("d/b.txt", "y")
                .toByteArray()),
        arguments(
            "tar.gz",
            TarForge.gzip(new TarForge().file("a.txt", "x").file("b.txt", "y").toByteArray())),
        arguments(
            "pax",
            new TarForge()
                .pax("path", "d/" + "n".repeat(150))
                .file("x", "x")
                .file("b.txt", "y")
                .toByteArray()),
        arguments(
            "clutter is left out",
            zip(
                entry("__MACOSX/._a", "?"),
                entry(".DS_Store", "?"),
                entry("a", "x"),
                entry("b", "y"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("honest")
  void readsWhatIsHonest(String what, byte[] archive) throws IOException {
    List<String> seen = new ArrayList<>();
    read(archive, seen);
    assertThat(seen).hasSize(2);
  }

  private void read(byte[] bytes, List<String> seen) throws IOException {
    Path archive = Files.write(folder.resolve("archive"), bytes);
    ArchiveReader reader =
        new ArchiveReader(
            new UnpackBudget(new ArchiveLimits(100, 1 << 20, 100, 1 << 16)), new NameRegister());
    reader.read(
        archive,
        ArchiveFormat.of(archive),
        (name, content) -> {
          seen.add(name);
          content.readAllBytes();
        });
  }

  private static byte[] overlapping() {
    return new ZipForge().add(entry("a", "xxxx")).add(entry("a", "xxxx").offset(0)).toByteArray();
  }

  private static byte[] prefixed(byte[] zip) {
    byte[] longer =
        Arrays.copyOf("PK\3\4junk".getBytes(StandardCharsets.ISO_8859_1), zip.length + 8);
    System.arraycopy(zip, 0, longer, 8, zip.length);
    return longer;
  }

  private static byte[] cut(byte[] bytes) {
    return Arrays.copyOf(bytes, bytes.length * 2 / 3);
  }

  private static String shown(String name) {
    return EntryName.shown(name.length() > 30 ? name.substring(0, 30) : name);
  }
}
