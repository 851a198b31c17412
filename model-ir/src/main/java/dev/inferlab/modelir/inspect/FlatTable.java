package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.wire.Budget;
import dev.inferlab.modelir.wire.FileBytes;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.MalformedModelException.Fault;

/**
 * A table in a FlatBuffer (flatbuffers.dev/internals). Every offset is checked before it is
 * followed; {@link Extent} remembers the last byte that the tables claim.
 */
final class FlatTable {
  private final FileBytes bytes;
  private final Budget budget;
  private final Extent extent;
  private final long position;
  private final long vtable;
  private final int vtableSize;

  /** The last byte claimed so far. */
  static final class Extent {
    private long end;

    long end() {
      return end;
    }

    void claim(long offset, long length) {
      end = Math.max(end, offset + length);
    }
  }

  FlatTable(FileBytes bytes, long position, Extent extent, Budget budget)
      throws MalformedModelException {
    budget.step(position);
    this.bytes = bytes;
    this.budget = budget;
    this.extent = extent;
    this.position = position;
    this.vtable = position - bytes.i32(position);
    this.vtableSize = bytes.u16(vtable);
    int tableSize = bytes.u16(vtable + 2);
    if (vtableSize < 4 || vtableSize % 2 != 0 || tableSize < 4) {
      throw MalformedModelException.atOffset(
          Fault.MALFORMED, "a table's field list is impossible", position);
    }
    bytes.check(vtable, vtableSize);
    bytes.check(position, tableSize);
    extent.claim(vtable, vtableSize);
    extent.claim(position, tableSize);
  }

  static FlatTable root(FileBytes bytes, Extent extent, Budget budget)
      throws MalformedModelException {
    return new FlatTable(bytes, bytes.u32(0), extent, budget);
  }

  /** Offset of a field's value, or -1 when the table does not have it. */
  private long field(int id) throws MalformedModelException {
    int slot = 4 + 2 * id;
    if (slot >= vtableSize) {
      return -1;
    }
    int offset = bytes.u16(vtable + slot);
    return offset == 0 ? -1 : position + offset;
  }

  boolean has(int id) throws MalformedModelException {
    return field(id) >= 0;
  }

  int u8(int id, int absent) throws MalformedModelException {
    long at = field(id);
    return at < 0 ? absent : bytes.u8(at);
  }

  long u32(int id, long absent) throws MalformedModelException {
    long at = field(id);
    return at < 0 ? absent : bytes.u32(at);
  }

  int i32(int id, int absent) throws MalformedModelException {
    long at = field(id);
    return at < 0 ? absent : bytes.i32(at);
  }

  long i64(int id, long absent) throws MalformedModelException {
    long at = field(id);
    return at < 0 ? absent : bytes.i64(at);
  }

  /** A string field, or empty. */
  String text(int id) throws MalformedModelException {
    Vector vector = vector(id, 1);
    if (vector.size > 65_536) {
      throw MalformedModelException.atOffset(
          Fault.TOO_COMPLEX, "a name is %d bytes long".formatted(vector.size), vector.start);
    }
    extent.claim(vector.start + vector.size, vector.size > 0 ? 1 : 0);
    return vector.size == 0 ? "" : bytes.name(vector.start, vector.size, budget);
  }

  /** A table field, or null. */
  FlatTable table(int id) throws MalformedModelException {
    long at = field(id);
    return at < 0 ? null : new FlatTable(bytes, follow(at), extent, budget);
  }

  /** A vector field whose elements are {@code width} bytes; absent is empty. */
  Vector vector(int id, int width) throws MalformedModelException {
    long at = field(id);
    if (at < 0) {
      return new Vector(position, 0);
    }
    long start = follow(at);
    long size = bytes.u32(start);
    bytes.check(start + 4, Math.multiplyExact(size, (long) width));
    extent.claim(start, 4 + size * width);
    return new Vector(start + 4, size);
  }

  private long follow(long at) throws MalformedModelException {
    long target = at + bytes.u32(at);
    bytes.check(target, 4);
    return target;
  }

  /** Elements in a row, of the width with which the vector was asked for. */
  final class Vector {
    private final long start;
    private final long size;

    private Vector(long start, long size) {
      this.start = start;
      this.size = size;
    }

    long size() {
      return size;
    }

    long start() {
      return start;
    }

    int i32(long index) throws MalformedModelException {
      budget.step(start);
      return bytes.i32(start + 4 * index);
    }

    FlatTable table(long index) throws MalformedModelException {
      return new FlatTable(bytes, follow(start + 4 * index), extent, budget);
    }

    void checkTexts() throws MalformedModelException {
      for (long i = 0; i < size; i++) {
        budget.step(start);
        long text = follow(start + 4 * i);
        long length = bytes.u32(text);
        bytes.check(text + 4, length + 1);
        extent.claim(text, length + 5);
      }
    }
  }
}
