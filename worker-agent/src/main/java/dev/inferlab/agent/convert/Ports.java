package dev.inferlab.agent.convert;

import dev.inferlab.openvino.Dimension;
import dev.inferlab.openvino.Port;
import dev.inferlab.proto.job.v1.ModelPort;
import java.util.ArrayList;
import java.util.List;

/** Inputs and outputs of a model as results tell them. */
final class Ports {
  private Ports() {}

  /**
   * @param channelsLast the source format's habit, which decides where a shape alone does not
   */
  static List<ModelPort> describe(List<Port> ports, boolean channelsLast) {
    List<ModelPort> described = new ArrayList<>();
    for (Port port : ports) {
      ModelPort.Builder builder =
          ModelPort.newBuilder()
              .setName(port.name())
              .setElementType(port.elementType().openVinoName());
      List<Long> shape = shape(port);
      described.add(builder.addAllShape(shape).setLayout(layout(shape, channelsLast)).build());
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
    boolean first = imageChannels(shape.get(1));
    boolean last = imageChannels(shape.get(3));
    if (first == last) {
      return first ? (channelsLast ? "NHWC" : "NCHW") : "";
    }
    return first ? "NCHW" : "NHWC";
  }

  private static boolean imageChannels(long size) {
    return size == 1 || size == 3;
  }
}
