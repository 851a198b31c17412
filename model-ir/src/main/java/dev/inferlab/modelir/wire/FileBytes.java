package dev.inferlab.modelir.wire;

import dev.inferlab.modelir.wire.MalformedModelException.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The bytes of one file, memory-mapped and read little-endian. Every read is checked against the
 * end of the file; asking beyond it is a {@link Fault#TRUNCATED} fault at the offset of the read.
 */
public final class FileBytes {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Stands in a text for bytes that are no UTF-8. */
  private static final char REPLACEMENT = 0xFFFD;

  private final MemorySegment bytes;

  public FileBytes(MemorySegment bytes) {
    this.bytes = bytes;
  }

  /** Maps {@code file} for as long as {@code arena} lives. */
  public static FileBytes map(Path file, Arena arena) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      return new FileBytes(
          size == 0
              ? MemorySegment.NULL
              : channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena));
    }
  }

  public long size() {
    return bytes.byteSize();
  }

  /** The mapped bytes, read-only. */
  public MemorySegment segment() {
    return bytes;
  }

  /** The mapped bytes from {@code offset} on. */
  InputStream stream(long offset) {
    return new InputStream() {
      private long at = offset;

      @Override
      public int read() {
        return at < size() ? Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, at++)) : -1;
      }

      @Override
      public int read(byte[] target, int start, int length) {
        if (length > 0 && at >= size()) {
          return -1;
        }
        int count = (int) Math.min(length, size() - at);
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, target, start, count);
        at += count;
        return count;
      }
    };
  }

  public int u8(long offset) throws MalformedModelException {
    check(offset, 1);
    return Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, offset));
  }

  public int u16(long offset) throws MalformedModelException {
    check(offset, 2);
    return Short.toUnsignedInt(bytes.get(SHORT, offset));
  }

  public int i32(long offset) throws MalformedModelException {
    check(offset, 4);
    return bytes.get(INT, offset);
  }

  public long u32(long offset) throws MalformedModelException {
    return Integer.toUnsignedLong(i32(offset));
  }

  public long i64(long offset) throws MalformedModelException {
    check(offset, 8);
    return bytes.get(LONG, offset);
  }

  /** Text of {@code length} bytes; malformed UTF-8 becomes replacement characters. */
  public String text(long offset, long length, Budget budget) throws MalformedModelException {
    check(offset, length);
    budget.keep(length, offset);
    byte[] copy = bytes.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    return new String(copy, StandardCharsets.UTF_8);
  }

  /** A name of {@code length} bytes: UTF-8, and of characters that IR, which is XML, can hold. */
  public String name(long offset, long length, Budget budget) throws MalformedModelException {
    String name = text(offset, length, budget);
    if (name.indexOf(REPLACEMENT) >= 0 && !has(offset, name.getBytes(StandardCharsets.UTF_8))) {
      throw MalformedModelException.atOffset(
          Fault.MALFORMED, "the name '%.100s' is not UTF-8".formatted(name), offset);
    }
    for (int i = 0; i < name.length(); i++) {
      char next = name.charAt(i);
      boolean isControl = next < ' ' && next != '\t' && next != '\n' && next != '\r';
      if (isControl || next >= 0xFFFE) {
        throw MalformedModelException.atOffset(
            Fault.MALFORMED,
            "a name has the character U+%04X, which no IR can hold".formatted((int) next),
            offset);
      }
    }
    return name;
  }

  /** Fails unless the file holds {@code length} bytes from {@code offset}. */
  public void check(long offset, long length) throws MalformedModelException {
    if (offset < 0 || length < 0) {
      throw MalformedModelException.atOffset(
          Fault.MALFORMED, "an offset or a length is negative", Math.max(offset, 0));
    }
    if (offset > size() || length > size() - offset) {
      throw MalformedModelException.atOffset(
          Fault.TRUNCATED,
          "%d bytes are announced at byte %d, but the file ends at byte %d"
              .formatted(length, offset, size()),
          Math.min(offset, size()));
    }
  }

  /** True when the file has {@code expected} at {@code offset}. */
  public boolean has(long offset, byte... expected) {
    return offset >= 0
        && size() - offset >= expected.length
        && bytes.asSlice(offset, expected.length).mismatch(MemorySegment.ofArray(expected)) == -1;
  }
}
