package dev.inferlab.openvino.internal.c;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Functions of {@code ov_util.h}. Written by BindingWriter; do not edit. */
@SuppressWarnings("MemberName") // names are C's, to be found by search
public final class OvUtil {
  private OvUtil() {}

  private static final MethodHandle OV_UTIL_SET_LOG_CALLBACK =
      Symbols.function("ov_util_set_log_callback", FunctionDescriptor.ofVoid(ADDRESS));

  public static void ov_util_set_log_callback(MemorySegment func) {
    try {
      OV_UTIL_SET_LOG_CALLBACK.invokeExact(func);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }
}
