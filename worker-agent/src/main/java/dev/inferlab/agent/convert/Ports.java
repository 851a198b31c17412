package dev.inferlab.agent.convert;

import dev.inferlab.modelir.graph.Graph;
import dev.inferlab.modelir.graph.Node;
import dev.inferlab.modelir.graph.Output;
import dev.inferlab.modelir.inspect.ModelFormat;
import dev.inferlab.modelir.tensor.ImageChannels;
import dev.inferlab.openvino.Dimension;
import dev.inferlab.openvino.Port;
import dev.inferlab.proto.job.v1.ModelPort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Inputs and outputs of a model as results tell them. */
final class Ports {
  private final Map<String, String> layouts = new HashMap<>();
  private final boolean channelsLast;

  /**
   * @param graph says layouts, where they are known
   * @param source the format's habit decides where a shape alone does not
   */
  Ports(Graph graph, ModelFormat source) {
    channelsLast = Formats.channelsLast(source);
    for (Node node : graph.parameters()) {
      Output tensor = node.output(0);
      tensor
          .layout()
          .ifPresent(layout -> tensor.names().forEach(name -> layouts.put(name, layout)));
    }
  }

  List<ModelPort> describe(List<Port> ports) {
    List<ModelPort> described = new ArrayList<>();
    for (Port port : ports) {
      List<Long> shape = shape(port);
      String layout = layouts.get(port.name());
      described.add(
          ModelPort.newBuilder()
              .setName(port.name())
              .setElementType(port.elementType().openVinoName())
              .addAllShape(shape)
              .setLayout(layout == null ? layout(shape, channelsLast) : layout)
              .build());
    }
    return described;
  }

  private static List<Long> shape(Port port) {
    return port.shape().hasKnownRank()
        ? port.shape().dimensions().stream().map(Ports::size).toList()
        : List.of();
  }

  private static long size(Dimension dimension) {
    return dimension.isDynamic() ? -1 : dimension.size();
  }

  /** From where a number of channels that images have stands; empty if that is unclear. */
  static String layout(List<Long> shape, boolean channelsLast) {
    if (shape.size() == 2) {
      return "NC";
    }
    if (shape.size() != 4) {
      return "";
    }
    // Where height and width are 1, any length is one of channels: only the format's habit tells.
    boolean pointBehind = shape.get(2) == 1 && shape.get(3) == 1;
    boolean pointBefore = shape.get(1) == 1 && shape.get(2) == 1;
    if (pointBehind || pointBefore) {
      return channelsLast ? (pointBefore ? "NHWC" : "") : (pointBehind ? "NCHW" : "");
    }
    boolean first = ImageChannels.fits(shape.get(1));
    boolean last = ImageChannels.fits(shape.get(3));
    if (first == last) {
      return first ? (channelsLast ? "NHWC" : "NCHW") : "";
    }
    return first ? "NCHW" : "NHWC";
  }
}
