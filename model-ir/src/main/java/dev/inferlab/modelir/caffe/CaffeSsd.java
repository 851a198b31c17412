package dev.inferlab.modelir.caffe;

import dev.inferlab.modelir.graph.Output;
import dev.inferlab.modelir.imports.LayerException;
import dev.inferlab.modelir.imports.NetBuilder;
import dev.inferlab.modelir.wire.TextProto.Message;
import java.util.List;
import java.util.Optional;

/** The two layers of the single-shot detector (github.com/weiliu89/caffe, branch ssd). */
final class CaffeSsd {
  private CaffeSsd() {}

  static Output priorBox(NetBuilder net, CaffeLayer layer, List<Output> bottoms)
      throws LayerException {
    if (bottoms.size() != 2) {
      throw layer.unsupported("it needs a feature map and the image");
    }
    if (layer
        .text("img_size")
        .or(() -> layer.text("img_h"))
        .or(() -> layer.text("img_w"))
        .isPresent()) {
      throw layer.unsupported(
          "a size of the image other than the second bottom's is not supported");
    }
    String name = layer.name();
    float step = layer.real("step", layer.real("step_h", 0));
    if (layer.real("step_w", step) != step) {
      throw layer.unsupported("different steps for height and width are not supported");
    }
    Output boxes =
        net.add(
            net.op("PriorBox", "opset8", name + "/boxes")
                .attribute("min_size", floats(layer, "min_size"))
                .attribute("max_size", floats(layer, "max_size"))
                .attribute("aspect_ratio", floats(layer, "aspect_ratio"))
                .attribute("flip", layer.flag("flip", true))
                .attribute("clip", layer.flag("clip", false))
                .real("step", step)
                .real("offset", layer.real("offset", 0.5f))
                .attribute("variance", variances(layer))
                .attribute("scale_all_sizes", true)
                .attribute("fixed_ratio", "")
                .attribute("fixed_size", "")
                .attribute("density", "")
                .attribute("min_max_aspect_ratios_order", true)
                .inputs(
                    net.spatialSize(name + "/map", bottoms.get(0)),
                    net.spatialSize(name + "/image", bottoms.get(1))));
    return net.apply("Unsqueeze", "opset1", name, boxes, net.longs(name + "/zero", 0));
  }

  private static String variances(CaffeLayer layer) {
    String given = floats(layer, "variance");
    return given.isEmpty() ? "0.1" : given;
  }

  private static String floats(CaffeLayer layer, String key) {
    return String.join(",", layer.options().texts(key));
  }

  static Output detectionOutput(NetBuilder net, CaffeLayer layer, List<Output> bottoms)
      throws LayerException {
    if (bottoms.size() != 3) {
      throw layer.unsupported("it needs places, scores and boxes, and nothing else");
    }
    Optional<Message> nms = layer.options().message("nms_param");
    if (!nms.flatMap(param -> param.text("eta")).map(Float::valueOf).orElse(1f).equals(1f)) {
      throw layer.unsupported("an adaptive threshold (eta) is not supported");
    }
    String code = layer.text("code_type").orElse("CORNER");
    String coding =
        switch (code) {
          case "CORNER", "1" -> "caffe.PriorBoxParameter.CORNER";
          case "CENTER_SIZE", "2" -> "caffe.PriorBoxParameter.CENTER_SIZE";
          default ->
              throw layer.unsupported("boxes coded as '%s' are not supported".formatted(code));
        };
    return net.add(
        net.op("DetectionOutput", "opset8", layer.name())
            .attribute("background_label_id", layer.number("background_label_id", 0))
            .attribute("top_k", nms.flatMap(param -> param.text("top_k")).orElse("-1"))
            .attribute(
                "variance_encoded_in_target", layer.flag("variance_encoded_in_target", false))
            .attribute("keep_top_k", layer.number("keep_top_k", -1))
            .attribute("code_type", coding)
            .attribute("share_location", layer.flag("share_location", true))
            .attribute(
                "nms_threshold", nms.flatMap(param -> param.text("nms_threshold")).orElse("0.3"))
            .real("confidence_threshold", layer.real("confidence_threshold", -Float.MAX_VALUE))
            .attribute("clip_after_nms", false)
            .attribute("clip_before_nms", false)
            .attribute("decrease_label_id", false)
            .attribute("normalized", true)
            .attribute("input_height", 1)
            .attribute("input_width", 1)
            .real("objectness_score", 0)
            .inputs(bottoms.get(0), bottoms.get(1), bottoms.get(2)));
  }
}
