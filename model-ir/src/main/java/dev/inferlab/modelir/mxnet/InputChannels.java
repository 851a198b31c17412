package dev.inferlab.modelir.mxnet;

import dev.inferlab.modelir.imports.LayerException;
import dev.inferlab.modelir.tensor.PartialShape;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/**
 * MXNet's files hold no shapes of inputs. Where the first thing that is done with one is a
 * convolution, the weights tell that it is an image, [N, channels, height, width], and of how many
 * channels.
 */
public final class InputChannels {
  /** Keep a tensor's shape, and stand between images and the first convolution. */
  private static final Set<String> SHAPE_KEPT =
      Set.of(
          "BatchNorm",
          "BatchNorm_v1",
          "BlockGrad",
          "Cast",
          "_copy",
          "identity",
          "_PlusScalar",
          "_plus_scalar",
          "_MinusScalar",
          "_minus_scalar",
          "_MulScalar",
          "_mul_scalar",
          "_DivScalar",
          "_div_scalar");

  private InputChannels() {}

  /**
   * Shapes of the inputs of which anything is known, by name.
   *
   * @param parameters shapes of the arrays in the {@code .params} by name; null for other names
   */
  public static Map<String, PartialShape> of(
      SymbolJson symbol, Function<String, PartialShape> parameters) {
    Map<String, PartialShape> shapes = new HashMap<>();
    Map<Integer, String> inputs = new HashMap<>();
    for (int i = 0; i < symbol.nodes().size(); i++) {
      SymbolJson.Node node = symbol.nodes().get(i);
      if (node.isVariable()) {
        if (parameters.apply(node.name()) == null) {
          inputs.put(i, node.name());
        }
        continue;
      }
      String input = node.inputs().isEmpty() ? null : inputs.get(node.inputs().getFirst().node());
      if (input != null && SHAPE_KEPT.contains(node.op())) {
        inputs.put(i, input);
      } else if (input != null && node.op().startsWith("Convolution")) {
        channels(symbol, node, parameters)
            .ifPresent(
                channels -> shapes.putIfAbsent(input, PartialShape.of(-1, channels, -1, -1)));
      }
    }
    return shapes;
  }

  private static OptionalLong channels(
      SymbolJson symbol, SymbolJson.Node convolution, Function<String, PartialShape> parameters) {
    if (convolution.inputs().size() < 2) {
      return OptionalLong.empty();
    }
    PartialShape weights =
        parameters.apply(symbol.nodes().get(convolution.inputs().get(1).node()).name());
    if (weights == null || !weights.isStatic() || weights.rank() != 4) {
      return OptionalLong.empty();
    }
    try {
      long groups = new MxnetNode(convolution).number("num_group", 1);
      long channels = Math.multiplyExact(weights.dimension(1).length(), groups);
      return channels > 0 ? OptionalLong.of(channels) : OptionalLong.empty();
    } catch (LayerException | ArithmeticException e) {
      return OptionalLong.empty(); // the import says what is wrong with it
    }
  }
}
