package dev.inferlab.openvino.internal.c;

import java.util.LinkedHashMap;
import java.util.Map;

/** C functions that the binding leaves out, each with the reason that the README gives. */
final class LeftOut {

  static final Map<String, String> REASONS = new LinkedHashMap<>();

  private LeftOut() {}

  private static void leaveOut(String reason, String... functions) {
    for (String function : functions) {
      REASONS.put(function, reason);
    }
  }

  static {
    leaveOut(
        "C variadic; its array twin is bound",
        "ov_core_compile_model",
        "ov_core_compile_model_from_file",
        "ov_core_set_property",
        "ov_core_create_context",
        "ov_core_compile_model_with_context",
        "ov_compiled_model_set_property",
        "ov_remote_context_create_tensor",
        "ov_preprocess_input_tensor_info_set_color_format_with_subname");
    leaveOut(
        "wide-character twin; paths are passed as UTF-8",
        "ov_core_create_with_config_unicode",
        "ov_core_read_model_unicode",
        "ov_core_compile_model_from_file_unicode",
        "ov_core_compile_model_from_file_unicode_props");
    leaveOut(
        "a port that can change the model; reading goes through the const port",
        "ov_model_input",
        "ov_model_input_by_name",
        "ov_model_input_by_index",
        "ov_model_output",
        "ov_model_output_by_name",
        "ov_model_output_by_index",
        "ov_port_get_shape",
        "ov_output_port_free",
        "ov_model_reshape_by_ports",
        "ov_infer_request_set_tensor_by_port",
        "ov_infer_request_get_tensor_by_port");
    leaveOut(
        "a port as the key of a tensor; name and index are bound",
        "ov_infer_request_set_tensor_by_const_port",
        "ov_infer_request_get_tensor_by_const_port");
    leaveOut(
        "short form for index 0; Java checks that there is just one and says so if not",
        "ov_model_const_input",
        "ov_model_const_output",
        "ov_compiled_model_input",
        "ov_compiled_model_output",
        "ov_infer_request_set_input_tensor",
        "ov_infer_request_set_output_tensor",
        "ov_infer_request_get_input_tensor",
        "ov_infer_request_get_output_tensor",
        "ov_preprocess_prepostprocessor_get_input_info",
        "ov_preprocess_prepostprocessor_get_output_info");
    leaveOut("one entry of ov_model_reshape", "ov_model_reshape_input_by_name");
    leaveOut(
        "static shape; ov_const_port_get_shape's answer is PartialShape.toShape()",
        "ov_const_port_get_shape");
    leaveOut(
        "shapes, dimensions and layouts are Java values",
        "ov_shape_create",
        "ov_shape_to_partial_shape",
        "ov_partial_shape_create",
        "ov_partial_shape_create_dynamic",
        "ov_partial_shape_create_static",
        "ov_partial_shape_is_dynamic",
        "ov_partial_shape_to_shape",
        "ov_partial_shape_to_string",
        "ov_dimension_is_dynamic",
        "ov_rank_is_dynamic",
        "ov_layout_to_string");
    leaveOut(
        "the callback is set once and stays; Java prints where nobody listens",
        "ov_util_reset_log_callback");
    leaveOut(
        "would pull the library away under objects of other code in the process", "ov_shutdown");
  }
}
