package dev.inferlab.gateway.dataset;

import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Writes a zip file in which every entry is stored as it is, so that an image can be read by its
 * offset. An entry that turns out unwanted can be taken back. The same files give the same bytes:
 * no times, no attributes.
 */
final class StoredZip implements AutoCloseable {
  private static final int LOCAL_SIZE = 30;
  private static final int CENTRAL_SIZE = 46;
  private static final int END_SIZE = 22;
  private static final short VERSION = 20;
  private static final short UTF8 = 1 << 11;

  /** 1 January 1980, the earliest that the format knows. */
  private static final short NO_DATE = 0x21;

  private static final long MOST_BYTES = 0xffff_ffffL;
  private static final int MOST_ENTRIES = 0xffff;

  private final FileChannel file;
  private final List<Entry> entries = new ArrayList<>();

  StoredZip(Path path) throws IOException {
    file = FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.READ);
  }

  /** An entry that was written. */
  record Entry(String name, long crc, long sizeBytes, long headerOffset, long dataOffset) {}

  Entry add(String name, InputStream content) throws IOException {
    byte[] rawName = name.getBytes(StandardCharsets.UTF_8);
    long header = file.position();
    long data = header + LOCAL_SIZE + rawName.length;
    file.position(data);
    CRC32 crc = new CRC32();
    byte[] buffer = new byte[1 << 16];
    for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
      crc.update(buffer, 0, count);
      write(ByteBuffer.wrap(buffer, 0, count));
    }
    Entry entry = new Entry(name, crc.getValue(), file.position() - data, header, data);
    if (file.position() > MOST_BYTES || entries.size() == MOST_ENTRIES) {
      throw new ProblemException(
          ProblemCode.DATASET_TOO_LARGE,
          "A dataset has at most 65,535 images and 4 GiB. Split it.");
    }
    long end = file.position();
    file.position(header);
    write(localHeader(entry, rawName));
    file.position(end);
    entries.add(entry);
    return entry;
  }

  /** Takes the last entry back. */
  void drop(Entry entry) throws IOException {
    entries.remove(entry);
    file.truncate(entry.headerOffset());
    file.position(entry.headerOffset());
  }

  /** What was written of an entry, to be looked at. */
  InputStream read(Entry entry) {
    return new EntryStream(file, entry.dataOffset(), entry.sizeBytes());
  }

  void finish() throws IOException {
    long start = file.position();
    for (Entry entry : entries) {
      write(centralHeader(entry));
    }
    long size = file.position() - start;
    ByteBuffer end = little(END_SIZE);
    end.putInt(0x06054b50).putInt(0);
    end.putShort((short) entries.size()).putShort((short) entries.size());
    end.putInt((int) size).putInt((int) start).putShort((short) 0);
    write(end.flip());
  }

  private static ByteBuffer localHeader(Entry entry, byte[] name) {
    ByteBuffer header = little(LOCAL_SIZE + name.length);
    header.putInt(0x04034b50).putShort(VERSION);
    describe(header, entry, name.length);
    header.putShort((short) 0).put(name);
    return header.flip();
  }

  private static ByteBuffer centralHeader(Entry entry) {
    byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
    ByteBuffer header = little(CENTRAL_SIZE + name.length);
    header.putInt(0x02014b50).putShort(VERSION).putShort(VERSION);
    describe(header, entry, name.length);
    header.putShort((short) 0).putShort((short) 0).putShort((short) 0).putShort((short) 0);
    header.putInt(0).putInt((int) entry.headerOffset()).put(name);
    return header.flip();
  }

  /** The fields from the flags to the length of the name, which both headers share. */
  private static void describe(ByteBuffer header, Entry entry, int nameLength) {
    header.putShort(UTF8).putShort((short) 0).putShort((short) 0).putShort(NO_DATE);
    header.putInt((int) entry.crc());
    header.putInt((int) entry.sizeBytes()).putInt((int) entry.sizeBytes());
    header.putShort((short) nameLength);
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
