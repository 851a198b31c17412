package dev.inferlab.gateway.archive;

import static dev.inferlab.gateway.archive.ZipForge.deflatedZeros;
import static dev.inferlab.gateway.archive.ZipForge.entry;
import static dev.inferlab.gateway.archive.ZipForge.zip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** S2: what unpacks to more than it should ends early, whatever its headers say. */
class BombTest {
  private static final long LIMIT = 2L << 30;
  private static final ArchiveLimits LIMITS = new ArchiveLimits(20_000, LIMIT, 100, 16L << 20);
  private static final int TEN_GIBIBYTES = 10 * 1024;

  @TempDir Path folder;
  private long unpacked;

  @Test
  void tenGibibytesThatAreAnnounced() throws IOException {
    byte[] bomb =
        zip(entry("bomb", new byte[0]).packed(deflatedZeros(TEN_GIBIBYTES)).size(0xfffffffeL));
    assertRefused(bomb, ProblemCode.ARCHIVE_TOO_LARGE);
    assertThat(unpacked).isZero();
  }

  @Test
  void tenGibibytesThatSayTheyAreSmall() throws IOException {
    byte[] bomb =
        zip(entry("bomb", new byte[0]).packed(deflatedZeros(TEN_GIBIBYTES)).size(1 << 20));
    assertRefused(bomb, ProblemCode.ARCHIVE_MALFORMED);
    assertThat(unpacked).isLessThanOrEqualTo((1 << 20) + (1 << 16));
  }

  @Test
  void tenGibibytesInManyModestFiles() throws IOException {
    ZipForge forge = new ZipForge();
    byte[] packed = deflatedZeros(10);
    for (int i = 0; i < 1_000; i++) {
      forge.add(entry("file" + i, new byte[0]).packed(packed).size(10 << 20));
    }
    assertRefused(forge.toByteArray(), ProblemCode.ARCHIVE_TOO_LARGE);
    assertThat(unpacked).isZero();
  }

  @Test
  void tenGibibytesOfTarInGzip() throws IOException {
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    gzip.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0});
    byte[] header =
        new TarForge()
            .header("bomb".getBytes(java.nio.charset.StandardCharsets.UTF_8), '0', LIMIT, "")
            .withoutEnd();
    java.util.zip.Deflater deflater = new java.util.zip.Deflater(9, true);
    deflater.setInput(header);
    byte[] buffer = new byte[4096];
    gzip.write(
        buffer, 0, deflater.deflate(buffer, 0, buffer.length, java.util.zip.Deflater.FULL_FLUSH));
    gzip.writeBytes(deflatedZeros(TEN_GIBIBYTES));
    assertRefused(gzip.toByteArray(), ProblemCode.ARCHIVE_TOO_LARGE);
    assertThat(unpacked).isLessThan(LIMIT);
  }

  @Test
  void aMillionEntries() throws IOException {
    TarForge forge = new TarForge();
    for (int i = 0; i < 20_001; i++) {
      forge.file("f" + i, "");
    }
    assertRefused(forge.toByteArray(), ProblemCode.ARCHIVE_TOO_MANY_ENTRIES);

    ZipForge zip = new ZipForge();
    for (int i = 0; i < 30_000; i++) {
      zip.add(entry("f" + i, ""));
    }
    assertRefused(zip.toByteArray(), ProblemCode.ARCHIVE_TOO_MANY_ENTRIES);
  }

  @Test
  void filesThatShareTheirBytes() throws IOException {
    ZipForge forge = new ZipForge();
    byte[] packed = deflatedZeros(1);
    forge.add(entry("f0", new byte[0]).packed(packed).size(1 << 20));
    for (int i = 1; i < 100; i++) {
      forge.add(entry("f0", new byte[0]).packed(packed).size(1 << 20).offset(0));
    }
    Throwable thrown = catchThrowable(() -> read(forge.toByteArray()));
    assertThat(thrown).isInstanceOf(ProblemException.class);
  }

  private void assertRefused(byte[] bomb, ProblemCode code) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    Throwable thrown = catchThrowable(() -> read(bomb));
    Duration used = Duration.ofNanos(threads.getCurrentThreadCpuTime() - before);
    assertThat(thrown).isInstanceOf(ProblemException.class);
    assertThat(((ProblemException) thrown).code()).isEqualTo(code);
    assertThat(used).isLessThan(Duration.ofSeconds(5));
  }

  private void read(byte[] bytes) throws IOException {
    unpacked = 0;
    Path archive = Files.write(folder.resolve("archive"), bytes);
    new ArchiveReader(new UnpackBudget(LIMITS), new NameRegister())
        .read(
            archive,
            ArchiveFormat.of(archive),
            (name, content) -> {
              byte[] buffer = new byte[1 << 16];
              for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
                unpacked += n;
              }
            });
  }
}
