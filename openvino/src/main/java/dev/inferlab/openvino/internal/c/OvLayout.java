package dev.inferlab.openvino.internal.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Functions of {@code ov_layout.h}. Written by BindingWriter; do not edit. */
@SuppressWarnings("MemberName") // names are C's, to be found by search
public final class OvLayout {
  private OvLayout() {}

  private static final MethodHandle OV_LAYOUT_CREATE =
      Symbols.function("ov_layout_create", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_layout_create(MemorySegment layoutDesc, MemorySegment layout) {
    try {
      return (int) OV_LAYOUT_CREATE.invokeExact(layoutDesc, layout);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_LAYOUT_FREE =
      Symbols.function("ov_layout_free", FunctionDescriptor.ofVoid(ADDRESS));

  public static void ov_layout_free(MemorySegment layout) {
    try {
      OV_LAYOUT_FREE.invokeExact(layout);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }
}
