package dev.inferlab.agent.convert;

import dev.inferlab.modelir.graph.Graph;
import dev.inferlab.modelir.graph.Node;
import dev.inferlab.modelir.graph.Output;
import dev.inferlab.modelir.inspect.ModelFormat;
import dev.inferlab.modelir.tensor.ImageLayout;
import dev.inferlab.modelir.tensor.PartialShape;
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
    channelsLast = source.channelsLast();
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
      PartialShape shape = shape(port);
      String layout = layouts.get(port.name());
      described.add(
          ModelPort.newBuilder()
              .setName(port.name())
              .setElementType(port.elementType().openVinoName())
              .addAllShape(lengths(shape))
              .setRankUnknown(!shape.hasRank())
              .setLayout(layout == null ? ImageLayout.of(shape, channelsLast) : layout)
              .build());
    }
    return described;
  }

  /** As the model's IR has it; limits of open dimensions are left out. */
  private static PartialShape shape(Port port) {
    dev.inferlab.openvino.PartialShape shape = port.shape();
    return shape.hasKnownRank()
        ? PartialShape.of(shape.dimensions().stream().mapToLong(Ports::size).toArray())
        : PartialShape.unknownRank();
  }

  private static List<Long> lengths(PartialShape shape) {
    return shape.hasRank()
        ? shape.dimensions().stream().map(d -> d.isStatic() ? d.length() : -1).toList()
        : List.of();
  }

  private static long size(Dimension dimension) {
    return dimension.isDynamic() ? -1 : dimension.size();
  }
}
