package dev.inferlab.openvino;

import dev.inferlab.openvino.internal.c.OvPrepostprocess;
import dev.inferlab.openvino.internal.memory.NativeHandle;

/** What happens to one output after the model. The C API offers the element type only. */
public final class OutputSteps {

  private final NativeHandle processor;
  private final InputSteps.Part info;

  OutputSteps(NativeHandle processor, InputSteps.Part info) {
    this.processor = processor;
    this.info = info;
  }

  /** The type that the program wants to read. */
  public OutputSteps tensorType(ElementType type) {
    processor.with(
        live -> {
          InputSteps.withPart(
              live,
              info,
              OvPrepostprocess::ov_preprocess_output_info_free,
              output ->
                  InputSteps.withPart(
                      output,
                      OvPrepostprocess::ov_preprocess_output_info_get_tensor_info,
                      OvPrepostprocess::ov_preprocess_output_tensor_info_free,
                      tensor ->
                          Native.check(
                              OvPrepostprocess.ov_preprocess_output_set_element_type(
                                  tensor, type.code()),
                              "Setting the output's type to " + type)));
          return null;
        });
    return this;
  }
}
