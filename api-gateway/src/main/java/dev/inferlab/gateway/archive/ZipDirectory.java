package dev.inferlab.gateway.archive;

import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/** Reads a zip file's central directory: the only place whose word about an entry counts. */
final class ZipDirectory {
  private static final int END_SIZE = 22;
  private static final int LONGEST_COMMENT = 0xffff;
  private static final int END_MAGIC = 0x06054b50;
  private static final int END64_MAGIC = 0x06064b50;
  private static final int LOCATOR64_MAGIC = 0x07064b50;
  private static final int LOCATOR64_SIZE = 20;
  private static final int END64_SIZE = 56;
  private static final int CENTRAL_MAGIC = 0x02014b50;
  private static final int CENTRAL_SIZE = 46;
  private static final long MAX32 = 0xffffffffL;

  private final FileChannel channel;
  private final UnpackBudget budget;

  /** Where the directory is and how many entries it announces. */
  private record End(long entries, long size, long offset) {}

  ZipDirectory(FileChannel channel, UnpackBudget budget) {
    this.channel = channel;
    this.budget = budget;
  }

  List<ZipEntryInfo> entries() throws IOException {
    End end = end();
    budget.takeEntries(end.entries());
    List<ZipEntryInfo> entries = new ArrayList<>();
    InputStream in =
        new BufferedInputStream(Channels.newInputStream(channel.position(end.offset())), 1 << 16);
    long left = end.size();
    for (long i = 0; i < end.entries(); i++) {
      ByteBuffer header = little(in, CENTRAL_SIZE);
      if (header.getInt(0) != CENTRAL_MAGIC) {
        throw damaged("its list of files is broken");
      }
      int nameLength = Short.toUnsignedInt(header.getShort(28));
      int extraLength = Short.toUnsignedInt(header.getShort(30));
      int commentLength = Short.toUnsignedInt(header.getShort(32));
      left -= CENTRAL_SIZE + nameLength + extraLength + commentLength;
      if (left < 0) {
        throw damaged("its list of files is longer than announced");
      }
      byte[] name = exactly(in, nameLength);
      ByteBuffer extra = little(in, extraLength);
      exactly(in, commentLength);
      entries.add(ZipEntryInfo.of(header, name, extra));
    }
    if (left != 0) {
      throw damaged("its list of files is shorter than announced");
    }
    return entries;
  }

  /** First byte after the last entry's data. */
  long offset() throws IOException {
    return end().offset();
  }

  private End end() throws IOException {
    long size = channel.size();
    int length = (int) Math.min(size, END_SIZE + LONGEST_COMMENT);
    ByteBuffer tail = at(size - length, length);
    for (int i = length - END_SIZE; i >= 0; i--) {
      boolean found =
          tail.getInt(i) == END_MAGIC
              && Short.toUnsignedInt(tail.getShort(i + 20)) == length - END_SIZE - i;
      if (found) {
        return checked(
            end(tail.slice(i, END_SIZE).order(ByteOrder.LITTLE_ENDIAN), size - length + i));
      }
    }
    throw damaged("its end is missing");
  }

  private End end(ByteBuffer end, long position) throws IOException {
    int disk = Short.toUnsignedInt(end.getShort(4));
    int directoryDisk = Short.toUnsignedInt(end.getShort(6));
    long entries = Short.toUnsignedLong(end.getShort(10));
    long size = Integer.toUnsignedLong(end.getInt(12));
    long offset = Integer.toUnsignedLong(end.getInt(16));
    boolean large = entries == 0xffff || size == MAX32 || offset == MAX32;
    if (large && position >= LOCATOR64_SIZE) {
      ByteBuffer locator = at(position - LOCATOR64_SIZE, LOCATOR64_SIZE);
      if (locator.getInt(0) == LOCATOR64_MAGIC) {
        return end64(locator.getLong(8), position - LOCATOR64_SIZE);
      }
    }
    if (disk != 0 || directoryDisk != 0) {
      throw damaged("it is one part of several");
    }
    if (offset + size != position) {
      throw damaged("its list of files is not where it should be");
    }
    return new End(entries, size, offset);
  }

  private End end64(long at, long locatorAt) throws IOException {
    if (at < 0 || at > locatorAt - END64_SIZE) {
      throw damaged("its list of files is not where it should be");
    }
    ByteBuffer end = at(at, END64_SIZE);
    if (end.getInt(0) != END64_MAGIC) {
      throw damaged("its end is broken");
    }
    long size = end.getLong(40);
    long offset = end.getLong(48);
    if (size < 0 || offset < 0 || offset > at || offset + size != at) {
      throw damaged("its list of files is not where it should be");
    }
    return new End(end.getLong(32), size, offset);
  }

  private static End checked(End end) {
    if (end.entries() < 0 || end.entries() > end.size() / CENTRAL_SIZE) {
      throw damaged("it announces more files than its list can hold");
    }
    return end;
  }

  ByteBuffer at(long position, int length) throws IOException {
    if (position < 0 || position > channel.size() - length) {
      throw damaged("it points outside itself");
    }
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new EOFException();
      }
    }
    return buffer.flip();
  }

  static ProblemException damaged(String why) {
    return ArchiveProblem.of(
        ProblemCode.ARCHIVE_MALFORMED,
        "",
        "The zip archive is damaged: %s. Pack it again.".formatted(why));
  }

  private static byte[] exactly(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return bytes;
  }

  private static ByteBuffer little(InputStream in, int length) throws IOException {
    return ByteBuffer.wrap(exactly(in, length)).order(ByteOrder.LITTLE_ENDIAN);
  }
}
