package dev.inferlab.openvino.internal.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Functions of {@code ov_prepostprocess.h}. Written by BindingWriter; do not edit. */
@SuppressWarnings("MemberName") // names are C's, to be found by search
public final class OvPrepostprocess {
  private OvPrepostprocess() {}

  private static final MethodHandle OV_PREPROCESS_PREPOSTPROCESSOR_CREATE =
      Symbols.function(
          "ov_preprocess_prepostprocessor_create",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_preprocess_prepostprocessor_create(
      MemorySegment model, MemorySegment preprocess) {
    try {
      return (int) OV_PREPROCESS_PREPOSTPROCESSOR_CREATE.invokeExact(model, preprocess);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_PREPOSTPROCESSOR_FREE =
      Symbols.function("ov_preprocess_prepostprocessor_free", FunctionDescriptor.ofVoid(ADDRESS));

  public static void ov_preprocess_prepostprocessor_free(MemorySegment preprocess) {
    try {
      OV_PREPROCESS_PREPOSTPROCESSOR_FREE.invokeExact(preprocess);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_PREPOSTPROCESSOR_GET_INPUT_INFO_BY_NAME =
      Symbols.function(
          "ov_preprocess_prepostprocessor_get_input_info_by_name",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));

  public static int ov_preprocess_prepostprocessor_get_input_info_by_name(
      MemorySegment preprocess, MemorySegment tensorName, MemorySegment preprocessInputInfo) {
    try {
      return (int)
          OV_PREPROCESS_PREPOSTPROCESSOR_GET_INPUT_INFO_BY_NAME.invokeExact(
              preprocess, tensorName, preprocessInputInfo);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_PREPOSTPROCESSOR_GET_INPUT_INFO_BY_INDEX =
      Symbols.function(
          "ov_preprocess_prepostprocessor_get_input_info_by_index",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS));

  public static int ov_preprocess_prepostprocessor_get_input_info_by_index(
      MemorySegment preprocess, long tensorIndex, MemorySegment preprocessInputInfo) {
    try {
      return (int)
          OV_PREPROCESS_PREPOSTPROCESSOR_GET_INPUT_INFO_BY_INDEX.invokeExact(
              preprocess, tensorIndex, preprocessInputInfo);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_INPUT_INFO_FREE =
      Symbols.function("ov_preprocess_input_info_free", FunctionDescriptor.ofVoid(ADDRESS));

  public static void ov_preprocess_input_info_free(MemorySegment preprocessInputInfo) {
    try {
      OV_PREPROCESS_INPUT_INFO_FREE.invokeExact(preprocessInputInfo);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_INPUT_INFO_GET_TENSOR_INFO =
      Symbols.function(
          "ov_preprocess_input_info_get_tensor_info",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_preprocess_input_info_get_tensor_info(
      MemorySegment preprocessInputInfo, MemorySegment preprocessInputTensorInfo) {
    try {
      return (int)
          OV_PREPROCESS_INPUT_INFO_GET_TENSOR_INFO.invokeExact(
              preprocessInputInfo, preprocessInputTensorInfo);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_INPUT_TENSOR_INFO_FREE =
      Symbols.function("ov_preprocess_input_tensor_info_free", FunctionDescriptor.ofVoid(ADDRESS));

  public static void ov_preprocess_input_tensor_info_free(MemorySegment preprocessInputTensorInfo) {
    try {
      OV_PREPROCESS_INPUT_TENSOR_INFO_FREE.invokeExact(preprocessInputTensorInfo);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_INPUT_INFO_GET_PREPROCESS_STEPS =
      Symbols.function(
          "ov_preprocess_input_info_get_preprocess_steps",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_preprocess_input_info_get_preprocess_steps(
      MemorySegment preprocessInputInfo, MemorySegment preprocessInputSteps) {
    try {
      return (int)
          OV_PREPROCESS_INPUT_INFO_GET_PREPROCESS_STEPS.invokeExact(
              preprocessInputInfo, preprocessInputSteps);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_PREPROCESS_STEPS_FREE =
      Symbols.function("ov_preprocess_preprocess_steps_free", FunctionDescriptor.ofVoid(ADDRESS));

  public static void ov_preprocess_preprocess_steps_free(
      MemorySegment preprocessInputProcessSteps) {
    try {
      OV_PREPROCESS_PREPROCESS_STEPS_FREE.invokeExact(preprocessInputProcessSteps);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_PREPROCESS_STEPS_RESIZE =
      Symbols.function(
          "ov_preprocess_preprocess_steps_resize",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));

  public static int ov_preprocess_preprocess_steps_resize(
      MemorySegment preprocessInputProcessSteps, int resizeAlgorithm) {
    try {
      return (int)
          OV_PREPROCESS_PREPROCESS_STEPS_RESIZE.invokeExact(
              preprocessInputProcessSteps, resizeAlgorithm);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_PREPROCESS_STEPS_SCALE =
      Symbols.function(
          "ov_preprocess_preprocess_steps_scale",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_FLOAT));

  public static int ov_preprocess_preprocess_steps_scale(
      MemorySegment preprocessInputProcessSteps, float value) {
    try {
      return (int)
          OV_PREPROCESS_PREPROCESS_STEPS_SCALE.invokeExact(preprocessInputProcessSteps, value);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_PREPROCESS_STEPS_SCALE_MULTI_CHANNELS =
      Symbols.function(
          "ov_preprocess_preprocess_steps_scale_multi_channels",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));

  public static int ov_preprocess_preprocess_steps_scale_multi_channels(
      MemorySegment preprocessInputProcessSteps, MemorySegment values, int valueSize) {
    try {
      return (int)
          OV_PREPROCESS_PREPROCESS_STEPS_SCALE_MULTI_CHANNELS.invokeExact(
              preprocessInputProcessSteps, values, valueSize);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_PREPROCESS_STEPS_MEAN =
      Symbols.function(
          "ov_preprocess_preprocess_steps_mean",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_FLOAT));

  public static int ov_preprocess_preprocess_steps_mean(
      MemorySegment preprocessInputProcessSteps, float value) {
    try {
      return (int)
          OV_PREPROCESS_PREPROCESS_STEPS_MEAN.invokeExact(preprocessInputProcessSteps, value);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_PREPROCESS_STEPS_MEAN_MULTI_CHANNELS =
      Symbols.function(
          "ov_preprocess_preprocess_steps_mean_multi_channels",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));

  public static int ov_preprocess_preprocess_steps_mean_multi_channels(
      MemorySegment preprocessInputProcessSteps, MemorySegment values, int valueSize) {
    try {
      return (int)
          OV_PREPROCESS_PREPROCESS_STEPS_MEAN_MULTI_CHANNELS.invokeExact(
              preprocessInputProcessSteps, values, valueSize);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_PREPROCESS_STEPS_CROP =
      Symbols.function(
          "ov_preprocess_preprocess_steps_crop",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT));

  public static int ov_preprocess_preprocess_steps_crop(
      MemorySegment preprocessInputProcessSteps,
      MemorySegment begin,
      int beginSize,
      MemorySegment end,
      int endSize) {
    try {
      return (int)
          OV_PREPROCESS_PREPROCESS_STEPS_CROP.invokeExact(
              preprocessInputProcessSteps, begin, beginSize, end, endSize);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_PREPROCESS_STEPS_CONVERT_LAYOUT =
      Symbols.function(
          "ov_preprocess_preprocess_steps_convert_layout",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_preprocess_preprocess_steps_convert_layout(
      MemorySegment preprocessInputProcessSteps, MemorySegment layout) {
    try {
      return (int)
          OV_PREPROCESS_PREPROCESS_STEPS_CONVERT_LAYOUT.invokeExact(
              preprocessInputProcessSteps, layout);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_PREPROCESS_STEPS_REVERSE_CHANNELS =
      Symbols.function(
          "ov_preprocess_preprocess_steps_reverse_channels",
          FunctionDescriptor.of(JAVA_INT, ADDRESS));

  public static int ov_preprocess_preprocess_steps_reverse_channels(
      MemorySegment preprocessInputProcessSteps) {
    try {
      return (int)
          OV_PREPROCESS_PREPROCESS_STEPS_REVERSE_CHANNELS.invokeExact(preprocessInputProcessSteps);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_INPUT_TENSOR_INFO_SET_ELEMENT_TYPE =
      Symbols.function(
          "ov_preprocess_input_tensor_info_set_element_type",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));

  public static int ov_preprocess_input_tensor_info_set_element_type(
      MemorySegment preprocessInputTensorInfo, int elementType) {
    try {
      return (int)
          OV_PREPROCESS_INPUT_TENSOR_INFO_SET_ELEMENT_TYPE.invokeExact(
              preprocessInputTensorInfo, elementType);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_INPUT_TENSOR_INFO_SET_COLOR_FORMAT =
      Symbols.function(
          "ov_preprocess_input_tensor_info_set_color_format",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));

  public static int ov_preprocess_input_tensor_info_set_color_format(
      MemorySegment preprocessInputTensorInfo, int colorFormat) {
    try {
      return (int)
          OV_PREPROCESS_INPUT_TENSOR_INFO_SET_COLOR_FORMAT.invokeExact(
              preprocessInputTensorInfo, colorFormat);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_INPUT_TENSOR_INFO_SET_COLOR_FORMAT_WITH_SUBNAMES =
      Symbols.function(
          "ov_preprocess_input_tensor_info_set_color_format_with_subnames",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG, ADDRESS));

  public static int ov_preprocess_input_tensor_info_set_color_format_with_subnames(
      MemorySegment preprocessInputTensorInfo,
      int colorFormat,
      long subNamesSize,
      MemorySegment subNames) {
    try {
      return (int)
          OV_PREPROCESS_INPUT_TENSOR_INFO_SET_COLOR_FORMAT_WITH_SUBNAMES.invokeExact(
              preprocessInputTensorInfo, colorFormat, subNamesSize, subNames);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_INPUT_TENSOR_INFO_SET_SPATIAL_STATIC_SHAPE =
      Symbols.function(
          "ov_preprocess_input_tensor_info_set_spatial_static_shape",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));

  public static int ov_preprocess_input_tensor_info_set_spatial_static_shape(
      MemorySegment preprocessInputTensorInfo, long inputHeight, long inputWidth) {
    try {
      return (int)
          OV_PREPROCESS_INPUT_TENSOR_INFO_SET_SPATIAL_STATIC_SHAPE.invokeExact(
              preprocessInputTensorInfo, inputHeight, inputWidth);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_INPUT_TENSOR_INFO_SET_MEMORY_TYPE =
      Symbols.function(
          "ov_preprocess_input_tensor_info_set_memory_type",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_preprocess_input_tensor_info_set_memory_type(
      MemorySegment preprocessInputTensorInfo, MemorySegment memType) {
    try {
      return (int)
          OV_PREPROCESS_INPUT_TENSOR_INFO_SET_MEMORY_TYPE.invokeExact(
              preprocessInputTensorInfo, memType);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_PREPROCESS_STEPS_CONVERT_ELEMENT_TYPE =
      Symbols.function(
          "ov_preprocess_preprocess_steps_convert_element_type",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));

  public static int ov_preprocess_preprocess_steps_convert_element_type(
      MemorySegment preprocessInputProcessSteps, int elementType) {
    try {
      return (int)
          OV_PREPROCESS_PREPROCESS_STEPS_CONVERT_ELEMENT_TYPE.invokeExact(
              preprocessInputProcessSteps, elementType);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_PREPROCESS_STEPS_CONVERT_COLOR =
      Symbols.function(
          "ov_preprocess_preprocess_steps_convert_color",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));

  public static int ov_preprocess_preprocess_steps_convert_color(
      MemorySegment preprocessInputProcessSteps, int colorFormat) {
    try {
      return (int)
          OV_PREPROCESS_PREPROCESS_STEPS_CONVERT_COLOR.invokeExact(
              preprocessInputProcessSteps, colorFormat);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_INPUT_TENSOR_INFO_SET_FROM =
      Symbols.function(
          "ov_preprocess_input_tensor_info_set_from",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_preprocess_input_tensor_info_set_from(
      MemorySegment preprocessInputTensorInfo, MemorySegment tensor) {
    try {
      return (int)
          OV_PREPROCESS_INPUT_TENSOR_INFO_SET_FROM.invokeExact(preprocessInputTensorInfo, tensor);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_INPUT_TENSOR_INFO_SET_LAYOUT =
      Symbols.function(
          "ov_preprocess_input_tensor_info_set_layout",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_preprocess_input_tensor_info_set_layout(
      MemorySegment preprocessInputTensorInfo, MemorySegment layout) {
    try {
      return (int)
          OV_PREPROCESS_INPUT_TENSOR_INFO_SET_LAYOUT.invokeExact(preprocessInputTensorInfo, layout);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_PREPOSTPROCESSOR_GET_OUTPUT_INFO_BY_INDEX =
      Symbols.function(
          "ov_preprocess_prepostprocessor_get_output_info_by_index",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS));

  public static int ov_preprocess_prepostprocessor_get_output_info_by_index(
      MemorySegment preprocess, long tensorIndex, MemorySegment preprocessOutputInfo) {
    try {
      return (int)
          OV_PREPROCESS_PREPOSTPROCESSOR_GET_OUTPUT_INFO_BY_INDEX.invokeExact(
              preprocess, tensorIndex, preprocessOutputInfo);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_PREPOSTPROCESSOR_GET_OUTPUT_INFO_BY_NAME =
      Symbols.function(
          "ov_preprocess_prepostprocessor_get_output_info_by_name",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));

  public static int ov_preprocess_prepostprocessor_get_output_info_by_name(
      MemorySegment preprocess, MemorySegment tensorName, MemorySegment preprocessOutputInfo) {
    try {
      return (int)
          OV_PREPROCESS_PREPOSTPROCESSOR_GET_OUTPUT_INFO_BY_NAME.invokeExact(
              preprocess, tensorName, preprocessOutputInfo);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_OUTPUT_INFO_FREE =
      Symbols.function("ov_preprocess_output_info_free", FunctionDescriptor.ofVoid(ADDRESS));

  public static void ov_preprocess_output_info_free(MemorySegment preprocessOutputInfo) {
    try {
      OV_PREPROCESS_OUTPUT_INFO_FREE.invokeExact(preprocessOutputInfo);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_OUTPUT_INFO_GET_TENSOR_INFO =
      Symbols.function(
          "ov_preprocess_output_info_get_tensor_info",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_preprocess_output_info_get_tensor_info(
      MemorySegment preprocessOutputInfo, MemorySegment preprocessOutputTensorInfo) {
    try {
      return (int)
          OV_PREPROCESS_OUTPUT_INFO_GET_TENSOR_INFO.invokeExact(
              preprocessOutputInfo, preprocessOutputTensorInfo);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_OUTPUT_TENSOR_INFO_FREE =
      Symbols.function("ov_preprocess_output_tensor_info_free", FunctionDescriptor.ofVoid(ADDRESS));

  public static void ov_preprocess_output_tensor_info_free(
      MemorySegment preprocessOutputTensorInfo) {
    try {
      OV_PREPROCESS_OUTPUT_TENSOR_INFO_FREE.invokeExact(preprocessOutputTensorInfo);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_OUTPUT_SET_ELEMENT_TYPE =
      Symbols.function(
          "ov_preprocess_output_set_element_type",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));

  public static int ov_preprocess_output_set_element_type(
      MemorySegment preprocessOutputTensorInfo, int elementType) {
    try {
      return (int)
          OV_PREPROCESS_OUTPUT_SET_ELEMENT_TYPE.invokeExact(
              preprocessOutputTensorInfo, elementType);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_INPUT_INFO_GET_MODEL_INFO =
      Symbols.function(
          "ov_preprocess_input_info_get_model_info",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_preprocess_input_info_get_model_info(
      MemorySegment preprocessInputInfo, MemorySegment preprocessInputModelInfo) {
    try {
      return (int)
          OV_PREPROCESS_INPUT_INFO_GET_MODEL_INFO.invokeExact(
              preprocessInputInfo, preprocessInputModelInfo);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_INPUT_MODEL_INFO_FREE =
      Symbols.function("ov_preprocess_input_model_info_free", FunctionDescriptor.ofVoid(ADDRESS));

  public static void ov_preprocess_input_model_info_free(MemorySegment preprocessInputModelInfo) {
    try {
      OV_PREPROCESS_INPUT_MODEL_INFO_FREE.invokeExact(preprocessInputModelInfo);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_INPUT_MODEL_INFO_SET_LAYOUT =
      Symbols.function(
          "ov_preprocess_input_model_info_set_layout",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_preprocess_input_model_info_set_layout(
      MemorySegment preprocessInputModelInfo, MemorySegment layout) {
    try {
      return (int)
          OV_PREPROCESS_INPUT_MODEL_INFO_SET_LAYOUT.invokeExact(preprocessInputModelInfo, layout);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_PREPOSTPROCESSOR_BUILD =
      Symbols.function(
          "ov_preprocess_prepostprocessor_build",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

  public static int ov_preprocess_prepostprocessor_build(
      MemorySegment preprocess, MemorySegment model) {
    try {
      return (int) OV_PREPROCESS_PREPOSTPROCESSOR_BUILD.invokeExact(preprocess, model);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }

  private static final MethodHandle OV_PREPROCESS_PREPROCESS_STEPS_PAD =
      Symbols.function(
          "ov_preprocess_preprocess_steps_pad",
          FunctionDescriptor.of(
              JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_FLOAT, JAVA_INT));

  public static int ov_preprocess_preprocess_steps_pad(
      MemorySegment preprocessInputProcessSteps,
      MemorySegment padsBegin,
      long padsBeginSize,
      MemorySegment padsEnd,
      long padsEndSize,
      float value,
      int mode) {
    try {
      return (int)
          OV_PREPROCESS_PREPROCESS_STEPS_PAD.invokeExact(
              preprocessInputProcessSteps,
              padsBegin,
              padsBeginSize,
              padsEnd,
              padsEndSize,
              value,
              mode);
    } catch (Throwable e) {
      throw Symbols.unexpected(e);
    }
  }
}
