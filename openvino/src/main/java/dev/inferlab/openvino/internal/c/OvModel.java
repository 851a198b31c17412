package dev.inferlab.openvino.internal.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Functions of {@code ov_model.h}. Written by BindingWriter; do not edit. */
@SuppressWarnings("MemberName") // names are C's, to be found by search
public final class OvModel {
  private OvModel() {}

  private static final MethodHandle OV_MODEL_FREE =
      Symbols.function("ov_model_free", FunctionDescriptor.ofVoid(ADDRESS));

  public static void ov_model_free(MemorySegment model) {
    try {
      OV_MODEL_FREE.invokeExact(model);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_MODEL_CONST_INPUT_BY_NAME =
      Symbols.function(
          "ov_model_const_input_by_name",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));

  public static int ov_model_const_input_by_name(
      MemorySegment model, MemorySegment tensorName, MemorySegment inputPort) {
    try {
      return (int) OV_MODEL_CONST_INPUT_BY_NAME.invokeExact(model, tensorName, inputPort);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_MODEL_CONST_INPUT_BY_INDEX =
      Symbols.function(
          "ov_model_const_input_by_index",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS));

  public static int ov_model_const_input_by_index(
      MemorySegment model, long index, MemorySegment inputPort) {
    try {
      return (int) OV_MODEL_CONST_INPUT_BY_INDEX.invokeExact(model, index, inputPort);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_MODEL_CONST_OUTPUT_BY_INDEX =
      Symbols.function(
          "ov_model_const_output_by_index",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS));

  public static int ov_model_const_output_by_index(
      MemorySegment model, long index, MemorySegment outputPort) {
    try {
      return (int) OV_MODEL_CONST_OUTPUT_BY_INDEX.invokeExact(model, index, outputPort);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_MODEL_CONST_OUTPUT_BY_NAME =
      Symbols.function(
          "ov_model_const_output_by_name",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));

  public static int ov_model_const_output_by_name(
      MemorySegment model, MemorySegment tensorName, MemorySegment outputPort) {
    try {
      return (int) OV_MODEL_CONST_OUTPUT_BY_NAME.invokeExact(model, tensorName, outputPort);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_MODEL_INPUTS_SIZE =
      Symbols.function("ov_model_inputs_size", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_model_inputs_size(MemorySegment model, MemorySegment inputSize) {
    try {
      return (int) OV_MODEL_INPUTS_SIZE.invokeExact(model, inputSize);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_MODEL_OUTPUTS_SIZE =
      Symbols.function("ov_model_outputs_size", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_model_outputs_size(MemorySegment model, MemorySegment outputSize) {
    try {
      return (int) OV_MODEL_OUTPUTS_SIZE.invokeExact(model, outputSize);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_MODEL_IS_DYNAMIC =
      Symbols.function("ov_model_is_dynamic", FunctionDescriptor.of(JAVA_BOOLEAN, ADDRESS));

  public static boolean ov_model_is_dynamic(MemorySegment model) {
    try {
      return (boolean) OV_MODEL_IS_DYNAMIC.invokeExact(model);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_MODEL_RESHAPE =
      Symbols.function(
          "ov_model_reshape",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG));

  public static int ov_model_reshape(
      MemorySegment model, MemorySegment tensorNames, MemorySegment partialShapes, long size) {
    try {
      return (int) OV_MODEL_RESHAPE.invokeExact(model, tensorNames, partialShapes, size);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_MODEL_RESHAPE_SINGLE_INPUT =
      Symbols.function(
          "ov_model_reshape_single_input",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, Structs.PARTIAL_SHAPE));

  public static int ov_model_reshape_single_input(MemorySegment model, MemorySegment partialShape) {
    try {
      return (int) OV_MODEL_RESHAPE_SINGLE_INPUT.invokeExact(model, partialShape);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_MODEL_RESHAPE_BY_PORT_INDEXES =
      Symbols.function(
          "ov_model_reshape_by_port_indexes",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG));

  public static int ov_model_reshape_by_port_indexes(
      MemorySegment model, MemorySegment portIndexes, MemorySegment partialShape, long size) {
    try {
      return (int)
          OV_MODEL_RESHAPE_BY_PORT_INDEXES.invokeExact(model, portIndexes, partialShape, size);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_MODEL_GET_FRIENDLY_NAME =
      Symbols.function(
          "ov_model_get_friendly_name", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_model_get_friendly_name(MemorySegment model, MemorySegment friendlyName) {
    try {
      return (int) OV_MODEL_GET_FRIENDLY_NAME.invokeExact(model, friendlyName);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }
}
