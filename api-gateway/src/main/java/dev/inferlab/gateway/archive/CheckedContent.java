package dev.inferlab.gateway.archive;

import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;

/** A zip entry's content that must have the length and the check sum which the directory says. */
final class CheckedContent extends FilterInputStream {
  private final ZipEntryInfo entry;
  private final UnpackBudget budget;
  private final Runnable onClose;
  private final CRC32 crc = new CRC32();
  private long read;

  CheckedContent(InputStream in, ZipEntryInfo entry, UnpackBudget budget, Runnable onClose) {
    super(in);
    this.entry = entry;
    this.budget = budget;
    this.onClose = onClose;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count = super.read(target, offset, length);
    if (count > 0) {
      read += count;
      if (read > entry.unpacked()) {
        throw lie();
      }
      budget.takeBytes(count, EntryName.shown(entry.name()));
      crc.update(target, offset, count);
    } else if (count < 0 && (read != entry.unpacked() || crc.getValue() != entry.crc())) {
      throw lie();
    }
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    return readNBytes((int) Math.min(count, 1 << 14)).length;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  @Override
  public void close() throws IOException {
    onClose.run();
    super.close();
  }

  private ProblemException lie() {
    return ArchiveProblem.of(
        ProblemCode.ARCHIVE_MALFORMED,
        EntryName.shown(entry.name()),
        "The zip archive is damaged: a file's content does not have the announced length or check"
            + " sum. Pack it again.");
  }
}
