package dev.inferlab.gateway.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/** Writes tar files header by header. */
public final class TarForge {
  private final ByteArrayOutputStream file = new ByteArrayOutputStream();

  public TarForge file(String name, String text) {
    return entry(name, '0', text.getBytes(StandardCharsets.UTF_8));
  }

  public TarForge file(String name, byte[] data) {
    return entry(name, '0', data);
  }

  TarForge entry(String name, char type, byte[] data) {
    return header(name.getBytes(StandardCharsets.UTF_8), type, data.length, "").data(data);
  }

  TarForge link(String name, char type, String target) {
    return header(name.getBytes(StandardCharsets.UTF_8), type, 0, target);
  }

  TarForge pax(String key, String value) {
    String record = " " + key + "=" + value + "\n";
    int length = record.length() + Integer.toString(record.length() + 3).length();
    while (Integer.toString(length).length() + record.length() != length) {
      length = Integer.toString(length).length() + record.length();
    }
    return entry("PaxHeader", 'x', (length + record).getBytes(StandardCharsets.UTF_8));
  }

  TarForge header(byte[] name, char type, long size, String link) {
    byte[] block = new byte[512];
    System.arraycopy(name, 0, block, 0, Math.min(name.length, 100));
    put(block, 100, "0000644\0");
    put(block, 108, "0000000\0");
    put(block, 116, "0000000\0");
    put(block, 124, "%011o\0".formatted(size));
    put(block, 136, "00000000000\0");
    Arrays.fill(block, 148, 156, (byte) ' ');
    block[156] = (byte) type;
    put(block, 157, link);
    put(block, 257, "ustar\00000");
    int sum = 0;
    for (byte b : block) {
      sum += b & 0xff;
    }
    put(block, 148, "%06o\0 ".formatted(sum));
    file.writeBytes(block);
    return this;
  }

  TarForge data(byte[] data) {
    file.writeBytes(data);
    file.writeBytes(new byte[(512 - data.length % 512) % 512]);
    return this;
  }

  public byte[] toByteArray() {
    file.writeBytes(new byte[1024]);
    return file.toByteArray();
  }

  byte[] withoutEnd() {
    return file.toByteArray();
  }

  public static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void put(byte[] block, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, block, at, bytes.length);
  }
}
