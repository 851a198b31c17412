package dev.inferlab.modelir.graph;

import dev.inferlab.modelir.tensor.ElementType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Cuts a part out of a network: it then begins and ends at chosen tensors. A tensor is named by one
 * of its names, or by the operation that makes it, followed by {@code :} and the output's number
 * where there are several. Inputs that the part needs and that are not cut off stay inputs.
 */
public final class Cut {
  private static final int MOST_HINTS = 5;

  /** Operations that make something new of constants. */
  private static final Set<String> SOURCES = Set.of("RandomUniform", "Multinomial", "ReadValue");

  private final Graph graph;
  private final Map<String, Output> tensors = new LinkedHashMap<>();
  private final Set<Node> constant = new HashSet<>();
  private final List<Unfit> unfit = new ArrayList<>();

  /**
   * A name at which the network cannot be cut.
   *
   * @param input whether it was to be an input
   * @param index position in the list of names
   * @param reason for a person, with what could be meant instead; a clause without a full stop
   */
  public record Unfit(boolean input, int index, Fault fault, String reason) {}

  /** What is wrong with a name. */
  public enum Fault {
    /** The network has no such tensor, or several. */
    UNKNOWN,
    /** The network cannot begin or end there. */
    UNSUITABLE,
    /** The name was given before. */
    REPEATED
  }

  private Cut(Graph graph) {
    this.graph = graph;
    for (Node node : graph.nodes()) {
      for (Output output : node.outputs()) {
        output.names().forEach(name -> tensors.putIfAbsent(name, output));
      }
    }
    for (Node node : graph.nodes()) {
      for (Output output : node.outputs()) {
        tensors.putIfAbsent(node.name() + ":" + output.index(), output);
        if (node.outputs().size() == 1) {
          tensors.putIfAbsent(node.name(), output);
        }
      }
    }
    for (Node node : graph.topological()) {
      boolean ofConstants =
          !node.inputs().isEmpty() && node.inputs().stream().allMatch(this::isConstant);
      if (node.isConstant() || (ofConstants && !SOURCES.contains(node.type()))) {
        constant.add(node);
      }
    }
  }

  private boolean isConstant(Input input) {
    return input.maybeSource().map(Output::node).filter(constant::contains).isPresent();
  }

  /**
   * Cuts.
   *
   * @param inputs where the network is to begin; empty: as it does
   * @param outputs where the network is to end, in the order that its outputs shall have; empty: as
   *     it does
   * @return what hinders it; unless that is empty, the graph is not to be used any more
   */
  public static List<Unfit> apply(Graph graph, List<String> inputs, List<String> outputs) {
    Cut cut = new Cut(graph);
    List<Output> begins = cut.find(inputs, true);
    List<Output> ends = cut.find(outputs, false);
    if (cut.unfit.isEmpty()) {
      // Outputs first: where the network ends at an input, that input is the output.
      cut.end(ends, outputs);
      List<Node> parameters = cut.begin(begins, inputs);
      graph.prune();
      cut.dropIdle(parameters);
    }
    return List.copyOf(cut.unfit);
  }

  private List<Output> find(List<String> names, boolean input) {
    List<Output> found = new ArrayList<>();
    Set<Output> seen = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      Output tensor = tensors.get(name);
      if (tensor == null) {
        unfit.add(new Unfit(input, i, Fault.UNKNOWN, unknown(name)));
      } else if (!seen.add(tensor)) {
        unfit.add(new Unfit(input, i, Fault.REPEATED, "'%s' is named twice".formatted(name)));
      } else if (input && tensor.type() == ElementType.DYNAMIC) {
        unfit.add(
            new Unfit(
                input,
                i,
                Fault.UNSUITABLE,
                "the element type of '%s' is not known before it runs".formatted(name)));
      } else if (constant.contains(tensor.node())) {
        unfit.add(
            new Unfit(
                input,
                i,
                Fault.UNSUITABLE,
                "'%s' is constant: it is a weight, or made of weights only".formatted(name)));
      } else if (!input && tensor.node().is("Parameter")) {
        unfit.add(
            new Unfit(
                input,
                i,
                Fault.UNSUITABLE,
                "'%s' is an input of the model already".formatted(name)));
      } else {
        found.add(tensor);
      }
    }
    return found;
  }

  private String unknown(String name) {
    List<String> outputs =
        graph
            .find(name)
            .map(node -> node.outputs().stream().map(Output::toString).toList())
            .orElse(List.of());
    if (outputs.size() > 1) {
      return "'%s' has several outputs; say which: %s"
          .formatted(name, String.join(", ", outputs.subList(0, Math.min(20, outputs.size()))));
    }
    List<String> near =
        tensors.keySet().stream()
            .sorted(Comparator.comparingInt(other -> -sharedEnds(name, other)))
            .limit(MOST_HINTS)
            .toList();
    return "the network has no tensor or operation '%s'; the most alike of its %d names are '%s'"
        .formatted(name, tensors.size(), String.join("', '", near));
  }

  /** Characters that two names share at their beginnings and at their ends. */
  private static int sharedEnds(String left, String right) {
    int most = Math.min(left.length(), right.length());
    int head = 0;
    while (head < most && left.charAt(head) == right.charAt(head)) {
      head++;
    }
    int tail = 0;
    while (tail < most - head
        && left.charAt(left.length() - 1 - tail) == right.charAt(right.length() - 1 - tail)) {
      tail++;
    }
    return head + tail;
  }

  private void end(List<Output> ends, List<String> names) {
    if (ends.isEmpty()) {
      return;
    }
    graph.removeAll(graph.results());
    for (int i = 0; i < ends.size(); i++) {
      Output tensor = ends.get(i);
      named(tensor, names.get(i));
      Output source = tensor;
      graph.node("Result", "opset1").name(tensor.node().name() + "/result").inputs(source).add();
    }
  }

  private static void named(Output tensor, String name) {
    if (tensor.names().isEmpty()) {
      tensor.names(List.of(name));
    }
  }

  private List<Node> begin(List<Output> begins, List<String> names) {
    List<Node> parameters = new ArrayList<>();
    for (int i = 0; i < begins.size(); i++) {
      Output tensor = begins.get(i);
      if (tensor.node().is("Parameter")) {
        parameters.add(tensor.node());
        continue;
      }
      named(tensor, names.get(i));
      String shape = tensor.shape().toString();
      Node parameter =
          graph
              .node("Parameter", "opset1")
              .name(names.get(i))
              .attribute("shape", shape.substring(1, shape.length() - 1))
              .attribute("element_type", tensor.type().irName())
              .output(tensor.type(), tensor.shape())
              .add();
      parameter.output(0).names(tensor.names());
      tensor.names(List.of());
      tensor.replaceBy(parameter.output(0));
      parameters.add(parameter);
    }
    return parameters;
  }

  /** Removes inputs that lead nowhere; one that the user asked for is a mistake to be told. */
  private void dropIdle(List<Node> asked) {
    for (Node parameter : graph.parameters()) {
      if (parameter.consumers().isEmpty()) {
        int index = asked.indexOf(parameter);
        if (index >= 0) {
          String name = parameter.output(0).names().stream().findFirst().orElse(parameter.name());
          unfit.add(
              new Unfit(
                  true,
                  index,
                  Fault.UNSUITABLE,
                  "none of the outputs depends on '%s' after the cut".formatted(name)));
        } else {
          graph.remove(parameter);
        }
      }
    }
  }
}
