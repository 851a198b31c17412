package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.mxnet.SymbolJson;
import dev.inferlab.modelir.tensor.PartialShape;
import java.util.ArrayList;
import java.util.List;

/** What a symbol tells of the shapes that its nodes give. */
final class MxnetShapes {
  private final List<PartialShape> shapes = new ArrayList<>();

  /** Nodes refer to earlier ones only. */
  MxnetShapes(SymbolJson symbol) {
    for (SymbolJson.Node node : symbol.nodes()) {
      PartialShape input =
          node.inputs().isEmpty()
              ? PartialShape.unknownRank()
              : shapes.get(node.inputs().getFirst().node());
      shapes.add(shape(node, input));
    }
  }

  PartialShape of(SymbolJson.Entry output) {
    return shapes.get(output.node());
  }

  private static PartialShape shape(SymbolJson.Node node, PartialShape input) {
    return switch (node.op()) {
      case "Convolution", "Convolution_v1", "Deconvolution" ->
          Channels.map(number(node, "num_filter"));
      case "FullyConnected" ->
          node.attributes().getOrDefault("flatten", "True").equalsIgnoreCase("true")
              ? Channels.vector(number(node, "num_hidden"))
              : PartialShape.unknownRank();
      case "Pooling", "Pooling_v1" ->
          node.attributes().getOrDefault("global_pool", "False").equalsIgnoreCase("true")
              ? Channels.pooled(input)
              : Channels.map(input);
      case "Flatten", "flatten" -> Channels.flat(input);
      case "Activation", "BatchNorm", "BatchNorm_v1", "Dropout", "LeakyReLU", "relu", "sigmoid" ->
          input;
      case "SoftmaxActivation", "SoftmaxOutput", "Softmax", "softmax" -> input;
      default -> PartialShape.unknownRank();
    };
  }

  private static long number(SymbolJson.Node node, String key) {
    try {
      return Long.parseLong(node.attributes().getOrDefault(key, "0"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
