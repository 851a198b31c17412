package dev.inferlab.modelir.wire;

import java.util.Objects;

/**
 * Bytes of a model file that do not follow their format. Expected in normal work (files come from
 * strangers), so it carries no stack trace.
 */
public final class MalformedModelException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What kind of fault the bytes have. */
  public enum Fault {
    /** The file ends before what it announces. */
    TRUNCATED,
    /** A value contradicts the format. */
    MALFORMED,
    /** More parts, more nesting or longer texts than a reader spends memory or time on. */
    TOO_COMPLEX
  }

  private final Fault fault;
  private final long offset;
  private final int line;

  private MalformedModelException(Fault fault, String reason, long offset, int line) {
    super(Objects.requireNonNull(reason), null, false, false);
    this.fault = fault;
    this.offset = offset;
    this.line = line;
  }

  public static MalformedModelException atOffset(Fault fault, String reason, long offset) {
    return new MalformedModelException(fault, reason, offset, -1);
  }

  public static MalformedModelException atLine(Fault fault, String reason, int line) {
    return new MalformedModelException(fault, reason, -1, line);
  }

  public Fault fault() {
    return fault;
  }

  /** Byte offset in the file, or -1 when the fault is known by line. */
  public long offset() {
    return offset;
  }

  /** Line in the file counted from 1, or -1 when the fault is known by offset. */
  public int line() {
    return line;
  }
}
