package dev.inferlab.gateway.archive;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes zip files byte by byte, so that each byte can be a lie. */
public final class ZipForge {
  private final ByteArrayOutputStream file = new ByteArrayOutputStream();
  private final List<Entry> entries = new ArrayList<>();
  private int announcedEntries = -1;

  /** An entry; what is not set is honest. */
  public static final class Entry {
    private final byte[] name;
    private final byte[] data;
    private byte[] localName;
    private byte[] packed;
    private int method;
    private int localMethod = -1;
    private int flags = 1 << 11;
    private int mode;
    private long unpacked;
    private long crc;
    private long offset = -1;
    private long localUnpacked = -1;

    Entry(byte[] name, byte[] data) {
      this.name = name;
      this.data = data;
      this.packed = data;
      this.unpacked = data.length;
      CRC32 sum = new CRC32();
      sum.update(data);
      this.crc = sum.getValue();
    }

    public Entry mode(int unixMode) {
      mode = unixMode;
      return this;
    }

    public Entry flags(int value) {
      flags = value;
      return this;
    }

    public Entry method(int value) {
      method = value;
      return this;
    }

    public Entry localMethod(int value) {
      localMethod = value;
      return this;
    }

    public Entry localName(String value) {
      localName = value.getBytes(StandardCharsets.UTF_8);
      return this;
    }

    public Entry localSize(long value) {
      localUnpacked = value;
      return this;
    }

    public Entry crc(long value) {
      crc = value;
      return this;
    }

    public Entry size(long value) {
      unpacked = value;
      return this;
    }

    /** Points the central directory elsewhere. */
    public Entry offset(long value) {
      offset = value;
      return this;
    }

    public Entry deflated() {
      Deflater deflater = new Deflater(9, true);
      deflater.setInput(data);
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[1 << 16];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
      return packed(out.toByteArray());
    }

    /** Already deflated bytes. */
    public Entry packed(byte[] bytes) {
      packed = bytes;
      method = 8;
      return this;
    }
  }

  public static Entry entry(String name, String text) {
    return entry(name, text.getBytes(StandardCharsets.UTF_8));
  }

  public static Entry entry(String name, byte[] data) {
    return new Entry(name.getBytes(StandardCharsets.UTF_8), data);
  }

  static Entry rawEntry(byte[] name, String text) {
    return new Entry(name, text.getBytes(StandardCharsets.UTF_8));
  }

  public static byte[] zip(Entry... entries) {
    ZipForge forge = new ZipForge();
    for (Entry entry : entries) {
      forge.add(entry);
    }
    return forge.toByteArray();
  }

  ZipForge announce(int count) {
    announcedEntries = count;
    return this;
  }

  ZipForge add(Entry entry) {
    if (entry.offset < 0) {
      entry.offset = file.size();
      byte[] name = entry.localName == null ? entry.name : entry.localName;
      ByteBuffer header = little(30 + name.length);
      header.putInt(0x04034b50).putShort((short) 20).putShort((short) entry.flags);
      header.putShort((short) (entry.localMethod < 0 ? entry.method : entry.localMethod));
      header.putInt(0).putInt((int) entry.crc).putInt(entry.packed.length);
      header.putInt((int) (entry.localUnpacked < 0 ? entry.unpacked : entry.localUnpacked));
      header.putShort((short) name.length).putShort((short) 0).put(name);
      file.writeBytes(header.array());
      file.writeBytes(entry.packed);
    }
    entries.add(entry);
    return this;
  }

  byte[] toByteArray() {
    int start = file.size();
    for (Entry entry : entries) {
      ByteBuffer header = little(46 + entry.name.length);
      header.putInt(0x02014b50).putShort((short) (3 << 8 | 20)).putShort((short) 20);
      header.putShort((short) entry.flags).putShort((short) entry.method).putInt(0);
      header.putInt((int) entry.crc).putInt(entry.packed.length).putInt((int) entry.unpacked);
      header.putShort((short) entry.name.length).putShort((short) 0).putShort((short) 0);
      header.putShort((short) 0).putShort((short) 0).putInt(entry.mode << 16);
      header.putInt((int) entry.offset).put(entry.name);
      file.writeBytes(header.array());
    }
    int count = announcedEntries < 0 ? entries.size() : announcedEntries;
    ByteBuffer end = little(22);
    end.putInt(0x06054b50).putInt(0).putShort((short) count).putShort((short) count);
    end.putInt(file.size() - start).putInt(start).putShort((short) 0);
    file.writeBytes(end.array());
    return file.toByteArray();
  }

  /** Deflate data that unpacks to {@code mebibytes} MiB of zeros, made without making those. */
  public static byte[] deflatedZeros(int mebibytes) {
    Deflater deflater = new Deflater(9, true);
    byte[] zeros = new byte[1 << 20];
    byte[] buffer = new byte[1 << 16];
    deflater.setInput(zeros);
    int length = deflater.deflate(buffer, 0, buffer.length, Deflater.FULL_FLUSH);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < mebibytes; i++) {
      out.write(buffer, 0, length);
    }
    out.write(3);
    out.write(0);
    return out.toByteArray();
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
