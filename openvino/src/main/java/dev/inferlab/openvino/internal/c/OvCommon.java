package dev.inferlab.openvino.internal.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Functions of {@code ov_common.h}. Written by BindingWriter; do not edit. */
@SuppressWarnings("MemberName") // names are C's, to be found by search
public final class OvCommon {
  private OvCommon() {}

  private static final MethodHandle OV_GET_ERROR_INFO =
      Symbols.function("ov_get_error_info", FunctionDescriptor.of(ADDRESS, JAVA_INT));

  public static MemorySegment ov_get_error_info(int status) {
    try {
      return (MemorySegment) OV_GET_ERROR_INFO.invokeExact(status);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_FREE =
      Symbols.function("ov_free", FunctionDescriptor.ofVoid(ADDRESS));

  public static void ov_free(MemorySegment content) {
    try {
      OV_FREE.invokeExact(content);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_GET_LAST_ERR_MSG =
      Symbols.function("ov_get_last_err_msg", FunctionDescriptor.of(ADDRESS));

  public static MemorySegment ov_get_last_err_msg() {
    try {
      return (MemorySegment) OV_GET_LAST_ERR_MSG.invokeExact();
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }
}
