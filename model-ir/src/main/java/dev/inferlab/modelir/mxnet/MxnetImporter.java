package dev.inferlab.modelir.mxnet;

import dev.inferlab.modelir.graph.ConstantData;
import dev.inferlab.modelir.graph.IrModel;
import dev.inferlab.modelir.graph.Output;
import dev.inferlab.modelir.imports.LayerException;
import dev.inferlab.modelir.imports.NetBuilder;
import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import dev.inferlab.modelir.wire.Budget;
import dev.inferlab.modelir.wire.FileBytes;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.MalformedModelException.Fault;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns an MXNet network into IR: {@code NAME-symbol.json} and {@code NAME-EPOCH.params}. Tensors
 * have the names of the symbol's nodes, with the output's number behind it where there are several.
 */
public final class MxnetImporter {
  private static final long LARGEST_SYMBOL = 16L << 20;
  private static final PartialShape OPEN_IMAGE = PartialShape.of(-1, -1, -1, -1);

  private MxnetImporter() {}

  /**
   * Imports a network for inference.
   *
   * @param shapes shapes of inputs by name, which MXNet's files do not hold; of others only what
   *     {@link InputChannels} tells is known
   * @throws MalformedModelException when a file is broken
   * @throws LayerException for the first operator that has no counterpart
   */
  public static IrModel read(Path symbol, Path params, Map<String, PartialShape> shapes)
      throws IOException, MalformedModelException, LayerException {
    // The model's weights stay in the mapped file, for as long as the model is in use.
    Arena arena = Arena.ofAuto();
    try {
      FileBytes json = FileBytes.map(symbol, arena);
      FileBytes values = FileBytes.map(params, arena);
      if (json.size() > LARGEST_SYMBOL) {
        throw MalformedModelException.atOffset(Fault.TOO_COMPLEX, "the symbol is too large", 0);
      }
      Budget budget = new Budget(50_000_000, 256L << 20);
      SymbolJson network = SymbolJson.parse(json.segment().toArray(ValueLayout.JAVA_BYTE), budget);
      return new Import(network, ParamsFile.read(values, budget), values, shapes).run();
    } catch (IllegalArgumentException | IndexOutOfBoundsException | ArithmeticException e) {
      // Numbers that contradict each other, as only a damaged or hostile network has them.
      throw MalformedModelException.atLine(
          Fault.MALFORMED, "the network's numbers contradict each other", 1);
    }
  }

  private static final class Import {
    private final SymbolJson symbol;
    private final FileBytes file;
    private final Map<String, PartialShape> shapes = new HashMap<>();
    private final Map<String, ParamsFile.Array> arrays = new HashMap<>();
    private final NetBuilder builder = new NetBuilder("mxnet");
    private final MxnetOperators operators = new MxnetOperators(builder);

    Import(SymbolJson symbol, ParamsFile params, FileBytes file, Map<String, PartialShape> shapes) {
      this.symbol = symbol;
      this.file = file;
      params
          .arrays()
          .forEach(array -> arrays.put(array.name().replaceFirst("^(arg|aux):", ""), array));
      this.shapes.putAll(
          InputChannels.of(
              symbol, name -> arrays.containsKey(name) ? arrays.get(name).shape() : null));
      this.shapes.putAll(shapes);
    }

    IrModel run() throws MalformedModelException, LayerException {
      List<List<Output>> tensors = new ArrayList<>();
      for (SymbolJson.Node node : symbol.nodes()) {
        List<Output> outputs = node.isVariable() ? variable(node) : operator(node, tensors);
        for (int i = 0; i < outputs.size(); i++) {
          builder.name(name(node, outputs, i), outputs.get(i));
        }
        tensors.add(outputs);
      }
      for (SymbolJson.Entry head : symbol.heads()) {
        List<Output> outputs = tensors.get(head.node());
        SymbolJson.Node node = symbol.nodes().get(head.node());
        Output output = output(outputs, head.output(), node.name());
        builder.result(name(node, outputs, head.output()), output);
      }
      return builder.model();
    }

    private static String name(SymbolJson.Node node, List<Output> outputs, int index) {
      return outputs.size() > 1 ? node.name() + index : node.name();
    }

    /** Parameters are read where they are used; a label is never needed. */
    private List<Output> variable(SymbolJson.Node node) {
      return arrays.containsKey(node.name()) || node.isLabel()
          ? List.of()
          : List.of(builder.parameter(node.name(), shapes.getOrDefault(node.name(), OPEN_IMAGE)));
    }

    private List<Output> operator(SymbolJson.Node node, List<List<Output>> tensors)
        throws MalformedModelException, LayerException {
      List<Output> data = new ArrayList<>();
      List<MxnetOperators.Values> values = new ArrayList<>();
      for (SymbolJson.Entry input : node.inputs()) {
        SymbolJson.Node source = symbol.nodes().get(input.node());
        if (arrays.containsKey(source.name()) && source.isVariable()) {
          MxnetOperators.Values parameter = values(arrays.get(source.name()));
          if (MxnetOperators.hasWeights(node.op())) {
            values.add(parameter);
          } else {
            data.add(builder.floats(source.name(), parameter.data(), parameter.shape()));
          }
        } else if (!tensors.get(input.node()).isEmpty()) {
          data.add(output(tensors.get(input.node()), input.output(), source.name()));
        }
      }
      return operators.apply(new MxnetNode(node), data, values);
    }

    private static Output output(List<Output> outputs, int index, String name)
        throws MalformedModelException {
      if (index >= outputs.size()) {
        throw MalformedModelException.atLine(
            Fault.MALFORMED, "node '%s' has no output %d".formatted(name, index), 1);
      }
      return outputs.get(index);
    }

    private MxnetOperators.Values values(ParamsFile.Array array) throws MalformedModelException {
      long bytes = array.type().byteSize(array.shape().elements().orElse(0));
      if (bytes > Integer.MAX_VALUE - 16 || !array.type().isFloat()) {
        throw MalformedModelException.atOffset(
            Fault.MALFORMED,
            "the parameter '%s' is no list of floats, or too large".formatted(array.name()),
            array.offset());
      }
      ConstantData data = ConstantData.of(file.segment().asSlice(array.offset(), bytes));
      return new MxnetOperators.Values(
          array.shape().lengths(),
          array.type() == ElementType.F32
              ? data
              : ConstantData.ofFloats(data.toFloats(array.type())));
    }
  }
}
