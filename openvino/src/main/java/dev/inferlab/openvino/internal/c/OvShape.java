package dev.inferlab.openvino.internal.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Functions of {@code ov_shape.h}. Written by BindingWriter; do not edit. */
@SuppressWarnings("MemberName") // names are C's, to be found by search
public final class OvShape {
  private OvShape() {}

  private static final MethodHandle OV_SHAPE_FREE =
      Symbols.function("ov_shape_free", FunctionDescriptor.of(JAVA_INT, ADDRESS));

  public static int ov_shape_free(MemorySegment shape) {
    try {
      return (int) OV_SHAPE_FREE.invokeExact(shape);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }
}
