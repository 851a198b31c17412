package dev.inferlab.gateway.archive;

import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One 512-byte header. {@code name} is raw: it is checked where it is used. */
@SuppressWarnings("ArrayRecordComponent") // a raw name; never compared
record TarHeader(byte[] name, long size, int type) {
  private static final int NAME_LENGTH = 100;
  private static final int SIZE_AT = 124;
  private static final int SIZE_LENGTH = 12;
  private static final int CHECKSUM_AT = 148;
  private static final int CHECKSUM_LENGTH = 8;
  private static final int TYPE_AT = 156;
  private static final int MAGIC_AT = 257;
  private static final int PREFIX_AT = 345;
  private static final int PREFIX_LENGTH = 155;

  static TarHeader of(byte[] block) throws IOException {
    if (octal(block, CHECKSUM_AT, CHECKSUM_LENGTH) != checksum(block)) {
      throw damaged();
    }
    return new TarHeader(fullName(block), size(block), block[TYPE_AT]);
  }

  /** The header with what an extension before it said. */
  TarHeader with(PaxFields fields) {
    return new TarHeader(
        fields.name() == null ? name : fields.name(),
        fields.size() < 0 ? size : fields.size(),
        type);
  }

  boolean endsWithSlash() {
    return name.length > 0 && name[name.length - 1] == '/';
  }

  String shownName() {
    return new String(name, StandardCharsets.UTF_8);
  }

  private static byte[] fullName(byte[] block) {
    byte[] name = TarArchive.cString(Arrays.copyOf(block, NAME_LENGTH));
    // "ustar\0" has a prefix there; GNU's "ustar  " has times instead.
    boolean posix = block[MAGIC_AT] == 'u' && block[MAGIC_AT + 5] == 0;
    byte[] prefix =
        TarArchive.cString(Arrays.copyOfRange(block, PREFIX_AT, PREFIX_AT + PREFIX_LENGTH));
    if (!posix || prefix.length == 0) {
      return name;
    }
    byte[] full = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
    full[prefix.length] = '/';
    System.arraycopy(name, 0, full, prefix.length + 1, name.length);
    return full;
  }

  private static long size(byte[] block) throws IOException {
    if ((block[SIZE_AT] & 0x80) == 0) {
      return octal(block, SIZE_AT, SIZE_LENGTH);
    }
    // GNU's base-256 for sizes of 8 GiB and more; 63 bits are enough for everybody.
    long size = 0;
    for (int i = SIZE_AT + 4; i < SIZE_AT + SIZE_LENGTH; i++) {
      size = size << 8 | (block[i] & 0xff);
    }
    if (size < 0 || block[SIZE_AT] != (byte) 0x80) {
      throw damaged();
    }
    return size;
  }

  private static long octal(byte[] block, int at, int length) throws IOException {
    long value = 0;
    boolean digits = false;
    for (int i = at; i < at + length; i++) {
      int c = block[i];
      if (c >= '0' && c <= '7') {
        value = value * 8 + c - '0';
        digits = true;
      } else if (c == 0 || c == ' ') {
        if (digits) {
          break;
        }
      } else {
        throw damaged();
      }
    }
    return value;
  }

  private static long checksum(byte[] block) {
    long sum = 0;
    for (int i = 0; i < block.length; i++) {
      boolean inField = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_LENGTH;
      sum += inField ? ' ' : block[i] & 0xff;
    }
    return sum;
  }

  static ProblemException damaged() {
    return ArchiveProblem.of(
        ProblemCode.ARCHIVE_MALFORMED,
        "",
        "The tar archive is damaged: a header in it is broken. Pack it again.");
  }
}
