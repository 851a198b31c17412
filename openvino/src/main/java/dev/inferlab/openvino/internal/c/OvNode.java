package dev.inferlab.openvino.internal.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Functions of {@code ov_node.h}. Written by BindingWriter; do not edit. */
@SuppressWarnings("MemberName") // names are C's, to be found by search
public final class OvNode {
  private OvNode() {}

  private static final MethodHandle OV_PORT_GET_ANY_NAME =
      Symbols.function("ov_port_get_any_name", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_port_get_any_name(MemorySegment port, MemorySegment tensorName) {
    try {
      return (int) OV_PORT_GET_ANY_NAME.invokeExact(port, tensorName);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PORT_GET_PARTIAL_SHAPE =
      Symbols.function(
          "ov_port_get_partial_shape", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_port_get_partial_shape(MemorySegment port, MemorySegment partialShape) {
    try {
      return (int) OV_PORT_GET_PARTIAL_SHAPE.invokeExact(port, partialShape);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PORT_GET_ELEMENT_TYPE =
      Symbols.function(
          "ov_port_get_element_type", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_port_get_element_type(MemorySegment port, MemorySegment tensorType) {
    try {
      return (int) OV_PORT_GET_ELEMENT_TYPE.invokeExact(port, tensorType);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_OUTPUT_CONST_PORT_FREE =
      Symbols.function("ov_output_const_port_free", FunctionDescriptor.ofVoid(ADDRESS));

  public static void ov_output_const_port_free(MemorySegment port) {
    try {
      OV_OUTPUT_CONST_PORT_FREE.invokeExact(port);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }
}
