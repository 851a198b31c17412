package dev.inferlab.gateway.archive;

import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads an archive that nobody trusts. Nothing is written here: the sink decides what to do with
 * names and bytes, and it sees only those that passed every check.
 */
public final class ArchiveReader {
  private final UnpackBudget budget;
  private final NameRegister names;

  public ArchiveReader(UnpackBudget budget, NameRegister names) {
    this.budget = budget;
    this.names = names;
  }

  /**
   * Hands each file of the archive to the sink.
   *
   * @throws ProblemException when the archive is refused; the sink may have seen files before
   */
  public void read(Path archive, ArchiveFormat format, EntrySink sink) throws IOException {
    try {
      switch (format) {
        case ZIP -> {
          try (FileChannel channel = FileChannel.open(archive, StandardOpenOption.READ)) {
            new ZipArchive(channel, budget, names).read(sink);
          }
        }
        case TAR -> tar(Files.newInputStream(archive), archive, sink);
        case GZIP ->
            tar(new GZIPInputStream(Files.newInputStream(archive), 1 << 16), archive, sink);
        case OTHER_ARCHIVE ->
            throw ArchiveProblem.of(
                ProblemCode.ARCHIVE_MALFORMED,
                "",
                "This kind of archive is not read. Send a .zip, .tar or .tar.gz file.");
        case NONE ->
            throw ArchiveProblem.of(
                ProblemCode.ARCHIVE_MALFORMED,
                "",
                "The file is not a .zip, .tar or .tar.gz archive.");
      }
    } catch (ZipException e) {
      throw ArchiveProblem.of(
          ProblemCode.ARCHIVE_MALFORMED,
          "",
          "The archive's compressed data is damaged. Pack it again.");
    } catch (EOFException e) {
      throw ArchiveProblem.of(
          ProblemCode.ARCHIVE_MALFORMED, "", "The archive is cut short. Upload it again.");
    }
  }

  private void tar(InputStream bytes, Path archive, EntrySink sink) throws IOException {
    try (InputStream in = new BufferedInputStream(bytes, 1 << 16)) {
      new TarArchive(in, Files.size(archive), budget, names).read(sink);
    }
  }
}
