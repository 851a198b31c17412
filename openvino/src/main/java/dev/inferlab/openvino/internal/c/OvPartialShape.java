package dev.inferlab.openvino.internal.c;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Functions of {@code ov_partial_shape.h}. Written by BindingWriter; do not edit. */
@SuppressWarnings("MemberName") // names are C's, to be found by search
public final class OvPartialShape {
  private OvPartialShape() {}

  private static final MethodHandle OV_PARTIAL_SHAPE_FREE =
      Symbols.function("ov_partial_shape_free", FunctionDescriptor.ofVoid(ADDRESS));

  public static void ov_partial_shape_free(MemorySegment partialShape) {
    try {
      OV_PARTIAL_SHAPE_FREE.invokeExact(partialShape);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }
}
