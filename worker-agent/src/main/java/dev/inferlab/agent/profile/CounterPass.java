package dev.inferlab.agent.profile;

import dev.inferlab.openvino.InferRequest;
import dev.inferlab.openvino.LayerProfile;
import dev.inferlab.openvino.RuntimeGraph;
import dev.inferlab.proto.job.v1.Layer;
import dev.inferlab.proto.job.v1.LayerTable;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads which layers cost the time out of a model that ran with counters. */
final class CounterPass {
  private CounterPass() {}

  /** The layers in the order of execution; times are means over all runs of the model. */
  static LayerTable layers(RuntimeGraph graph, InferRequest request) {
    Map<String, LayerProfile> profiles = new HashMap<>();
    for (LayerProfile profile : request.profile()) {
      profiles.put(profile.name(), profile);
    }
    Map<Integer, String> names = new HashMap<>();
    for (RuntimeGraph.Node node : graph.nodes()) {
      names.put(node.id(), node.name());
    }
    double total = graph.nodes().stream().mapToDouble(node -> micros(node, profiles)).sum();
    LayerTable.Builder table = LayerTable.newBuilder();
    List<RuntimeGraph.Node> ordered =
        graph.nodes().stream()
            .sorted(Comparator.comparingInt(RuntimeGraph.Node::execOrder))
            .toList();
    for (RuntimeGraph.Node node : ordered) {
      double time = micros(node, profiles);
      table.addLayers(
          Layer.newBuilder()
              .setName(node.name())
              .setType(node.type())
              .setPrimitive(node.primitiveType())
              .setPrecision(node.runtimePrecision())
              .setOrder(node.execOrder())
              .setStatus(status(profiles.get(node.name()), time))
              .setTimeUs(time)
              .setShare(total > 0 ? time / total : 0)
              .addAllInputs(
                  graph.edges().stream()
                      .filter(edge -> edge.toNode() == node.id())
                      .map(edge -> names.get(edge.fromNode()))
                      .toList())
              .addAllOutputs(node.outputs().stream().map(CounterPass::output).toList())
              .addAllOriginalLayers(node.originalLayersNames())
              .build());
    }
    return table.build();
  }

  private static double micros(RuntimeGraph.Node node, Map<String, LayerProfile> profiles) {
    if (node.execTime().isPresent()) {
      return node.execTime().get().toNanos() / 1e3;
    }
    LayerProfile profile = profiles.get(node.name());
    return profile == null ? 0 : profile.realTime().toNanos() / 1e3;
  }

  private static String status(LayerProfile profile, double time) {
    if (profile != null) {
      return profile.status().name();
    }
    return time > 0 ? "EXECUTED" : "NOT_RUN";
  }

  private static String output(RuntimeGraph.PortInfo port) {
    return port.precision().toLowerCase(Locale.ROOT).replace("fp", "f") + port.shape();
  }
}
