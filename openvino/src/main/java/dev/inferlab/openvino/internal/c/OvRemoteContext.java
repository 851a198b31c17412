package dev.inferlab.openvino.internal.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Functions of {@code ov_remote_context.h}. Written by BindingWriter; do not edit. */
@SuppressWarnings("MemberName") // names are C's, to be found by search
public final class OvRemoteContext {
  private OvRemoteContext() {}

  private static final MethodHandle OV_REMOTE_CONTEXT_CREATE_TENSOR_PROPS =
      Symbols.function(
          "ov_remote_context_create_tensor_props",
          FunctionDescriptor.of(
              JAVA_INT, ADDRESS, JAVA_INT, Structs.SHAPE, JAVA_LONG, ADDRESS, ADDRESS));

  public static int ov_remote_context_create_tensor_props(
      MemorySegment context,
      int type,
      MemorySegment shape,
      long numProperties,
      MemorySegment properties,
      MemorySegment remoteTensor) {
    try {
      return (int)
          OV_REMOTE_CONTEXT_CREATE_TENSOR_PROPS.invokeExact(
              context, type, shape, numProperties, properties, remoteTensor);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_REMOTE_CONTEXT_GET_DEVICE_NAME =
      Symbols.function(
          "ov_remote_context_get_device_name", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_remote_context_get_device_name(
      MemorySegment context, MemorySegment deviceName) {
    try {
      return (int) OV_REMOTE_CONTEXT_GET_DEVICE_NAME.invokeExact(context, deviceName);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_REMOTE_CONTEXT_GET_PARAMS =
      Symbols.function(
          "ov_remote_context_get_params",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));

  public static int ov_remote_context_get_params(
      MemorySegment context, MemorySegment size, MemorySegment params) {
    try {
      return (int) OV_REMOTE_CONTEXT_GET_PARAMS.invokeExact(context, size, params);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_REMOTE_CONTEXT_CREATE_HOST_TENSOR =
      Symbols.function(
          "ov_remote_context_create_host_tensor",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, Structs.SHAPE, ADDRESS));

  public static int ov_remote_context_create_host_tensor(
      MemorySegment context, int type, MemorySegment shape, MemorySegment tensor) {
    try {
      return (int) OV_REMOTE_CONTEXT_CREATE_HOST_TENSOR.invokeExact(context, type, shape, tensor);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_REMOTE_CONTEXT_FREE =
      Symbols.function("ov_remote_context_free", FunctionDescriptor.ofVoid(ADDRESS));

  public static void ov_remote_context_free(MemorySegment context) {
    try {
      OV_REMOTE_CONTEXT_FREE.invokeExact(context);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_REMOTE_TENSOR_GET_PARAMS =
      Symbols.function(
          "ov_remote_tensor_get_params",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));

  public static int ov_remote_tensor_get_params(
      MemorySegment tensor, MemorySegment size, MemorySegment params) {
    try {
      return (int) OV_REMOTE_TENSOR_GET_PARAMS.invokeExact(tensor, size, params);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_REMOTE_TENSOR_GET_DEVICE_NAME =
      Symbols.function(
          "ov_remote_tensor_get_device_name", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_remote_tensor_get_device_name(
      MemorySegment remoteTensor, MemorySegment deviceName) {
    try {
      return (int) OV_REMOTE_TENSOR_GET_DEVICE_NAME.invokeExact(remoteTensor, deviceName);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }
}
