package dev.inferlab.openvino;

import dev.inferlab.openvino.internal.async.PlatformThreads;
import dev.inferlab.openvino.internal.c.OvPrepostprocess;
import dev.inferlab.openvino.internal.memory.NativeHandle;
import dev.inferlab.openvino.internal.memory.ResourceKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Builds the preparation of images into a model, so that the device does it: type, layout, size,
 * colour, mean, scale.
 *
 * <pre>{@code
 * try (PrePostProcessor steps = new PrePostProcessor(model)) {
 *   steps.input().tensorType(ElementType.U8).tensorLayout(Layout.NHWC).tensorSize(480, 640)
 *       .convertType(ElementType.F32).resize(ResizeAlgorithm.LINEAR).mean(127.5f).scale(127.5f)
 *       .modelLayout(Layout.NCHW);
 *   prepared = steps.build();
 * }
 * }</pre>
 *
 * <p>Owns its native object. For one thread.
 */
public final class PrePostProcessor implements AutoCloseable {

  /** How pixels are stored. */
  public enum ColorFormat {
    UNDEFINED,
    NV12_SINGLE_PLANE,
    NV12_TWO_PLANES,
    I420_SINGLE_PLANE,
    I420_THREE_PLANES,
    RGB,
    BGR,
    GRAY,
    RGBX,
    BGRX
  }

  /** How pixels are made up when the size changes. */
  public enum ResizeAlgorithm {
    LINEAR,
    CUBIC,
    NEAREST
  }

  /** What padding is filled with. */
  public enum PaddingMode {
    CONSTANT,
    EDGE,
    REFLECT,
    SYMMETRIC
  }

  private final Model model;
  private final NativeHandle handle;
  private boolean built;

  /**
   * @param model is changed by {@link #build}
   */
  public PrePostProcessor(Model model) {
    this.model = model;
    MemorySegment processor =
        model
            .handle()
            .with(
                graph ->
                    Native.pointer(
                        "Preparing pre-processing",
                        out -> OvPrepostprocess.ov_preprocess_prepostprocessor_create(graph, out)));
    this.handle =
        new NativeHandle(
            ResourceKind.PRE_POST_PROCESSOR,
            processor,
            OvPrepostprocess::ov_preprocess_prepostprocessor_free,
            model.handle());
  }

  /** The only input. */
  public InputSteps input() {
    return input(Port.only(model.inputs(), "input"));
  }

  public InputSteps input(int index) {
    requireNotBuilt();
    Port.checked(model.inputs(), index, "input");
    return new InputSteps(
        handle,
        (processor, out) ->
            OvPrepostprocess.ov_preprocess_prepostprocessor_get_input_info_by_index(
                processor, index, out));
  }

  /** The input that has this name among its names. */
  public InputSteps input(String name) {
    requireNotBuilt();
    return new InputSteps(
        handle,
        (processor, out) -> {
          try (Arena arena = Arena.ofConfined()) {
            return OvPrepostprocess.ov_preprocess_prepostprocessor_get_input_info_by_name(
                processor, arena.allocateFrom(name), out);
          }
        });
  }

  /** The only output. */
  public OutputSteps output() {
    return output(Port.only(model.outputs(), "output"));
  }

  public OutputSteps output(int index) {
    requireNotBuilt();
    Port.checked(model.outputs(), index, "output");
    return new OutputSteps(
        handle,
        (processor, out) ->
            OvPrepostprocess.ov_preprocess_prepostprocessor_get_output_info_by_index(
                processor, index, out));
  }

  /** The output that has this name among its names. */
  public OutputSteps output(String name) {
    requireNotBuilt();
    return new OutputSteps(
        handle,
        (processor, out) -> {
          try (Arena arena = Arena.ofConfined()) {
            return OvPrepostprocess.ov_preprocess_prepostprocessor_get_output_info_by_name(
                processor, arena.allocateFrom(name), out);
          }
        });
  }

  /**
   * The model with all steps in it. It is the same graph as the model that this was made from,
   * which has the steps now too; each of the two is closed by itself.
   *
   * @throws NativeCallException when the steps do not fit the model; the message tells which
   */
  public Model build() {
    requireNotBuilt();
    built = true;
    return PlatformThreads.call(
        () ->
            handle.with(
                processor ->
                    Model.sharing(
                        model,
                        "Building pre-processing",
                        out ->
                            OvPrepostprocess.ov_preprocess_prepostprocessor_build(
                                processor, out))));
  }

  private void requireNotBuilt() {
    if (built) {
      throw new IllegalStateException("This was built already; make another one for the result.");
    }
  }

  @Override
  public void close() {
    handle.close();
  }
}
