package dev.inferlab.openvino;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.inferlab.openvino.PrePostProcessor.ColorFormat;
import dev.inferlab.openvino.PrePostProcessor.PaddingMode;
import dev.inferlab.openvino.PrePostProcessor.ResizeAlgorithm;
import dev.inferlab.openvino.internal.c.OvPrepostprocess;
import dev.inferlab.openvino.internal.memory.NativeHandle;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * What happens to one input. {@code tensor…} says what the program will give, {@code model…} what
 * the model expects; the others are steps between the two, done in the order of the calls.
 */
public final class InputSteps {

  /** A call that fills a pointer to a part of the processor. */
  @FunctionalInterface
  interface Part {
    int get(MemorySegment owner, MemorySegment out);
  }

  private final NativeHandle processor;
  private final Part info;

  InputSteps(NativeHandle processor, Part info) {
    this.processor = processor;
    this.info = info;
  }

  public InputSteps tensorType(ElementType type) {
    return tensor(
        "Setting the input's type to " + type,
        t -> OvPrepostprocess.ov_preprocess_input_tensor_info_set_element_type(t, type.code()));
  }

  public InputSteps tensorLayout(Layout layout) {
    part(
        OvPrepostprocess::ov_preprocess_input_info_get_tensor_info,
        OvPrepostprocess::ov_preprocess_input_tensor_info_free,
        t ->
            layout.use(
                "Setting the input's layout to " + layout,
                l -> OvPrepostprocess.ov_preprocess_input_tensor_info_set_layout(t, l)));
    return this;
  }

  /** Height and width in pixels; the layout must name H and W. */
  public InputSteps tensorSize(long height, long width) {
    return tensor(
        "Setting the input's size to %dx%d".formatted(height, width),
        t ->
            OvPrepostprocess.ov_preprocess_input_tensor_info_set_spatial_static_shape(
                t, height, width));
  }

  /**
   * @param planes what to call the inputs that the planes become; none for a format of one plane
   */
  public InputSteps tensorColor(ColorFormat format, String... planes) {
    return tensor(
        "Setting the input's colour format to " + format,
        t -> {
          if (planes.length == 0) {
            return OvPrepostprocess.ov_preprocess_input_tensor_info_set_color_format(
                t, format.ordinal());
          }
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment names = arena.allocate(ADDRESS, planes.length);
            for (int i = 0; i < planes.length; i++) {
              names.setAtIndex(ADDRESS, i, arena.allocateFrom(planes[i]));
            }
            return OvPrepostprocess.ov_preprocess_input_tensor_info_set_color_format_with_subnames(
                t, format.ordinal(), planes.length, names);
          }
        });
  }

  /** The device's own kind of memory that the program will give, such as {@code GPU_SURFACE}. */
  public InputSteps tensorMemory(String type) {
    return tensor(
        "Setting the input's memory type to " + type,
        t -> {
          try (Arena arena = Arena.ofConfined()) {
            return OvPrepostprocess.ov_preprocess_input_tensor_info_set_memory_type(
                t, arena.allocateFrom(type));
          }
        });
  }

  /** Type and shape as those of a tensor at hand. */
  public InputSteps tensorLike(Tensor tensor) {
    return tensor(
        "Taking the input's type and shape from a tensor",
        t ->
            tensor
                .handle()
                .with(
                    address ->
                        OvPrepostprocess.ov_preprocess_input_tensor_info_set_from(t, address)));
  }

  public InputSteps modelLayout(Layout layout) {
    part(
        OvPrepostprocess::ov_preprocess_input_info_get_model_info,
        OvPrepostprocess::ov_preprocess_input_model_info_free,
        m ->
            layout.use(
                "Setting the model's layout to " + layout,
                l -> OvPrepostprocess.ov_preprocess_input_model_info_set_layout(m, l)));
    return this;
  }

  public InputSteps convertType(ElementType type) {
    return step(
        "Converting the input to " + type,
        s -> OvPrepostprocess.ov_preprocess_preprocess_steps_convert_element_type(s, type.code()));
  }

  public InputSteps convertColor(ColorFormat format) {
    return step(
        "Converting the input's colours to " + format,
        s -> OvPrepostprocess.ov_preprocess_preprocess_steps_convert_color(s, format.ordinal()));
  }

  public InputSteps convertLayout(Layout layout) {
    part(
        OvPrepostprocess::ov_preprocess_input_info_get_preprocess_steps,
        OvPrepostprocess::ov_preprocess_preprocess_steps_free,
        s ->
            layout.use(
                "Converting the input's layout to " + layout,
                l -> OvPrepostprocess.ov_preprocess_preprocess_steps_convert_layout(s, l)));
    return this;
  }

  /** RGB to BGR and back. */
  public InputSteps reverseChannels() {
    return step(
        "Reversing channels", OvPrepostprocess::ov_preprocess_preprocess_steps_reverse_channels);
  }

  /** To the model's height and width. */
  public InputSteps resize(ResizeAlgorithm algorithm) {
    return step(
        "Resizing the input",
        s -> OvPrepostprocess.ov_preprocess_preprocess_steps_resize(s, algorithm.ordinal()));
  }

  /**
   * Subtracts.
   *
   * @param values one for all, or one for each channel
   */
  public InputSteps mean(float... values) {
    return step(
        "Subtracting the mean",
        s ->
            values.length == 1
                ? OvPrepostprocess.ov_preprocess_preprocess_steps_mean(s, values[0])
                : withFloats(
                    values,
                    array ->
                        OvPrepostprocess.ov_preprocess_preprocess_steps_mean_multi_channels(
                            s, array, values.length)));
  }

  /**
   * Divides.
   *
   * @param values one for all, or one for each channel
   */
  public InputSteps scale(float... values) {
    return step(
        "Dividing by the scale",
        s ->
            values.length == 1
                ? OvPrepostprocess.ov_preprocess_preprocess_steps_scale(s, values[0])
                : withFloats(
                    values,
                    array ->
                        OvPrepostprocess.ov_preprocess_preprocess_steps_scale_multi_channels(
                            s, array, values.length)));
  }

  /**
   * Cuts out a part.
   *
   * @param begin first index in each dimension
   * @param end index behind the last in each dimension; negative ones count from the end
   */
  public InputSteps crop(int[] begin, int[] end) {
    return step(
        "Cropping the input",
        s -> {
          try (Arena arena = Arena.ofConfined()) {
            return OvPrepostprocess.ov_preprocess_preprocess_steps_crop(
                s,
                arena.allocateFrom(JAVA_INT, begin),
                begin.length,
                arena.allocateFrom(JAVA_INT, end),
                end.length);
          }
        });
  }

  /**
   * Adds a margin.
   *
   * @param begin how many elements before, in each dimension
   * @param end how many elements behind, in each dimension
   * @param value what to fill with, for {@link PaddingMode#CONSTANT}
   */
  public InputSteps pad(int[] begin, int[] end, float value, PaddingMode mode) {
    return step(
        "Padding the input",
        s -> {
          try (Arena arena = Arena.ofConfined()) {
            return OvPrepostprocess.ov_preprocess_preprocess_steps_pad(
                s,
                arena.allocateFrom(JAVA_INT, begin),
                begin.length,
                arena.allocateFrom(JAVA_INT, end),
                end.length,
                value,
                mode.ordinal());
          }
        });
  }

  private static int withFloats(float[] values, ToIntFunction<MemorySegment> call) {
    try (Arena arena = Arena.ofConfined()) {
      return call.applyAsInt(arena.allocateFrom(JAVA_FLOAT, values));
    }
  }

  private InputSteps tensor(String operation, ToIntFunction<MemorySegment> call) {
    part(
        OvPrepostprocess::ov_preprocess_input_info_get_tensor_info,
        OvPrepostprocess::ov_preprocess_input_tensor_info_free,
        t -> Native.check(call.applyAsInt(t), operation));
    return this;
  }

  private InputSteps step(String operation, ToIntFunction<MemorySegment> call) {
    part(
        OvPrepostprocess::ov_preprocess_input_info_get_preprocess_steps,
        OvPrepostprocess::ov_preprocess_preprocess_steps_free,
        s -> Native.check(call.applyAsInt(s), operation));
    return this;
  }

  private void part(Part get, Consumer<MemorySegment> free, Consumer<MemorySegment> use) {
    processor.with(
        live -> {
          withPart(
              live,
              info,
              OvPrepostprocess::ov_preprocess_input_info_free,
              input -> withPart(input, get, free, use));
          return null;
        });
  }

  /**
   * Native parts are handles into the processor: fetched for one call and freed, so that none can
   * be forgotten.
   */
  static void withPart(
      MemorySegment owner, Part get, Consumer<MemorySegment> free, Consumer<MemorySegment> use) {
    MemorySegment part = Native.pointer("Reaching a port's steps", out -> get.get(owner, out));
    try {
      use.accept(part);
    } finally {
      free.accept(part);
    }
  }
}
