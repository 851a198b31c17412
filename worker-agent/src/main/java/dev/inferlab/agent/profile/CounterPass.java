package dev.inferlab.agent.profile;

import dev.inferlab.openvino.LayerProfile;
import dev.inferlab.openvino.RuntimeGraph;
import dev.inferlab.proto.job.v1.Layer;
import dev.inferlab.proto.job.v1.LayerTable;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads which layers cost the time out of a model that ran with counters. OpenVINO's CPU plugin
 * keeps a sum over all runs since compilation and tells the mean: what the cold runs took is taken
 * off again, since a slow model has few others. With several streams each has counters of its own,
 * and those of one are read; how many of the runs were its own is then known by its share only.
 */
final class CounterPass {
  private CounterPass() {}

  /**
   * The cold runs, one of each request.
   *
   * @param microsByNode the mean of each node over them
   * @param runs how many they were
   * @param allRuns how many there are with those that followed
   */
  record Cold(Map<String, Double> microsByNode, long runs, long allRuns) {
    /** Of a device that tells the times of its last run only: nothing is to be taken off. */
    static Cold none() {
      return new Cold(Map.of(), 0, 1);
    }

    /** The mean of the runs that followed, by that over all; microseconds. */
    private double without(String node, double mean) {
      double cold = microsByNode.getOrDefault(node, 0.0);
      if (cold == 0 || allRuns <= runs) {
        return mean;
      }
      double warm = (mean * allRuns - cold * runs) / (allRuns - runs);
      return warm > 0 ? warm : mean; // the times are whole microseconds
    }
  }

  /** The mean time of each node over all runs until now, in microseconds. */
  static Map<String, Double> micros(RuntimeGraph graph, List<LayerProfile> profile) {
    Map<String, LayerProfile> profiles = byName(profile);
    Map<String, Double> micros = new HashMap<>();
    for (RuntimeGraph.Node node : graph.nodes()) {
      micros.put(node.name(), micros(node, profiles));
    }
    return micros;
  }

  /**
   * The layers in the order of execution; times are means over all runs but the cold ones.
   *
   * @param profile as the runtime tells it of any of the requests
   */
  static LayerTable layers(RuntimeGraph graph, List<LayerProfile> profile, Cold cold) {
    Map<String, LayerProfile> profiles = byName(profile);
    Map<Integer, String> names = new HashMap<>();
    for (RuntimeGraph.Node node : graph.nodes()) {
      names.put(node.id(), node.name());
    }
    double total = graph.nodes().stream().mapToDouble(node -> warm(node, profiles, cold)).sum();
    LayerTable.Builder table = LayerTable.newBuilder();
    List<RuntimeGraph.Node> ordered =
        graph.nodes().stream()
            .sorted(Comparator.comparingInt(RuntimeGraph.Node::execOrder))
            .toList();
    for (RuntimeGraph.Node node : ordered) {
      double time = warm(node, profiles, cold);
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

  private static Map<String, LayerProfile> byName(List<LayerProfile> profile) {
    Map<String, LayerProfile> profiles = new HashMap<>();
    for (LayerProfile layer : profile) {
      profiles.put(layer.name(), layer);
    }
    return profiles;
  }

  private static double warm(
      RuntimeGraph.Node node, Map<String, LayerProfile> profiles, Cold cold) {
    return cold.without(node.name(), micros(node, profiles));
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
