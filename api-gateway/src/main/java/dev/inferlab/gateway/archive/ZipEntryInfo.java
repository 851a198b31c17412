package dev.inferlab.gateway.archive;

import dev.inferlab.platform.problem.ProblemCode;
import java.nio.ByteBuffer;

/** An entry as the central directory tells it, already known to be a plain file or a folder. */
@SuppressWarnings("ArrayRecordComponent") // raw names; entries are never compared
record ZipEntryInfo(
    byte[] rawName,
    String name,
    boolean folder,
    int flags,
    int method,
    long crc,
    long packed,
    long unpacked,
    long offset) {
  static final int STORED = 0;
  static final int DEFLATED = 8;
  static final int SIZES_FOLLOW = 1 << 3;
  private static final int ENCRYPTED = 1;
  private static final int STRONG_ENCRYPTION = 1 << 6;
  private static final int ZIP64_FIELD = 1;
  private static final int UNIX = 3;
  private static final int TYPE_MASK = 0xf000;
  private static final int FOLDER_TYPE = 0x4000;
  private static final int FILE_TYPE = 0x8000;
  private static final long MAX32 = 0xffffffffL;

  static ZipEntryInfo of(ByteBuffer header, byte[] rawName, ByteBuffer extra) {
    String name = EntryName.check(rawName);
    int madeBy = Short.toUnsignedInt(header.getShort(4)) >>> 8;
    int type = madeBy == UNIX ? (header.getInt(38) >>> 16) & TYPE_MASK : 0;
    if (type != 0 && type != FOLDER_TYPE && type != FILE_TYPE) {
      throw ArchiveProblem.of(
          ProblemCode.ARCHIVE_ENTRY_TYPE_FORBIDDEN,
          EntryName.shown(name),
          "The archive holds a link or a special file. Pack plain files and folders only.");
    }
    boolean folder =
        type == FOLDER_TYPE || (rawName.length > 0 && rawName[rawName.length - 1] == '/');
    int flags = Short.toUnsignedInt(header.getShort(8));
    int method = Short.toUnsignedInt(header.getShort(10));
    if ((flags & (ENCRYPTED | STRONG_ENCRYPTION)) != 0) {
      throw ArchiveProblem.of(
          ProblemCode.ARCHIVE_ENCRYPTED,
          EntryName.shown(name),
          "The archive is encrypted. Pack it without.");
    }
    if (method != STORED && method != DEFLATED) {
      throw ArchiveProblem.of(
          ProblemCode.ARCHIVE_MALFORMED,
          EntryName.shown(name),
          "The file is packed by a method that is not read. Use the usual one (deflate).");
    }
    long unpacked = Integer.toUnsignedLong(header.getInt(24));
    long packed = Integer.toUnsignedLong(header.getInt(20));
    long offset = Integer.toUnsignedLong(header.getInt(42));
    ByteBuffer large = zip64(extra);
    unpacked = unpacked == MAX32 && large.remaining() >= 8 ? large.getLong() : unpacked;
    packed = packed == MAX32 && large.remaining() >= 8 ? large.getLong() : packed;
    offset = offset == MAX32 && large.remaining() >= 8 ? large.getLong() : offset;
    if (unpacked < 0 || packed < 0 || offset < 0 || (method == STORED && packed != unpacked)) {
      throw ZipDirectory.damaged("a size in it is impossible");
    }
    if (folder && unpacked != 0) {
      throw ZipDirectory.damaged("a folder in it has content");
    }
    long crc = Integer.toUnsignedLong(header.getInt(16));
    return new ZipEntryInfo(rawName, name, folder, flags, method, crc, packed, unpacked, offset);
  }

  boolean sizesFollow() {
    return (flags & SIZES_FOLLOW) != 0;
  }

  private static ByteBuffer zip64(ByteBuffer extra) {
    while (extra.remaining() >= 4) {
      int id = Short.toUnsignedInt(extra.getShort());
      int length = Short.toUnsignedInt(extra.getShort());
      if (length > extra.remaining()) {
        break;
      }
      if (id == ZIP64_FIELD) {
        return extra.slice(extra.position(), length).order(extra.order());
      }
      extra.position(extra.position() + length);
    }
    return ByteBuffer.allocate(0);
  }
}
