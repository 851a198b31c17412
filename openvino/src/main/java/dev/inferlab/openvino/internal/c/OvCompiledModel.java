package dev.inferlab.openvino.internal.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Functions of {@code ov_compiled_model.h}. Written by BindingWriter; do not edit. */
@SuppressWarnings("MemberName") // names are C's, to be found by search
public final class OvCompiledModel {
  private OvCompiledModel() {}

  private static final MethodHandle OV_COMPILED_MODEL_INPUTS_SIZE =
      Symbols.function(
          "ov_compiled_model_inputs_size", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_compiled_model_inputs_size(MemorySegment compiledModel, MemorySegment size) {
    try {
      return (int) OV_COMPILED_MODEL_INPUTS_SIZE.invokeExact(compiledModel, size);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_COMPILED_MODEL_INPUT_BY_INDEX =
      Symbols.function(
          "ov_compiled_model_input_by_index",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS));

  public static int ov_compiled_model_input_by_index(
      MemorySegment compiledModel, long index, MemorySegment inputPort) {
    try {
      return (int) OV_COMPILED_MODEL_INPUT_BY_INDEX.invokeExact(compiledModel, index, inputPort);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_COMPILED_MODEL_INPUT_BY_NAME =
      Symbols.function(
          "ov_compiled_model_input_by_name",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));

  public static int ov_compiled_model_input_by_name(
      MemorySegment compiledModel, MemorySegment name, MemorySegment inputPort) {
    try {
      return (int) OV_COMPILED_MODEL_INPUT_BY_NAME.invokeExact(compiledModel, name, inputPort);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_COMPILED_MODEL_OUTPUTS_SIZE =
      Symbols.function(
          "ov_compiled_model_outputs_size", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_compiled_model_outputs_size(
      MemorySegment compiledModel, MemorySegment size) {
    try {
      return (int) OV_COMPILED_MODEL_OUTPUTS_SIZE.invokeExact(compiledModel, size);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_COMPILED_MODEL_OUTPUT_BY_INDEX =
      Symbols.function(
          "ov_compiled_model_output_by_index",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS));

  public static int ov_compiled_model_output_by_index(
      MemorySegment compiledModel, long index, MemorySegment outputPort) {
    try {
      return (int) OV_COMPILED_MODEL_OUTPUT_BY_INDEX.invokeExact(compiledModel, index, outputPort);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_COMPILED_MODEL_OUTPUT_BY_NAME =
      Symbols.function(
          "ov_compiled_model_output_by_name",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));

  public static int ov_compiled_model_output_by_name(
      MemorySegment compiledModel, MemorySegment name, MemorySegment outputPort) {
    try {
      return (int) OV_COMPILED_MODEL_OUTPUT_BY_NAME.invokeExact(compiledModel, name, outputPort);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_COMPILED_MODEL_GET_RUNTIME_MODEL =
      Symbols.function(
          "ov_compiled_model_get_runtime_model", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_compiled_model_get_runtime_model(
      MemorySegment compiledModel, MemorySegment model) {
    try {
      return (int) OV_COMPILED_MODEL_GET_RUNTIME_MODEL.invokeExact(compiledModel, model);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_COMPILED_MODEL_CREATE_INFER_REQUEST =
      Symbols.function(
          "ov_compiled_model_create_infer_request",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_compiled_model_create_infer_request(
      MemorySegment compiledModel, MemorySegment inferRequest) {
    try {
      return (int) OV_COMPILED_MODEL_CREATE_INFER_REQUEST.invokeExact(compiledModel, inferRequest);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_COMPILED_MODEL_SET_PROPERTIES =
      Symbols.function(
          "ov_compiled_model_set_properties",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS));

  public static int ov_compiled_model_set_properties(
      MemorySegment compiledModel, long numProperties, MemorySegment properties) {
    try {
      return (int)
          OV_COMPILED_MODEL_SET_PROPERTIES.invokeExact(compiledModel, numProperties, properties);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_COMPILED_MODEL_GET_PROPERTY =
      Symbols.function(
          "ov_compiled_model_get_property",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));

  public static int ov_compiled_model_get_property(
      MemorySegment compiledModel, MemorySegment propertyKey, MemorySegment propertyValue) {
    try {
      return (int)
          OV_COMPILED_MODEL_GET_PROPERTY.invokeExact(compiledModel, propertyKey, propertyValue);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_COMPILED_MODEL_EXPORT_MODEL =
      Symbols.function(
          "ov_compiled_model_export_model", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_compiled_model_export_model(
      MemorySegment compiledModel, MemorySegment exportModelPath) {
    try {
      return (int) OV_COMPILED_MODEL_EXPORT_MODEL.invokeExact(compiledModel, exportModelPath);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_COMPILED_MODEL_FREE =
      Symbols.function("ov_compiled_model_free", FunctionDescriptor.ofVoid(ADDRESS));

  public static void ov_compiled_model_free(MemorySegment compiledModel) {
    try {
      OV_COMPILED_MODEL_FREE.invokeExact(compiledModel);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_COMPILED_MODEL_GET_CONTEXT =
      Symbols.function(
          "ov_compiled_model_get_context", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_compiled_model_get_context(
      MemorySegment compiledModel, MemorySegment context) {
    try {
      return (int) OV_COMPILED_MODEL_GET_CONTEXT.invokeExact(compiledModel, context);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }
}
