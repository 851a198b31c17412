package dev.inferlab.openvino.internal.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Functions of {@code ov_tensor.h}. Written by BindingWriter; do not edit. */
@SuppressWarnings("MemberName") // names are C's, to be found by search
public final class OvTensor {
  private OvTensor() {}

  private static final MethodHandle OV_TENSOR_CREATE_FROM_HOST_PTR =
      Symbols.function(
          "ov_tensor_create_from_host_ptr",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, Structs.SHAPE, ADDRESS, ADDRESS));

  public static int ov_tensor_create_from_host_ptr(
      int type, MemorySegment shape, MemorySegment hostPtr, MemorySegment tensor) {
    try {
      return (int) OV_TENSOR_CREATE_FROM_HOST_PTR.invokeExact(type, shape, hostPtr, tensor);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_TENSOR_CREATE =
      Symbols.function(
          "ov_tensor_create", FunctionDescriptor.of(JAVA_INT, JAVA_INT, Structs.SHAPE, ADDRESS));

  public static int ov_tensor_create(int type, MemorySegment shape, MemorySegment tensor) {
    try {
      return (int) OV_TENSOR_CREATE.invokeExact(type, shape, tensor);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_TENSOR_SET_SHAPE =
      Symbols.function(
          "ov_tensor_set_shape", FunctionDescriptor.of(JAVA_INT, ADDRESS, Structs.SHAPE));

  public static int ov_tensor_set_shape(MemorySegment tensor, MemorySegment shape) {
    try {
      return (int) OV_TENSOR_SET_SHAPE.invokeExact(tensor, shape);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_TENSOR_CREATE_FROM_STRING_ARRAY =
      Symbols.function(
          "ov_tensor_create_from_string_array",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, Structs.SHAPE, ADDRESS));

  public static int ov_tensor_create_from_string_array(
      MemorySegment stringArray, long arraySize, MemorySegment shape, MemorySegment tensor) {
    try {
      return (int)
          OV_TENSOR_CREATE_FROM_STRING_ARRAY.invokeExact(stringArray, arraySize, shape, tensor);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_TENSOR_GET_SHAPE =
      Symbols.function("ov_tensor_get_shape", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_tensor_get_shape(MemorySegment tensor, MemorySegment shape) {
    try {
      return (int) OV_TENSOR_GET_SHAPE.invokeExact(tensor, shape);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_TENSOR_GET_ELEMENT_TYPE =
      Symbols.function(
          "ov_tensor_get_element_type", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_tensor_get_element_type(MemorySegment tensor, MemorySegment type) {
    try {
      return (int) OV_TENSOR_GET_ELEMENT_TYPE.invokeExact(tensor, type);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_TENSOR_SET_STRING_DATA =
      Symbols.function(
          "ov_tensor_set_string_data",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG));

  public static int ov_tensor_set_string_data(
      MemorySegment tensor, MemorySegment stringArray, long arraySize) {
    try {
      return (int) OV_TENSOR_SET_STRING_DATA.invokeExact(tensor, stringArray, arraySize);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_TENSOR_GET_SIZE =
      Symbols.function("ov_tensor_get_size", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_tensor_get_size(MemorySegment tensor, MemorySegment elementsSize) {
    try {
      return (int) OV_TENSOR_GET_SIZE.invokeExact(tensor, elementsSize);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_TENSOR_GET_BYTE_SIZE =
      Symbols.function(
          "ov_tensor_get_byte_size", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_tensor_get_byte_size(MemorySegment tensor, MemorySegment byteSize) {
    try {
      return (int) OV_TENSOR_GET_BYTE_SIZE.invokeExact(tensor, byteSize);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_TENSOR_DATA =
      Symbols.function("ov_tensor_data", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_tensor_data(MemorySegment tensor, MemorySegment data) {
    try {
      return (int) OV_TENSOR_DATA.invokeExact(tensor, data);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_TENSOR_FREE =
      Symbols.function("ov_tensor_free", FunctionDescriptor.ofVoid(ADDRESS));

  public static void ov_tensor_free(MemorySegment tensor) {
    try {
      OV_TENSOR_FREE.invokeExact(tensor);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }
}
