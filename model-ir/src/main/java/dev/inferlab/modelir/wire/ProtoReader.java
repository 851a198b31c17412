package dev.inferlab.modelir.wire;

import dev.inferlab.modelir.wire.MalformedModelException.Fault;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/**
 * A cursor over one message in protobuf's wire format (protobuf.dev/programming-guides/encoding).
 * It needs no schema and copies nothing until a text is asked for; every length is checked against
 * the end of the message that holds it.
 *
 * <pre>{@code
 * while (reader.next()) {
 *   switch (reader.field()) {
 *     case 1 -> name = reader.text();
 *     case 7 -> readGraph(reader.message());
 *   }
 * }
 * }</pre>
 */
public final class ProtoReader {
  public static final int VARINT = 0;
  public static final int FIXED64 = 1;
  public static final int LENGTH_DELIMITED = 2;
  public static final int FIXED32 = 5;

  private final FileBytes bytes;
  private final Budget budget;
  private final long end;
  private final int depthLeft;
  private long position;
  private int field;
  private int wireType;
  private long value;
  private long start;

  private ProtoReader(FileBytes bytes, long start, long end, int depthLeft, Budget budget) {
    this.bytes = bytes;
    this.position = start;
    this.start = start;
    this.end = end;
    this.depthLeft = depthLeft;
    this.budget = budget;
  }

  /** A reader over the message that fills the whole file. */
  public static ProtoReader of(FileBytes bytes, Budget budget) {
    return new ProtoReader(bytes, 0, bytes.size(), 100, budget);
  }

  /** A reader over the message in {@code [start, start + length)}. */
  public static ProtoReader of(FileBytes bytes, long start, long length, Budget budget)
      throws MalformedModelException {
    bytes.check(start, length);
    return new ProtoReader(bytes, start, start + length, 100, budget);
  }

  /** Goes to the next field; false at the end of the message. */
  public boolean next() throws MalformedModelException {
    if (position >= end) {
      return false;
    }
    budget.step(position);
    long tag = readVarint();
    long number = tag >>> 3;
    wireType = (int) (tag & 7);
    if (number == 0 || number > 536_870_911) {
      throw fault(Fault.MALFORMED, "a field has the impossible number " + number);
    }
    field = (int) number;
    start = position;
    switch (wireType) {
      case VARINT -> value = readVarint();
      case FIXED64 -> {
        need(8);
        value = bytes.i64(position);
        position += 8;
      }
      case FIXED32 -> {
        need(4);
        value = bytes.i32(position);
        position += 4;
      }
      case LENGTH_DELIMITED -> {
        value = readVarint();
        start = position;
        need(value);
        position += value;
      }
      default -> throw fault(Fault.MALFORMED, "a field has the unknown wire type " + wireType);
    }
    return true;
  }

  /** What pays for this reading. */
  public Budget budget() {
    return budget;
  }

  public int field() {
    return field;
  }

  public int wireType() {
    return wireType;
  }

  public boolean isField(int number, int type) {
    return field == number && wireType == type;
  }

  /** Value of a varint or fixed field. */
  public long number() throws MalformedModelException {
    if (wireType == LENGTH_DELIMITED) {
      throw fault(Fault.MALFORMED, "field " + field + " should be a number");
    }
    return value;
  }

  public float float32() throws MalformedModelException {
    if (wireType != FIXED32) {
      throw fault(Fault.MALFORMED, "field " + field + " should be a 32-bit float");
    }
    return Float.intBitsToFloat((int) value);
  }

  /**
   * Fails if the current field came before in its message. Readers merge what comes twice where one
   * belongs, so each part may be harmless and their sum not.
   *
   * @param seen the message's fields so far
   */
  public void once(Set<Integer> seen) throws MalformedModelException {
    if (!seen.add(field)) {
      throw MalformedModelException.atOffset(Fault.MALFORMED, "a value is given twice", start);
    }
  }

  /** Offset in the file of the current field's payload; before the first, of the message. */
  public long payloadOffset() {
    return start;
  }

  /** Length in bytes of the current length-delimited field. */
  public long payloadLength() throws MalformedModelException {
    if (wireType != LENGTH_DELIMITED) {
      throw fault(Fault.MALFORMED, "field " + field + " should have a length");
    }
    return value;
  }

  public String text() throws MalformedModelException {
    long length = payloadLength();
    if (length > 65_536) {
      throw fault(Fault.TOO_COMPLEX, "a name is " + length + " bytes long");
    }
    return bytes.name(start, length, budget);
  }

  /** A reader over the current field as a message of its own. */
  public ProtoReader message() throws MalformedModelException {
    long length = payloadLength();
    if (depthLeft == 0) {
      throw fault(Fault.TOO_COMPLEX, "messages are nested more than 100 deep");
    }
    return new ProtoReader(bytes, start, start + length, depthLeft - 1, budget);
  }

  /**
   * Passes each value of the current field, which may be one number or a packed list of varints.
   */
  public void forEachVarint(NumberConsumer consumer) throws MalformedModelException {
    if (wireType != LENGTH_DELIMITED) {
      consumer.accept(value);
      return;
    }
    ProtoReader packed = new ProtoReader(bytes, start, start + value, 0, budget);
    while (packed.position < packed.end) {
      budget.step(packed.position);
      consumer.accept(packed.readVarint());
    }
  }

  /** The bytes of the current length-delimited field, where the file has them. */
  public MemorySegment payload() throws MalformedModelException {
    return bytes.segment().asSlice(start, payloadLength());
  }

  /** How many varints the current field holds, without keeping or paying for each. */
  public long countVarints() throws MalformedModelException {
    if (wireType != LENGTH_DELIMITED) {
      return 1;
    }
    long count = 0;
    for (long at = start; at < start + value; at++) {
      count += bytes.u8(at) < 0x80 ? 1 : 0;
    }
    return count;
  }

  /**
   * Passes the bits of each value of the current field, which may be one number of {@code width}
   * bytes or a packed list of them.
   *
   * @param width 4 or 8
   */
  public void forEachFixed(int width, NumberConsumer consumer) throws MalformedModelException {
    long count = countFixed(width);
    if (wireType != LENGTH_DELIMITED) {
      consumer.accept(value);
      return;
    }
    for (long i = 0; i < count; i++) {
      long at = start + i * width;
      budget.step(at);
      consumer.accept(width == 4 ? bytes.i32(at) : bytes.i64(at));
    }
  }

  /** How many numbers of {@code width} bytes the current field holds: one, or a packed list. */
  public long countFixed(int width) throws MalformedModelException {
    if (wireType == LENGTH_DELIMITED) {
      return value / width;
    }
    if (wireType != (width == 4 ? FIXED32 : FIXED64)) {
      throw fault(
          Fault.MALFORMED, "field %d should be a number of %d bytes".formatted(field, width));
    }
    return 1;
  }

  /** Receives the values of a repeated field. */
  public interface NumberConsumer {
    void accept(long value) throws MalformedModelException;
  }

  private long readVarint() throws MalformedModelException {
    long result = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      need(1);
      int next = bytes.u8(position++);
      result |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        return result;
      }
    }
    throw fault(Fault.MALFORMED, "a number is longer than ten bytes");
  }

  private void need(long length) throws MalformedModelException {
    if (length < 0 || length > end - position) {
      boolean atFileEnd = end == bytes.size();
      throw fault(
          atFileEnd && length >= 0 ? Fault.TRUNCATED : Fault.MALFORMED,
          atFileEnd && length >= 0
              ? "%d bytes are announced at byte %d, but the file ends at byte %d"
                  .formatted(length, position, end)
              : "a length at byte %d reaches beyond the part that holds it".formatted(position));
    }
  }

  private MalformedModelException fault(Fault fault, String reason) {
    return MalformedModelException.atOffset(fault, reason, position);
  }
}
