package dev.inferlab.openvino.internal.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Functions of {@code ov_infer_request.h}. Written by BindingWriter; do not edit. */
@SuppressWarnings("MemberName") // names are C's, to be found by search
public final class OvInferRequest {
  private OvInferRequest() {}

  private static final MethodHandle OV_INFER_REQUEST_SET_TENSOR =
      Symbols.function(
          "ov_infer_request_set_tensor",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));

  public static int ov_infer_request_set_tensor(
      MemorySegment inferRequest, MemorySegment tensorName, MemorySegment tensor) {
    try {
      return (int) OV_INFER_REQUEST_SET_TENSOR.invokeExact(inferRequest, tensorName, tensor);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_INFER_REQUEST_SET_INPUT_TENSOR_BY_INDEX =
      Symbols.function(
          "ov_infer_request_set_input_tensor_by_index",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS));

  public static int ov_infer_request_set_input_tensor_by_index(
      MemorySegment inferRequest, long idx, MemorySegment tensor) {
    try {
      return (int)
          OV_INFER_REQUEST_SET_INPUT_TENSOR_BY_INDEX.invokeExact(inferRequest, idx, tensor);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_INFER_REQUEST_SET_OUTPUT_TENSOR_BY_INDEX =
      Symbols.function(
          "ov_infer_request_set_output_tensor_by_index",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS));

  public static int ov_infer_request_set_output_tensor_by_index(
      MemorySegment inferRequest, long idx, MemorySegment tensor) {
    try {
      return (int)
          OV_INFER_REQUEST_SET_OUTPUT_TENSOR_BY_INDEX.invokeExact(inferRequest, idx, tensor);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_INFER_REQUEST_GET_TENSOR =
      Symbols.function(
          "ov_infer_request_get_tensor",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));

  public static int ov_infer_request_get_tensor(
      MemorySegment inferRequest, MemorySegment tensorName, MemorySegment tensor) {
    try {
      return (int) OV_INFER_REQUEST_GET_TENSOR.invokeExact(inferRequest, tensorName, tensor);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_INFER_REQUEST_GET_INPUT_TENSOR_BY_INDEX =
      Symbols.function(
          "ov_infer_request_get_input_tensor_by_index",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS));

  public static int ov_infer_request_get_input_tensor_by_index(
      MemorySegment inferRequest, long idx, MemorySegment tensor) {
    try {
      return (int)
          OV_INFER_REQUEST_GET_INPUT_TENSOR_BY_INDEX.invokeExact(inferRequest, idx, tensor);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_INFER_REQUEST_GET_OUTPUT_TENSOR_BY_INDEX =
      Symbols.function(
          "ov_infer_request_get_output_tensor_by_index",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS));

  public static int ov_infer_request_get_output_tensor_by_index(
      MemorySegment inferRequest, long idx, MemorySegment tensor) {
    try {
      return (int)
          OV_INFER_REQUEST_GET_OUTPUT_TENSOR_BY_INDEX.invokeExact(inferRequest, idx, tensor);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_INFER_REQUEST_INFER =
      Symbols.function("ov_infer_request_infer", FunctionDescriptor.of(JAVA_INT, ADDRESS));

  public static int ov_infer_request_infer(MemorySegment inferRequest) {
    try {
      return (int) OV_INFER_REQUEST_INFER.invokeExact(inferRequest);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_INFER_REQUEST_CANCEL =
      Symbols.function("ov_infer_request_cancel", FunctionDescriptor.of(JAVA_INT, ADDRESS));

  public static int ov_infer_request_cancel(MemorySegment inferRequest) {
    try {
      return (int) OV_INFER_REQUEST_CANCEL.invokeExact(inferRequest);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_INFER_REQUEST_START_ASYNC =
      Symbols.function("ov_infer_request_start_async", FunctionDescriptor.of(JAVA_INT, ADDRESS));

  public static int ov_infer_request_start_async(MemorySegment inferRequest) {
    try {
      return (int) OV_INFER_REQUEST_START_ASYNC.invokeExact(inferRequest);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_INFER_REQUEST_WAIT =
      Symbols.function("ov_infer_request_wait", FunctionDescriptor.of(JAVA_INT, ADDRESS));

  public static int ov_infer_request_wait(MemorySegment inferRequest) {
    try {
      return (int) OV_INFER_REQUEST_WAIT.invokeExact(inferRequest);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_INFER_REQUEST_WAIT_FOR =
      Symbols.function(
          "ov_infer_request_wait_for", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));

  public static int ov_infer_request_wait_for(MemorySegment inferRequest, long timeout) {
    try {
      return (int) OV_INFER_REQUEST_WAIT_FOR.invokeExact(inferRequest, timeout);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_INFER_REQUEST_SET_CALLBACK =
      Symbols.function(
          "ov_infer_request_set_callback", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_infer_request_set_callback(
      MemorySegment inferRequest, MemorySegment callback) {
    try {
      return (int) OV_INFER_REQUEST_SET_CALLBACK.invokeExact(inferRequest, callback);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_INFER_REQUEST_FREE =
      Symbols.function("ov_infer_request_free", FunctionDescriptor.ofVoid(ADDRESS));

  public static void ov_infer_request_free(MemorySegment inferRequest) {
    try {
      OV_INFER_REQUEST_FREE.invokeExact(inferRequest);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_INFER_REQUEST_GET_PROFILING_INFO =
      Symbols.function(
          "ov_infer_request_get_profiling_info", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_infer_request_get_profiling_info(
      MemorySegment inferRequest, MemorySegment profilingInfos) {
    try {
      return (int) OV_INFER_REQUEST_GET_PROFILING_INFO.invokeExact(inferRequest, profilingInfos);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PROFILING_INFO_LIST_FREE =
      Symbols.function("ov_profiling_info_list_free", FunctionDescriptor.ofVoid(ADDRESS));

  public static void ov_profiling_info_list_free(MemorySegment profilingInfos) {
    try {
      OV_PROFILING_INFO_LIST_FREE.invokeExact(profilingInfos);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }
}
