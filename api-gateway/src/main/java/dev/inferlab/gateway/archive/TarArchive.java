package dev.inferlab.gateway.archive;

import dev.inferlab.platform.problem.ProblemCode;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** A tar file, read once from front to back: v7, ustar, GNU long names, pax names and sizes. */
final class TarArchive {
  private static final int BLOCK = 512;
  private static final int LONGEST_EXTENSION = 1 << 16;

  private final InputStream in;
  private final long packed;
  private final UnpackBudget budget;
  private final NameRegister names;
  private long unpacked;

  /** {@code packed} is the archive file's size, for the compression ratio. */
  TarArchive(InputStream in, long packed, UnpackBudget budget, NameRegister names) {
    this.in = in;
    this.packed = packed;
    this.budget = budget;
    this.names = names;
  }

  void read(EntrySink sink) throws IOException {
    boolean empty = true;
    PaxFields next = PaxFields.NONE;
    for (byte[] block = block(); !isEnd(block); block = block()) {
      TarHeader header = TarHeader.of(block);
      empty = false;
      budget.takeEntries(1);
      switch (header.type()) {
        case 'x' -> next = PaxFields.parse(extension(header));
        case 'g' -> extension(header);
        case 'L' -> next = PaxFields.ofName(cString(extension(header)));
        case '0', 0, '7', '5' -> {
          entry(header.with(next), sink);
          next = PaxFields.NONE;
        }
        case '1', '2', '3', '4', '6', 'K' ->
            throw ArchiveProblem.of(
                ProblemCode.ARCHIVE_ENTRY_TYPE_FORBIDDEN,
                EntryName.shown(header.shownName()),
                "The archive holds a link or a special file. Pack plain files and folders only.");
        default ->
            throw ArchiveProblem.of(
                ProblemCode.ARCHIVE_MALFORMED,
                EntryName.shown(header.shownName()),
                "The archive holds an entry of a kind that is not read. Pack plain files and"
                    + " folders only.");
      }
    }
    if (empty) {
      throw ArchiveProblem.of(
          ProblemCode.ARCHIVE_MALFORMED, "", "The archive is empty or not a tar file.");
    }
  }

  private void entry(TarHeader header, EntrySink sink) throws IOException {
    String name = EntryName.check(header.name());
    boolean folder = header.type() == '5' || header.endsWithSlash();
    if (folder) {
      names.folder(name);
      skip(padded(header.size()));
      return;
    }
    if (name.isEmpty()) {
      throw ArchiveProblem.of(
          ProblemCode.ARCHIVE_ENTRY_NAME_FORBIDDEN, "", "A file's name is empty.");
    }
    names.file(name);
    budget.checkBytes(header.size(), EntryName.shown(name));
    Content content = new Content(name, header.size());
    if (!EntryName.isClutter(name)) {
      sink.file(name, content);
    }
    skip(content.left + padded(header.size()) - header.size());
  }

  private byte[] extension(TarHeader header) throws IOException {
    if (header.size() > LONGEST_EXTENSION) {
      throw ArchiveProblem.of(
          ProblemCode.ARCHIVE_ENTRY_NAME_FORBIDDEN,
          "",
          "The archive describes a file at absurd length.");
    }
    byte[] padded = exactly((int) padded(header.size()));
    return Arrays.copyOf(padded, (int) header.size());
  }

  private byte[] block() throws IOException {
    return exactly(BLOCK);
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    grown(length);
    return bytes;
  }

  private void skip(long count) throws IOException {
    for (long left = count; left > 0; ) {
      left -= exactly((int) Math.min(left, 1 << 14)).length;
    }
  }

  /** Headers and padding count for the ratio as well: a bomb may consist of nothing else. */
  private void grown(long count) {
    unpacked += count;
    budget.checkRatio(packed, unpacked, "");
  }

  private static boolean isEnd(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private static long padded(long size) {
    return (size + BLOCK - 1) / BLOCK * BLOCK;
  }

  static byte[] cString(byte[] field) {
    int end = 0;
    while (end < field.length && field[end] != 0) {
      end++;
    }
    return Arrays.copyOf(field, end);
  }

  /** One file's bytes; does not close the archive. */
  private final class Content extends InputStream {
    private final String name;
    private long left;

    Content(String name, long size) {
      this.name = name;
      this.left = size;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (left == 0) {
        return -1;
      }
      int count = in.read(target, offset, (int) Math.min(length, left));
      if (count < 0) {
        throw new EOFException();
      }
      left -= count;
      budget.takeBytes(count, EntryName.shown(name));
      grown(count);
      return count;
    }
  }
}
