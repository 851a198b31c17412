package dev.inferlab.modelir.analysis;

import dev.inferlab.modelir.graph.Graph;
import dev.inferlab.modelir.graph.IrModel;
import dev.inferlab.modelir.graph.Node;
import dev.inferlab.modelir.graph.Output;
import dev.inferlab.modelir.inspect.TensorInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Analyses a model from its graph alone. */
public final class ModelAnalyzer {
  private ModelAnalyzer() {}

  public static ModelAnalysis analyze(IrModel model) {
    Graph graph = model.graph();
    List<String> notes = new ArrayList<>();
    SortedMap<String, Integer> operations = new TreeMap<>();
    SortedSet<String> opsets = new TreeSet<>();
    count(graph, operations, opsets);
    Folded folded = new Folded(graph);
    Parameters parameters = Parameters.of(graph);
    Work work = Work.of(graph, folded, notes);
    Memory memory = Memory.of(graph, folded);
    SortedSet<String> activations = new TreeSet<>();
    for (Node node : graph.nodes()) {
      if (!folded.contains(node)) {
        node.outputs().forEach(output -> activations.add(output.type().irName()));
      }
    }
    List<TensorInfo> inputs = graph.parameters().stream().map(ModelAnalyzer::input).toList();
    List<TensorInfo> outputs = graph.results().stream().map(ModelAnalyzer::output).toList();
    return new ModelAnalysis(
        parameters.count(),
        parameters.zeros(),
        parameters.bytes(),
        work.floatOperations(),
        work.integerOperations(),
        memory.least(parameters.bytes()),
        memory.most(parameters.bytes()),
        operations,
        opsets,
        parameters.precisions(),
        activations,
        Quantized.of(graph),
        inputs,
        outputs,
        TaskGuesser.guess(operations.keySet(), graph, inputs, outputs),
        List.copyOf(notes));
  }

  private static void count(
      Graph graph, SortedMap<String, Integer> operations, SortedSet<String> opsets) {
    for (Node node : graph.nodes()) {
      operations.merge(node.type(), 1, Integer::sum);
      opsets.add(node.opset());
      node.bodies().values().forEach(body -> count(body, operations, opsets));
    }
  }

  private static TensorInfo input(Node parameter) {
    return info(parameter.output(0));
  }

  private static TensorInfo output(Node result) {
    return info(result.input(0).source());
  }

  private static TensorInfo info(Output tensor) {
    String name = tensor.names().isEmpty() ? tensor.node().name() : tensor.names().getFirst();
    return new TensorInfo(name, tensor.type(), tensor.shape(), tensor.layout().orElse(""));
  }
}
