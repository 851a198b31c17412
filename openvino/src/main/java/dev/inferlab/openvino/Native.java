package dev.inferlab.openvino;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.inferlab.openvino.internal.c.OvCommon;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.ToIntFunction;

/** The border's small change: statuses, out-parameters, C strings. */
final class Native {

  /**
   * What the C API makes of C++ exceptions, whose text it keeps. With other statuses it sets no
   * message, and the last one is that of an earlier failure.
   */
  private static final Set<Status> WITH_MESSAGE =
      EnumSet.of(
          Status.GENERAL_ERROR,
          Status.NOT_IMPLEMENTED,
          Status.REQUEST_BUSY,
          Status.UNKNOW_EXCEPTION);

  private Native() {}

  /** Throws what the status, and where there is one the runtime's last message, tell. */
  static void check(int status, String operation) {
    if (status != 0) {
      throw failure(status, operation);
    }
  }

  /**
   * To be made right after the call that failed: the runtime keeps one last message for the whole
   * process. When calls fail on several threads at once, one may still get the message of another;
   * its status is its own.
   */
  static OpenVinoException failure(int code, String operation) {
    Status status = Status.of(code);
    if (status == Status.INFER_CANCELLED) {
      return new InferenceCancelledException(operation + " was cancelled.");
    }
    String detail = WITH_MESSAGE.contains(status) ? lastMessage() : "";
    if (detail.isEmpty()) {
      MemorySegment info = OvCommon.ov_get_error_info(code);
      detail = info.equals(MemorySegment.NULL) ? "status " + code : text(info);
    }
    return new NativeCallException(status, operation, detail);
  }

  /** The copy is ours to free. */
  private static String lastMessage() {
    MemorySegment message = OvCommon.ov_get_last_err_msg();
    return message.equals(MemorySegment.NULL) ? "" : takeText(message).strip();
  }

  /** A call with one pointer to fill. */
  static MemorySegment pointer(String operation, ToIntFunction<MemorySegment> call) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ADDRESS);
      check(call.applyAsInt(out), operation);
      return out.get(ADDRESS, 0);
    }
  }

  /** A call with one {@code size_t} to fill. */
  static long size(String operation, ToIntFunction<MemorySegment> call) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(JAVA_LONG);
      check(call.applyAsInt(out), operation);
      return out.get(JAVA_LONG, 0);
    }
  }

  /** A call that answers a string, which is freed. */
  static String string(String operation, ToIntFunction<MemorySegment> call) {
    return takeText(pointer(operation, call));
  }

  static String takeText(MemorySegment pointer) {
    try {
      return text(pointer);
    } finally {
      OvCommon.ov_free(pointer);
    }
  }

  /** The C string at an address; empty for a null pointer. */
  static String text(MemorySegment pointer) {
    return pointer.equals(MemorySegment.NULL)
        ? ""
        : pointer.reinterpret(Long.MAX_VALUE).getString(0);
  }

  /** A pointer field of a struct. */
  static MemorySegment pointerAt(MemorySegment struct, long offset) {
    AddressLayout pointer = ADDRESS;
    return struct.get(pointer, offset);
  }

  static MemorySegment textOrNull(String text, Arena arena) {
    return text == null ? MemorySegment.NULL : arena.allocateFrom(text);
  }
}
