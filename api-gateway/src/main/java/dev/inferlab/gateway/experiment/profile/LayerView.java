package dev.inferlab.gateway.experiment.profile;

import dev.inferlab.proto.job.v1.Layer;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A node of the executed graph.
 *
 * @param primitive the kernel that ran
 * @param timeUs mean per inference
 * @param share of the sum of all layers' time, 0 to 1
 * @param originalLayers the model's layers that were fused into it
 */
@Schema(name = "Layer")
public record LayerView(
    String name,
    String type,
    String primitive,
    String precision,
    int order,
    String status,
    double timeUs,
    double share,
    List<String> inputs,
    List<String> outputs,
    List<String> originalLayers) {
  static LayerView of(Layer layer) {
    return new LayerView(
        layer.getName(),
        layer.getType(),
        layer.getPrimitive(),
        layer.getPrecision(),
        layer.getOrder(),
        layer.getStatus(),
        layer.getTimeUs(),
        layer.getShare(),
        List.copyOf(layer.getInputsList()),
        List.copyOf(layer.getOutputsList()),
        List.copyOf(layer.getOriginalLayersList()));
  }
}
